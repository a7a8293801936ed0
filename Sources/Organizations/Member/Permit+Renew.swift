package import Access
import Kernel
package import Storage
import Web

extension Permit {
    /// Holds the organisation for the rest of the transaction and decides the right again: what the person was when the
    /// request came in may be over by now. Whatever writes in the name of a right begins with it.
    /// - Returns: where the person stands now.
    /// - Throws: 404 where they are no member any more, and no partner's either; 403 where the right is over.
    @discardableResult
    package func renew(in connection: Connection) throws -> Standing {
        try connection.lock("organization", organization)
        let standing =
            if let member = try Member.find(person, in: organization, connection) {
                try member.standing(connection)
            } else {
                try Partnership.way(of: person, into: organization, connection)?.standing
            }
        guard let standing else { throw Problem.notFound }
        _ = try standing.permit(R.self)
        return standing
    }
}
