package import Kernel
package import Storage

/// What the activity log can be narrowed to: the subjects of its events in groups that people think in (SES-3).
package enum ActivityKind: String, CaseIterable, Sendable {
    case signIn = "sign-in"
    case account, members, products, orders, billing, settings
}

/// What a room says of the things its events are about, so that other rooms can name them and lead to them without knowing
/// the room: `doors.subject("order", …)`.
package struct SubjectKind: Sendable {
    /// As `Event.subject` has it.
    package let name: String
    package let activity: ActivityKind
    /// The page of one; nil where it has none, or none outside of an organisation.
    package let link: @Sendable (_ organization: OrganizationID?, _ id: Int64) -> Link?
    /// What people call those that are still there.
    package let titles: @Sendable (Connection, _ ids: [Int64], Words) throws -> [Int64: String]
    /// Those of the organisations whose name contains what was typed, at most a hundred.
    package let find: @Sendable (Connection, _ organizations: [OrganizationID], _ text: String) throws -> [Int64]
}

extension Doors {
    /// - Parameters:
    ///   - link: leads to one of them.
    ///   - titles: names them; without it they are named by the sentence alone.
    ///   - find: looks for them by name; only asked of `product`.
    package func subject(
        _ name: String, _ activity: ActivityKind,
        link: @escaping @Sendable (_ organization: OrganizationID?, _ id: Int64) -> Link? = { _, _ in nil },
        titles: @escaping @Sendable (Connection, _ ids: [Int64], Words) throws -> [Int64: String] = { _, _, _ in [:] },
        find:
            @escaping @Sendable (Connection, _ organizations: [OrganizationID], _ text: String) throws -> [Int64] = {
                _, _, _ in []
            }
    ) {
        add(SubjectKind(name: name, activity: activity, link: link, titles: titles, find: find))
    }
}
