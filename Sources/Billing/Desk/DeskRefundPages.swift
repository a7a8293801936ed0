import Foundation
import Kernel
import Storage
import Web

/// Where an operator sends money, as a form says it: `42` back along a payment, `bank-42` to an account, nothing to prepaid.
struct DeskRoute {
    typealias Option = (value: String, title: String, detail: String?)

    let payment: Int64?
    let isByBank: Bool

    init(_ text: String) {
        isByBank = text.hasPrefix(DeskRoute.prefix)
        payment = Int64(isByBank ? String(text.dropFirst(DeskRoute.prefix.count)) : text)
    }

    static func bank(_ payment: PaymentID) -> String { "\(prefix)\(payment)" }

    private static let prefix = "bank-"
}

extension Payment {
    /// The usual way back: along the charge, or to an account where there is none.
    var refundWay: RefundWay { method.isProcessed ? .processor : .bank }
}

extension Billing {
    func refundPage(_ visit: SignedInVisit, _ form: Form) async throws -> Page {
        let (organization, payment, most) = try await payment(visit)
        let words = visit.words
        let (payer, name) = try await database.read { connection in
            (try connection.payer(of: payment), try Billing.recipient(connection, organization).name)
        }
        let along: [DeskRoute.Option] =
            payment.method.isProcessed
            ? [
                (
                    payment.id.description, words("billing.desk.to_payment", ["amount": words.money(payment.amount)]),
                    nil
                )
            ] : []
        let routes = along + [(value: DeskRoute.bank(payment.id), title: words("billing.desk.to_account"), detail: nil)]
        var form = form
        form.fill("amount", most.plain)
        form.fill("destination", routes[0].value)
        let field = Field(
            "amount", label: words("billing.top_up.amount", ["currency": most.currency.rawValue]), autocomplete: "off",
            inputMode: "decimal", max: 12, isShort: true)
        return actPage(
            visit, form, act: "refund", subject: words.money(payment.amount),
            action: "/staff/organizations/\(organization)/payments/\(payment.id)/refund", back: organization,
            fields: """
                \(form.field(field, words))
                \(form.choices("destination", legend: words("billing.desk.destination"), options: routes, words))
                \(accountFields(form, payer, name, words))
                """)
    }

    /// Where the money came from, else whose invoice it is; an operator may write what the customer asked for.
    func accountFields(
        _ form: Form, _ payer: (name: String, iban: String)?, _ name: String, _ words: Words
    ) -> HTML {
        var form = form
        form.fill("iban", payer?.iban ?? "")
        form.fill("holder", payer.flatMap { $0.name.isEmpty ? nil : $0.name } ?? name)
        return """
            \(form.field(
                Field("iban", label: words("billing.withdrawal.iban"), autocomplete: "off", max: 50, isConditional: true), words))
            \(form.field(
                Field(
                    "holder", label: words("billing.withdrawal.holder"), autocomplete: "off",
                    max: PayoutTarget.holderLengthMax, isConditional: true), words))
            """
    }

    /// The account of a refund, by the rules of withdrawals.
    func refundTarget(_ form: inout Form, _ currency: Currency) throws -> PayoutTarget {
        let holder = form.text("holder", max: PayoutTarget.holderLengthMax).precomposedStringWithCanonicalMapping
        if !PayoutTarget.isTransferable(holder) {
            form.add(.field("holder", "billing.withdrawal.holder_characters"))
        }
        try form.check()
        return .bank(try PayoutTarget.account(form.typed("iban"), for: currency), holder: holder)
    }
}
