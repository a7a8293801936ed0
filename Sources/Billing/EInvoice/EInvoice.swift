import Kernel
package import Storage
package import Web

/// An invoice or a credit note in the terms of EN 16931, which its two syntaxes print: UBL 2.1 and UN/CEFACT CII. The
/// comments name the business terms (`BT-131`) of the standard.
///
/// What it says is the document as it was issued; what was paid and what is still due (BT-113, BT-115) is as of now.
package struct EInvoice: Sendable {
    let document: Document
    let lines: [Line]
    let taxes: [Tax]
    let means: Means
    /// BT-113: what was paid until now. What is credited is not paid: that is a document of its own.
    let paid: Money
    /// BT-20: what the standard asks for where something is due, and good to read where nothing is.
    let terms: String
    /// BT-25: the invoice that a credit note takes back.
    let preceding: String?

    /// Only what is a sale, or takes one back: a receipt is for money paid in advance, a pro forma is no invoice.
    package static func exists(for document: Document) -> Bool {
        document.kind == .invoice || document.kind == .creditNote
    }

    struct Line: Sendable {
        let line: DocumentLine
        let category: Category
        /// BT-146: never negative. A line that takes something back has a negative quantity instead.
        let price: Money
        let quantity: Int
        let allowances: [Allowance]
    }

    /// A discount of a line (BG-27): so much off what remained.
    struct Allowance: Sendable {
        let reason: String
        let percentage: Percentage
        let base: Money
        let amount: Money
    }

    /// BG-23: one for each category and rate.
    struct Tax: Sendable {
        let category: Category
        let rate: Percentage
        let base: Money
        let amount: Money
        /// BT-120: why there is no tax, in the language of the recipient.
        let reason: String?
    }

    /// UNTDID 5305.
    enum Category: String, Sendable {
        case standard = "S"
        case exempt = "E"
        /// Services to whoever is outside of Switzerland; the code of the standard for exports.
        case export = "G"
        case reverseCharge = "AE"

        /// BT-121, where the list of codes has one for it.
        var reasonCode: String? { self == .reverseCharge ? "VATEX-EU-AE" : nil }
    }

    /// BG-16, by the codes of UNTDID 4461.
    enum Means: Sendable {
        case transfer(IBAN, reference: String, currency: Currency)
        case card(Payment.PaidCard)
        /// TWINT, PayPal, eBill, PostFinance: an online payment service.
        case online
        /// From the prepaid account, or balanced by a credit note.
        case clearing
        /// Nobody has chosen yet.
        case undefined

        var code: String {
            switch self {
            case .transfer(_, _, .eur): "58"
            case .transfer: "30"
            case .card: "48"
            case .online: "68"
            case .clearing: "97"
            case .undefined: "1"
            }
        }
    }
}

extension EInvoice {
    /// - Parameter words: in the language of the recipient.
    init(
        _ document: Document, lines: [DocumentLine], vat: [VATAmount], payments: [Payment], paid: Money,
        transfer: TransferReference?, preceding: String?, words: Words
    ) {
        self.document = document
        self.preceding = preceding
        self.paid = paid
        self.lines = lines.map { EInvoice.line($0, of: document) }
        taxes = EInvoice.taxes(self.lines, vat, document, words)
        means = EInvoice.means(document, payments, transfer)
        terms =
            document.kind == .creditNote
            ? words("billing.einvoice.credit")
            : paid == document.total
                ? words("billing.einvoice.settled")
                : words("billing.einvoice.due", ["day": words.day(document.dueOn)])
    }

    private static func line(_ line: DocumentLine, of document: Document) -> Line {
        let isBackwards = line.unitListPrice.isNegative
        var before = line.list.minorUnits
        let allowances = line.steps.map { step in
            defer { before = step.remainingMinorUnits }
            return Allowance(
                reason: step.label, percentage: Percentage(basisPoints: step.basisPoints),
                base: Money(minorUnits: before, document.currency),
                amount: Money(minorUnits: before - step.remainingMinorUnits, document.currency))
        }
        return Line(
            line: line, category: category(line, of: document),
            price: isBackwards ? -line.unitListPrice : line.unitListPrice,
            quantity: isBackwards ? -line.quantity : line.quantity, allowances: allowances)
    }

