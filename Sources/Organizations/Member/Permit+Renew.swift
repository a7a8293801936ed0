package import Access
import Kernel
package import Storage

extension Permit {
    /// Holds the organisation for the rest of the transaction and decides the right again: what the person was when the
    /// request came in may be over by now. Whatever writes in the name of a right begins with it.
    /// - Returns: where the person stands now.
    /// - Throws: 404 where they are no member any more; 403 where the right is over.
    @discardableResult
    package func renew(in connection: Connection) throws -> Standing {
        try connection.lock("organization", organization)
        guard let member = try Member.find(person, in: organization, connection) else { throw Problem.notFound }
        let standing = try member.standing(connection)
        _ = try standing.permit(R.self)
        return standing
    }
}
