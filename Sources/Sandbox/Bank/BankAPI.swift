import Foundation
import Kernel
import Storage
import Web

extension Sandbox {
    /// `{amount, currency, reference?, message?, debtor_name?, debtor_iban?}` (contract.md, "Sandbox only").
    func openBankAPI(_ doors: Doors) {
        doors.sandbox.get("bank/camt054.xml") { _ in
            .bytes(try await bank.file(), contentType: "application/xml")
        }
        doors.sandbox.postJSON("bank/transfers") { visit, body in
            do {
                let reference = try await bank.take(try IncomingTransfer(json: body))
                return .json { $0.object { $0.field("reference", reference) } }
            } catch let problem as Problem {
                return refusal(problem, visit)
            }
        }
        doors.sandbox.post("bank/file") { visit, _ in
            _ = try await bank.send(by: .system)
            return .redirect("/sandbox", notice: "sandbox.bank.sent")
        }
    }

    /// The part of the page: the file, and the button that does not wait for the hour.
    func bankForm(_ visit: Visit) -> HTML {
        let words = visit.words
        return """
            <p>\(words("sandbox.bank.lead"))</p>
            <form class="row gap-above" method="post" action="/sandbox/bank/file">\(visit.formFields)\
            <button class="btn">\(icon("refresh"))\(words("sandbox.bank.send"))</button>\
            <a class="btn quiet" href="/sandbox/bank/camt054.xml">camt054.xml</a></form>
            """
    }
}

extension IncomingTransfer {
    /// The lengths of ISO 20022: what is longer is refused, as a bank's form does.
    private static let referenceMax = 35
    private static let textMax = 140

    /// An amount is a text or a number.
    private struct Request: Decodable {
        let amount: Amount?
        let currency: String?
        let reference: String?
        let message: String?
        let debtorName: String?
        let debtorIBAN: String?

        private enum CodingKeys: String, CodingKey {
            case amount, currency, reference, message
            case debtorName = "debtor_name"
            case debtorIBAN = "debtor_iban"
        }

        struct Amount: Decodable {
            let text: String

            init(from decoder: any Decoder) throws {
                let value = try decoder.singleValueContainer()
                if let text = try? value.decode(String.self) {
                    self.text = text
                } else {
                    text = "\(try value.decode(Decimal.self))"
                }
            }
        }
    }

    init(json body: [UInt8]) throws(Problem) {
        let request: Request
        do { request = try JSONDecoder().decode(Request.self, from: Data(body)) } catch {
            throw Problem(.malformed, code: "malformed_json", word: "sandbox.json.malformed")
        }
        guard let currency = Currency(rawValue: request.currency ?? "") else {
            throw .field("currency", "sandbox.bank.no_account")
        }
        guard let amount = Money(request.amount?.text ?? "", currency), amount.isPositive else {
            throw .field("amount", "sandbox.bank.amount_unreadable")
        }
        let iban = request.debtorIBAN ?? ""
        guard iban.isEmpty || IBAN(iban) != nil else { throw .field("debtor_iban", "sandbox.bank.no_iban") }
        let reference = (request.reference ?? "").ungrouped()
        guard reference.count <= IncomingTransfer.referenceMax else {
            throw .field("reference", "sandbox.bank.too_long")
        }
        let message = (request.message ?? "").trimmed
        guard message.count <= IncomingTransfer.textMax else { throw .field("message", "sandbox.bank.too_long") }
        let name = (request.debtorName ?? "").trimmed
        guard name.count <= IncomingTransfer.textMax else { throw .field("debtor_name", "sandbox.bank.too_long") }
        self.init(
            amount: amount, reference: reference, message: message, debtorName: name,
            debtorIBAN: IBAN(iban)?.description ?? "")
    }
}
