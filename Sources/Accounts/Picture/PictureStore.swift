package import Kernel
package import Storage

extension Person {
    /// The picture of a person, for rooms that have decided who may see it (ACC-14).
    /// - Returns: nil where there is none, or where it is another version by now.
    package static func picture(
        of person: PersonID, version: String, in connection: Connection
    ) throws -> (type: String, bytes: [UInt8])? {
        try connection.row(
            """
            SELECT content_type, bytes FROM person_picture JOIN person ON person.id = person_id
            WHERE person_id = \(person) AND picture_version = \(version)
            """
        ).map { (type: try $0["content_type"], bytes: try $0["bytes"]) }
    }
}
