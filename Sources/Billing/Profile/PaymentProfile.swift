package import Kernel
package import Storage

/// A way to pay that an organisation has saved (PAY-1): a token at the processor and what people know it by.
package struct PaymentProfile: Hashable, Sendable {
    package enum State: String, CaseIterable, Sendable {
        /// Wished; the customer has not agreed yet at the bank or on the method's page.
        case pending
        case active
        case failed
        case removed
    }

    package let id: PaymentProfileID
    package let organization: OrganizationID
    package let processor: String
    package let method: PaymentMethod
    package let state: State
    /// `visa`; empty for what is no card.
    package let brand: String
    /// The card's last digits, or what the method shows of the account.
    package let label: String
    package let expires: CardExpiry?
    package let failure: String?
    package let actionPath: String?
    package let createdAt: Instant

    let setUpKey: String
    let token: String?

    package static let clientKeyLengthMax = PaymentRequest.clientKeyLengthMax
    /// Of one organisation, so that a page shows them all.
    static let countMax = 50

    package var instrument: Instrument? {
        token.map {
            .saved(SavedInstrument(method: method, token: $0, brand: brand, label: label, expires: expires))
        }
    }

    package func isExpired(on today: Day) -> Bool { expires.map { $0.lastDay < today } ?? false }
}

extension PaymentProfile.State: StoredAsText {}

/// What an organisation pays with unless it says otherwise (PAY-3, PRE-11).
package enum DefaultMethod: Hashable, Sendable {
    case prepaid
    case profile(PaymentProfileID)
}

/// Something that will be paid with a profile by itself, such as a product's automatic renewal.
package struct ProfileUse: Hashable, Sendable {
    /// The one it names; nil where it goes by the default, whatever that is.
    package let profile: PaymentProfileID?
    /// What people call it: the product's name.
    package let name: String

    package init(profile: PaymentProfileID?, name: String) {
        self.profile = profile
        self.name = name
    }
}

extension PaymentProfile {
    /// Who asks what pays by itself: the room that renews answers, inside the transaction that removes.
    package typealias Uses = @Sendable (Connection, OrganizationID) throws -> [ProfileUse]

    /// Whether a profile may go (PAY-8): not while something would be left without a way to be paid.
    /// - Returns: the names that stand against it.
    package static func standsAgainstRemoval(
        of profile: PaymentProfileID, standard: DefaultMethod?, uses: [ProfileUse]
    ) -> [String] {
        let isDefault = standard == .profile(profile)
        return uses.filter { $0.profile == profile || ($0.profile == nil && isDefault) }.map(\.name)
    }
}

extension PaymentProfile {
    static let columns: SQL = """
        id, organization_id, processor, method, state, set_up_key, token, brand, label, expires, failure, action_path,
        created_at
        """

    init(_ row: Row) throws {
        let expires: String? = try row["expires"]
        id = try row["id"]
        organization = try row["organization_id"]
        processor = try row["processor"]
        method = try row["method"]
        state = try row["state"]
        setUpKey = try row["set_up_key"]
        token = try row["token"]
        brand = try row["brand"]
        label = try row["label"]
        self.expires = expires.flatMap { CardExpiry($0) }
        failure = try row["failure"]
        actionPath = try row["action_path"]
        createdAt = try row["created_at"]
    }
}
