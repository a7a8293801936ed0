package import Kernel
package import Storage

/// Money on its way to us, for one purpose. Written before anybody outside is asked, so that nothing that happens out there
/// is ever unknown here.
package struct Payment: Hashable, Sendable {
    package let id: PaymentID
    package let organization: OrganizationID
    /// Who began it.
    package let person: PersonID?
    /// What it is for: `order`, `top_up`; `purposeID` is that thing's id.
    package let purpose: String
    package let purposeID: Int64
    /// Without the part that comes from prepaid.
    package internal(set) var amount: Money
    package let method: PaymentMethod
    package let state: PaymentState
    package let card: PaidCard?
    /// A `PaymentFailure` code.
    package let failure: String?
    /// Where the customer has to go (3-D Secure), while the payment is pending.
    package let actionPath: String?
    package let reference: String?
    package let clientKey: String
    package let createdAt: Instant
    package let settledAt: Instant?

    /// Held on the prepaid account for that payment, which brings the rest.
    let partOf: PaymentID?
    /// What it is paid with is saved for later once it has paid.
    let keeps: Bool
    let chargeKey: String
    let processor: String?
    let askedAt: Instant?

    /// For what the payment brings about later, when whoever began it is no longer there.
    package var actor: Event.Actor { Event.Actor(person: person, client: "kontor") }

    package struct PaidCard: Hashable, Sendable {
        package let brand: String
        package let last4: String
    }
}

package enum PaymentMethod: String, CaseIterable, Sendable, StoredAsText {
    case card
    case twint
    case postFinance = "postfinance"
    case payPal = "paypal"
    case eBill = "ebill"
    /// To one of our accounts at the bank, recognised by its reference.
    case transfer
    /// From what the organisation has paid in advance.
    case prepaid

    package var word: String { "billing.method.\(rawValue)" }

    /// Decided by the processor outside; the other two are decided here.
    package var isProcessed: Bool {
        switch self {
        case .card, .twint, .postFinance, .payPal, .eBill: true
        case .transfer, .prepaid: false
        }
    }
}

package enum PaymentState: String, CaseIterable, Sendable, StoredAsText {
    /// Not decided yet, or not known.
    case pending
    /// The money is ours and in the books.
    case posted
    case failed
    /// Given up before the processor had seen it, or by the customer.
    case voided
    /// 3-D Secure was not finished in time.
    case expired
}

/// What a payment is begun with.
package struct PaymentRequest: Hashable, Sendable {
    package let organization: OrganizationID
    package let person: PersonID?
    package let purpose: String
    package let purposeID: Int64
    /// All there is to pay.
    package let amount: Money
    /// How much of it the prepaid account gives, beside a method that is processed (PAYM-8).
    package let fromPrepaid: Money?
    package let method: PaymentMethod
    /// Made by the form, once: the same key is the same payment, however often it is sent. Unique in the organisation.
    package let clientKey: String

    package init(
        organization: OrganizationID, person: PersonID?, purpose: String, purposeID: Int64, amount: Money,
        fromPrepaid: Money? = nil, method: PaymentMethod, clientKey: String
    ) {
        self.organization = organization
        self.person = person
        self.purpose = purpose
        self.purposeID = purposeID
        self.amount = amount
        self.fromPrepaid = fromPrepaid
        self.method = method
        self.clientKey = clientKey
    }

    /// What the method has to bring.
    var rest: Money { Money(minorUnits: amount.minorUnits - (fromPrepaid?.minorUnits ?? 0), amount.currency) }

    package static let clientKeyLengthMax = 100
}

extension Payment {
    static let columns: SQL = """
        id, organization_id, person_id, purpose, purpose_id, currency, amount, method, state, card_brand, card_last4,
        failure, action_path, reference, client_key, created_at, settled_at, charge_key, processor, asked_at,
        part_of_id, keeps
        """

    init(_ row: Row) throws {
        let brand: String? = try row["card_brand"]
        let last4: String? = try row["card_last4"]
        id = try row["id"]
        organization = try row["organization_id"]
        person = try row["person_id"]
        purpose = try row["purpose"]
        purposeID = try row["purpose_id"]
        amount = Money(minorUnits: try row["amount"], try row["currency"])
        method = try row["method"]
        state = try row["state"]
        card = brand.flatMap { brand in last4.map { PaidCard(brand: brand, last4: $0) } }
        failure = try row["failure"]
        actionPath = try row["action_path"]
        reference = try row["reference"]
        clientKey = try row["client_key"]
        createdAt = try row["created_at"]
        settledAt = try row["settled_at"]
        partOf = try row["part_of_id"]
        keeps = try row["keeps"]
        chargeKey = try row["charge_key"]
        processor = try row["processor"]
        askedAt = try row["asked_at"]
    }
}
