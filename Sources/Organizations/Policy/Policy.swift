package import Access
import Accounts
package import Kernel
package import Storage

/// What an organisation asks of its members' security (POL-1), and how far they are (POL-6).
package struct Policy: Sendable {
    package let requiresSecondFactor: Bool
    package let members: Int
    /// Members without a second factor.
    package let lacking: Int
    /// When those without one were last written to from here.
    package let remindedAt: Instant?
    /// The one who looks has a second factor, and would not be shut out.
    package let hasOwn: Bool

    /// Once a day is a reminder; more is noise.
    package static let reminderPause: Duration = .days(1)
    /// As many letters as one event makes.
    package static let lettersMax = 10_000

    package func mayRemind(at now: Instant) -> Bool {
        guard let remindedAt else { return true }
        return now >= remindedAt.adding(Policy.reminderPause)
    }
}

extension Migration {
    static let policy = Migration(
        "organizations-003-policy", "ALTER TABLE organization ADD COLUMN second_factor_reminded_at BIGINT;")
}

extension Policy {
    package static func find(by permit: Permit<ManagePolicy>, in connection: Connection) throws -> Policy {
        guard
            let row = try connection.row(
                """
                SELECT requires_second_factor, second_factor_reminded_at,
                    (SELECT COUNT(*) FROM membership WHERE organization_id = organization.id) AS members,
                    (SELECT COUNT(*) FROM membership JOIN person ON person.id = membership.person_id
                        WHERE membership.organization_id = organization.id AND NOT \(Person.hasSecondFactor)) AS lacking,
                    (SELECT \(Person.hasSecondFactor) FROM person WHERE person.id = \(permit.person)) AS has_own
                FROM organization WHERE organization.id = \(permit.organization)
                """)
        else { throw Problem.notFound }
        return Policy(
            requiresSecondFactor: try row["requires_second_factor"], members: try row["members"],
            lacking: try row["lacking"], remindedAt: try row["second_factor_reminded_at"], hasOwn: try row["has_own"])
    }

    /// From the next request on, members without a second factor meet the wall (POL-2), in open sessions too.
    /// - Throws: 409 `own_second_factor_first` where the one who asks for it would be shut out first.
    /// - Returns: false where it was so already.
    @discardableResult
    package static func require(
        _ isRequired: Bool, by permit: Permit<ManagePolicy>, actor: Event.Actor, at now: Instant,
        in connection: Connection
    ) throws -> Bool {
        try permit.renew(in: connection)
        let policy = try find(by: permit, in: connection)
        if policy.requiresSecondFactor == isRequired { return false }
        if isRequired, !policy.hasOwn {
            throw Problem(.conflict, code: "own_second_factor_first", word: "policy.refused.own")
        }
        try connection.execute(
            "UPDATE organization SET requires_second_factor = \(isRequired) WHERE id = \(permit.organization)")
        try connection.announce(
            Event(
                isRequired ? "SecondFactorRequired" : "SecondFactorNoLongerRequired", by: actor,
                organization: permit.organization, subject: "organization", permit.organization.rawValue,
                payload: ["members": String(policy.members), "lacking": String(policy.lacking)]), at: now)
        return true
    }

    /// Writes to everybody without a second factor (POL-5).
    /// - Throws: 409 `sent_today`, `nobody_lacks`.
    package static func remind(
        by permit: Permit<ManagePolicy>, actor: Event.Actor, at now: Instant, in connection: Connection
    ) throws {
        try permit.renew(in: connection)
        let policy = try find(by: permit, in: connection)
        guard policy.lacking > 0 else { throw Problem(.conflict, code: "nobody_lacks", word: "policy.refused.nobody") }
        guard policy.mayRemind(at: now) else {
            throw Problem(.conflict, code: "sent_today", word: "policy.refused.sent")
        }
        try connection.execute(
            "UPDATE organization SET second_factor_reminded_at = \(now) WHERE id = \(permit.organization)")
        try connection.announce(
            Event(
                "SecondFactorReminderSent", by: actor, organization: permit.organization, subject: "organization",
                permit.organization.rawValue, payload: ["lacking": String(policy.lacking)]), at: now)
    }
}
