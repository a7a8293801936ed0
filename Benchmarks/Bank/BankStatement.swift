import Access
import App
import Billing
import Foundation
import Kernel
import Storage

/// Organisations that owe something, and a file that tells of what they transferred.
struct BankStatement {
    static let entriesCount = 10_000
    static let customersCount = 64
    static let invoicesOfTen = 6
    static let topUpsOfTen = 2

    private static let invoiceMinorUnits: Int64 = 10_000
    /// Invoices that are issued in one transaction.
    private static let invoicesAtOnce = 100

    private let iban: IBAN
    private var entries: [String] = []

    /// - Parameter world: empty.
    init(of world: World) async throws {
        guard let account = world.kontor.payments.receivingAccount(for: .chf) else {
            throw BenchError("Nobody can transfer to us.")
        }
        iban = account.iban
        let customers = try await world.customers(BankStatement.customersCount).map(\.organization)
        let invoices = try await BankStatement.invoices(of: customers, to: account, world)
        let standing = try await world.kontor.database.write { connection in
            try customers.map { organization in
                try world.kontor.payments.topUpReference(
                    of: organization, .chf, in: connection, at: world.kontor.surroundings.now()
                ).reference.text
            }
        }
        if case .postgres = world.kontor.database.dialect {
            // As the database does by itself within a minute.
            try await world.kontor.database.write { try $0.script("ANALYZE") }
        }
        var rest = invoices.makeIterator()
        for number in 0..<BankStatement.entriesCount {
            switch number % 10 {
            case 0..<BankStatement.invoicesOfTen:
                guard let invoice = rest.next() else { preconditionFailure("There is an invoice for each entry.") }
                add(amount: invoice.total, reference: invoice.reference)
            case 6, 7: add(amount: "20.00", reference: standing[number / 10 % standing.count])
            case 8:
                guard let invoice = rest.next() else { preconditionFailure("There is an invoice for each entry.") }
                add(amount: invoice.total, message: "Facture \(invoice.number), merci")
            default:
                let unknown = QRReference(body: "99\(1_000_000 + number)")
                add(amount: "\(number % 100 + 1).05", reference: unknown?.description ?? "")
            }
        }
    }

    private typealias Invoice = (number: String, total: String, reference: String)

    private static func invoices(
        of customers: [OrganizationID], to account: ReceivingAccount, _ world: World
    ) async throws -> [Invoice] {
        let payments = world.kontor.payments
        var invoices: [Invoice] = []
        let count = entriesCount / 10 * (invoicesOfTen + 1)
        for start in stride(from: 0, to: count, by: invoicesAtOnce) {
            let now = world.kontor.surroundings.now()
            invoices += try await world.kontor.database.write { connection in
                try (start..<start + invoicesAtOnce).map { number in
                    let organization = customers[number % customers.count]
                    let draft = DocumentDraft(
                        key: "bench:\(number)", organization: organization,
                        recipient: try Billing.recipient(connection, organization), currency: .chf,
                        lines: [
                            DraftLine(
                                description: "Hébergement web Professionnel, site-\(number).example",
                                unitListPrice: Money(minorUnits: invoiceMinorUnits + Int64(number % 1_000), .chf))
                        ], dueDays: Payments.transferDueDays)
                    let invoice = try connection.issueInvoice(draft, from: payments.issuer, by: .system, at: now)
                    let reference = try connection.transferReference(
                        for: PaymentPurpose.documentName, invoice.id.rawValue, of: organization, document: invoice.id,
                        amount: invoice.total, to: account, at: now)
                    return (invoice.number, invoice.total.plain, reference.reference.text)
                }
            }
        }
        return invoices
    }

    private mutating func add(amount: String, reference: String = "", message: String = "") {
        let number = entries.count
        let amount = "<Amt Ccy=\"CHF\">\(amount)</Amt><CdtDbtInd>CRDT</CdtDbtInd>"
        let structured =
            reference.isEmpty
            ? ""
            : "<Strd><CdtrRefInf><Tp><CdOrPrtry><Prtry>QRR</Prtry></CdOrPrtry></Tp><Ref>\(reference)</Ref></CdtrRefInf></Strd>"
        let free = message.isEmpty ? "" : "<Ustrd>\(message)</Ustrd>"
        entries.append(
            """
            <Ntry>\(amount)<RvslInd>false</RvslInd><Sts><Cd>BOOK</Cd></Sts>
            <BookgDt><Dt>2026-11-20</Dt></BookgDt><ValDt><Dt>2026-11-20</Dt></ValDt><AcctSvcrRef>N\(number)</AcctSvcrRef>
            <BkTxCd><Domn><Cd>PMNT</Cd><Fmly><Cd>RCDT</Cd><SubFmlyCd>VCOM</SubFmlyCd></Fmly></Domn></BkTxCd>
            <NtryDtls><TxDtls><Refs><AcctSvcrRef>T\(number)</AcctSvcrRef><EndToEndId>NOTPROVIDED</EndToEndId></Refs>
            \(amount)<RltdPties><Dbtr><Pty><Nm>Customer \(number)</Nm></Pty></Dbtr></RltdPties>
            <RmtInf>\(free)\(structured)</RmtInf></TxDtls></NtryDtls></Ntry>
            """)
    }

    func write(to path: String) throws {
        let text = """
            <?xml version="1.0" encoding="UTF-8"?>
            <Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.08"><BkToCstmrStmt>
            <GrpHdr><MsgId>M1</MsgId><CreDtTm>2026-11-20T20:00:00</CreDtTm></GrpHdr>
            <Stmt><Id>S1</Id><Acct><Id><IBAN>\(iban)</IBAN></Id></Acct>
            \(entries.joined(separator: "\n"))
            </Stmt></BkToCstmrStmt></Document>
            """
        try text.write(toFile: path, atomically: true, encoding: .utf8)
    }
}
