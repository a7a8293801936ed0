package import Kernel
import Storage

/// People who get access to products together (TEAM-1, TEAM-2).
package struct Team: Sendable {
    package let id: TeamID
    package let organization: OrganizationID
    package let name: String
    package let description: String
    /// The project manager or point of contact; one of the members.
    package let leader: PersonID?
    package let leaderName: String?
    package let members: Int
    package let products: Int
    package let revision: Int

    package static let nameLengthMax = 60
    package static let descriptionLengthMax = 300
    /// More would make the choice on a member's page unreadable.
    package static let countMax = 500

    init(_ row: Row) throws {
        id = try row["id"]
        organization = try row["organization_id"]
        name = try row["name"]
        description = try row["description"]
        leader = try row["leader_id"]
        leaderName = try row["leader_name"]
        members = try row["members"]
        products = try row["products"]
        revision = try row["revision"]
    }

    /// Two teams whose names differ only in case would be taken for each other.
    static func key(_ name: String) -> String { name.lowercased() }
}
