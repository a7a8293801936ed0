package import Kernel
import Storage

/// What an operator wants done with a customer's money. It is done at once, or, above an amount, once another operator
/// has agreed (four eyes).
package struct DeskRequest: Hashable, Sendable {
    package enum State: String, CaseIterable, Sendable, StoredAsText {
        case pending, done, refused, expired
    }

    /// How long a colleague may take; then it has to be asked anew, for the facts may have changed.
    package static let lifetime = Duration.days(7)
    package static let reasonLengthMax = 300
    package static let reasonLengthMin = 5

    package let id: DeskRequestID
    package let organization: OrganizationID
    package let act: DeskAct
    /// What it moves: what the threshold is compared with.
    package let amount: Money
    package let reason: String
    package let state: State
    package let askedBy: PersonID
    package let decidedBy: PersonID?
    package let askedAt: Instant
    package let expiresAt: Instant
}

package enum DeskAct: Hashable, Sendable, Codable {
    /// Parts of an invoice's lines, or all that is left of it where none are named; what had been paid goes back along the
    /// payment, or to prepaid where there is none.
    /// - Parameter byBank: to an account that the operator names, instead of along the payment.
    case credit(document: Int64, payment: Int64?, byBank: Bool? = nil, parts: [Part]? = nil)
    case writeOff(document: Int64)
    /// Of what the payment put on prepaid.
    case refund(payment: Int64, minorUnits: Int64, byBank: Bool? = nil)

    /// Of a line, without VAT.
    package struct Part: Hashable, Sendable, Codable {
        package let position: Int
        package let minorUnits: Int64

        package init(position: Int, minorUnits: Int64) {
            self.position = position
            self.minorUnits = minorUnits
        }
    }

    /// `credit`, `write_off`, `refund`: in words and events.
    package var name: String {
        switch self {
        case .credit: "credit"
        case .writeOff: "write_off"
        case .refund: "refund"
        }
    }

    /// Whether it needs an account to go to.
    var isByBank: Bool {
        switch self {
        case .credit(_, let payment, let byBank, _): payment != nil && byBank == true
        case .writeOff: false
        case .refund(_, _, let byBank): byBank == true
        }
    }

    /// How what it sends back reaches the customer.
    var way: RefundWay { isByBank ? .bank : .processor }

    /// The invoice it is about.
    var document: DocumentID? {
        switch self {
        case .credit(let id, _, _, _), .writeOff(let id): DocumentID(rawValue: id)
        case .refund: nil
        }
    }
}

extension NewCreditNote.Scope {
    init(_ parts: [DeskAct.Part]?, _ currency: Currency) {
        guard let parts else {
            self = .rest
            return
        }
        self = .lines(
            parts.map { .init(position: $0.position, net: Money(minorUnits: $0.minorUnits, currency)) })
    }
}

extension DeskRequest {
    static let columns: SQL = """
        id, organization_id, act, currency, amount, reason, state, asked_by, decided_by, asked_at, expires_at
        """

    init(_ row: Row) throws {
        id = try row["id"]
        organization = try row["organization_id"]
        act = try JSONText.decode(DeskAct.self, try row["act"])
        amount = Money(minorUnits: try row["amount"], try row["currency"])
        reason = try row["reason"]
        state = try row["state"]
        askedBy = try row["asked_by"]
        decidedBy = try row["decided_by"]
        askedAt = try row["asked_at"]
        expiresAt = try row["expires_at"]
    }
}

extension Migration {
    static let desk = Migration(
        "billing-021-desk",
        """
        CREATE TABLE desk_request (
            id IDENTITY,
            organization_id BIGINT NOT NULL REFERENCES organization (id),
            act TEXT NOT NULL,
            currency TEXT NOT NULL CHECK (currency IN ('CHF', 'EUR')),
            amount BIGINT NOT NULL CHECK (amount > 0),
            reason TEXT NOT NULL,
            client_key TEXT NOT NULL UNIQUE,
            state TEXT NOT NULL CHECK (state IN ('pending', 'done', 'refused', 'expired')),
            asked_by BIGINT NOT NULL,
            decided_by BIGINT CHECK (decided_by <> asked_by),
            asked_at BIGINT NOT NULL,
            decided_at BIGINT,
            expires_at BIGINT NOT NULL
        );
        CREATE INDEX desk_request_pending ON desk_request (expires_at) WHERE state = 'pending';
        """)
}
