import Access
package import Kernel
import Storage

/// Somebody asks for a right that they lack, and those who can grant it decide.
package struct AccessRequest: Sendable {
    package enum State: String, Sendable, CaseIterable {
        case pending, granted, refused
    }

    package let id: AccessRequestID
    package let organization: OrganizationID
    package let person: PersonID
    package let personName: String
    /// As `Right.name`.
    package let right: String
    /// The product it is about, where it is about one.
    package let product: ProductID?
    package let note: String
    package let state: State
    package let askedAt: Instant
    package let decidedBy: PersonID?
    package let decidedAt: Instant?
    /// What the one who refused wrote.
    package let answer: String

    package static let noteLengthMax = 300
    /// For the same right and product: whoever is asked should not be pestered in our name.
    package static let askEvery: Duration = .days(1)
    /// In all, by one person in one organisation and day: each goes to everybody who can grant it.
    package static let asksPerDayMax = 20

    init(_ row: Row) throws {
        id = try row["id"]
        organization = try row["organization_id"]
        person = try row["person_id"]
        personName = "\(try row["first_name"] as String) \(try row["last_name"] as String)"
        right = try row["right_name"]
        product = try row["product_id"]
        note = try row["note"]
        state = try row["state"]
        askedAt = try row["asked_at"]
        decidedBy = try row["decided_by_id"]
        decidedAt = try row["decided_at"]
        answer = try row["answer"]
    }
}

extension AccessRequest.State: StoredAsText {}

extension Migration {
    /// What was answered to a request; when a member was last told about their security settings.
    static let accessRequests = Migration(
        "organizations-003-access-requests",
        """
        ALTER TABLE access_request ADD COLUMN answer TEXT NOT NULL DEFAULT '';
        ALTER TABLE membership ADD COLUMN alerted_at BIGINT;
        """)
}
