package import Kernel
import Storage

/// An issued document. All but `state`, `open` and `paidAt` is frozen, by the schema too.
package struct Document: Hashable, Sendable {
    package let id: DocumentID
    package let organization: OrganizationID
    package let kind: DocumentKind
    /// `2026-00042`
    package let number: String
    package let issuer: LegalEntity
    package let recipient: Recipient
    package let treatment: VATTreatment
    package let net: Money
    package let vat: Money
    package let rounding: Money
    package let total: Money
    package let issuedOn: Day
    package let issuedAt: Instant
    package let dueOn: Day
    package let state: DocumentState
    /// What is still to be paid, from the receivable's balance. Zero for documents that ask for nothing.
    package let open: Money
    package let paidAt: Instant?

    package var currency: Currency { total.currency }

    /// The state as a list says it: what is still to be paid after its day is overdue, whether a reminder has gone out or not.
    package func state(on today: Day) -> DocumentState {
        kind == .invoice && [.open, .partiallyPaid].contains(state) && dueOn < today ? .overdue : state
    }

    /// BILL-8: a final invoice can be printed only once it is paid.
    package var isPrintable: Bool { kind != .invoice || [.paid, .credited, .refunded].contains(state) }
}

/// A line as it was issued, with how its price was computed.
package struct DocumentLine: Hashable, Sendable {
    package let position: Int
    package let description: String
    package let product: ProductID?
    package let period: Period?
    package let quantity: Int
    package let unitListPrice: Money
    package let list: Money
    package let steps: [DiscountStep]
    package let net: Money
    package let vatClass: VATClass
    package let vatRate: Percentage
}

extension Document {
    /// From `document d` joined with `document_state s` and, where there is one, its receivable `b`.
    init(_ row: Row) throws {
        try self.init(
            row, from: try JSONText.decode(LegalEntity.self, try row["issuer"]),
            to: try Recipient(text: try row["recipient"]))
    }

    /// Of many, who issued and receives them is read once for the same text: it takes longer than all the rest.
    static func all(_ rows: [Row]) throws -> [Document] {
        var issuers: [String: LegalEntity] = [:]
        var recipients: [String: Recipient] = [:]
        return try rows.map { row in
            try Document(
                row, from: try issuers.value(of: try row["issuer"]) { try JSONText.decode(LegalEntity.self, $0) },
                to: try recipients.value(of: try row["recipient"], Recipient.init(text:)))
        }
    }

    private init(_ row: Row, from issuer: LegalEntity, to recipient: Recipient) throws {
        let currency: Currency = try row["currency"]
        id = try row["id"]
        organization = try row["organization_id"]
        kind = try row["kind"]
        number = try row["number"]
        self.issuer = issuer
        self.recipient = recipient
        treatment = try row["treatment"]
        net = Money(minorUnits: try row["net"], currency)
        vat = Money(minorUnits: try row["vat"], currency)
        rounding = Money(minorUnits: try row["rounding"], currency)
        total = Money(minorUnits: try row["total"], currency)
        issuedOn = try row["issued_on"]
        issuedAt = try row["issued_at"]
        dueOn = try row["due_on"]
        state = try row["state"]
        open = Money(minorUnits: try row["open_amount"], currency)
        paidAt = try row["paid_at"]
    }
}

extension DocumentLine {
    init(_ row: Row, _ currency: Currency) throws {
        position = try row["position"]
        description = try row["description"]
        product = try row["product_id"]
        let start: Day? = try row["period_start"]
        let end: Day? = try row["period_end"]
        period = start.flatMap { start in end.map { Period(start: start, end: $0) } }
        quantity = try row["quantity"]
        unitListPrice = Money(minorUnits: try row["unit_list_price"], currency)
        list = Money(minorUnits: try row["list_price"], currency)
        steps = try JSONText.decode([DiscountStep].self, try row["steps"])
        net = Money(minorUnits: try row["net"], currency)
        vatClass = try row["vat_class"]
        vatRate = Percentage(basisPoints: try row["vat_rate"])
    }
}

extension Dictionary where Key == String {
    /// Reads a text once, and remembers what it says.
    fileprivate mutating func value(of text: String, _ read: (String) throws -> Value) rethrows -> Value {
        if let known = self[text] { return known }
        let value = try read(text)
        self[text] = value
        return value
    }
}