    private static func category(_ line: DocumentLine, of document: Document) -> Category {
        switch document.treatment {
        case .domestic: line.vatRate.basisPoints == 0 ? .exempt : .standard
        case .export: .export
        case .reverseCharge: .reverseCharge
        case .outside: .exempt
        }
    }

    private static func taxes(_ lines: [Line], _ vat: [VATAmount], _ document: Document, _ words: Words) -> [Tax] {
        struct Group: Hashable {
            let category: Category
            let rate: Percentage
        }
        var groups: [Group] = []
        var bases: [Group: Int64] = [:]
        for line in lines {
            let group = Group(
                category: line.category,
                rate: line.category == .standard ? line.line.vatRate : Percentage(basisPoints: 0))
            if bases[group] == nil { groups.append(group) }
            bases[group, default: 0] += line.line.net.minorUnits
        }
        return groups.map { group in
            let amount = group.category == .standard ? vat.first { $0.rate == group.rate }?.vat : nil
            let reason: String? =
                switch group.category {
                case .standard: nil
                case .exempt: words("billing.einvoice.exempt")
                case .export, .reverseCharge: document.treatment.note.map { words($0) }
                }
            return Tax(
                category: group.category, rate: group.rate,
                base: Money(minorUnits: bases[group] ?? 0, document.currency),
                amount: amount ?? .zero(document.currency),
                reason: reason)
        }
    }

    private static func means(
        _ document: Document, _ payments: [Payment], _ transfer: TransferReference?
    ) -> Means {
        if let transfer {
            return .transfer(
                transfer.account.iban, reference: transfer.reference.text, currency: transfer.account.currency)
        }
        guard let payment = payments.last(where: { $0.state == .posted }) else {
            return document.kind == .creditNote ? .clearing : .undefined
        }
        if let card = payment.card { return .card(card) }
        return payment.method == .prepaid ? .clearing : payment.method == .transfer ? .undefined : .online
    }

    /// BT-115.
    var due: Money { Money(minorUnits: document.total.minorUnits - paid.minorUnits, document.currency) }

    /// BT-112: before the rounding to 5 Rappen.
    var gross: Money {
        Money(minorUnits: document.net.minorUnits + document.vat.minorUnits, document.currency)
    }

    /// BT-31: with it, the numbers of a Swiss company read `CHE123456788MWST`.
    var sellerVATNumber: String? {
        document.issuer.vatNumber.flatMap { VATNumber($0, in: document.issuer.country) }?.electronic
    }

    /// BT-48.
    var buyerVATNumber: String? {
        document.recipient.vatNumber.flatMap { VATNumber($0, in: document.recipient.country) }?.electronic
    }
}

extension Connection {
    /// - Returns: nil for what is neither an invoice nor a credit note.
    package func eInvoice(of document: Document, _ wording: Wording) throws -> EInvoice? {
        guard EInvoice.exists(for: document) else { return nil }
        let paid: Int64 =
            try row("SELECT CAST(SUM(amount) AS BIGINT) AS paid FROM allocation WHERE document_id = \(document.id)")?[
                "paid"] ?? 0
        return EInvoice(
            document, lines: try lines(of: document), vat: try vat(of: document), payments: try payments(of: document),
            paid: Money(minorUnits: paid, document.currency), transfer: try transferReference(of: document.id),
            preceding: try preceding(document),
            words: wording.words(document.recipient.language))
    }

    /// The number of the invoice that a credit note takes back.
    private func preceding(_ document: Document) throws -> String? {
        try row(
            """
            SELECT d.number FROM credit_note c JOIN document d ON d.id = c.invoice_id WHERE c.id = \(document.id)
            """)?["number"]
    }
}
