package import Kernel
package import Storage
import Web

extension Person {
    /// First and last names by id, for lists that name many people. Who has no account any more is not in it.
    package static func names(of ids: [PersonID], in connection: Connection) throws -> [Int64: String] {
        if ids.isEmpty { return [:] }
        let rows = try connection.rows("SELECT id, first_name, last_name FROM person WHERE id IN \(ids)")
        return Dictionary(
            uniqueKeysWithValues: try rows.map { row in
                (try row["id"], "\(try row["first_name"] as String) \(try row["last_name"] as String)")
            })
    }
}

extension Accounts {
    /// What the events of this room are about (SES-3).
    func openSubjects(_ doors: Doors) {
        doors.subject(
            "person", .account,
            titles: { connection, ids, _ in
                try Person.names(of: ids.map(PersonID.init(rawValue:)), in: connection)
            })
        doors.subject("session", .signIn)
        doors.subject("sign_up", .account)
    }
}
