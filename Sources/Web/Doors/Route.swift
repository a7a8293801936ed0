import Kernel

/// One line of the table that `kontor routes` prints and the generated test crosses with every kind of visitor.
package struct Route: Sendable {
    package enum Door: String, Sendable {
        /// Whoever comes.
        case `public`
        case signedIn = "signed-in"
        case organization
        /// Whoever runs the installation; 404 for everybody else.
        case staff
        case api
        /// 404 in production.
        case sandbox
    }

    package let method: String
    /// `/organizations/{organization}/orders/{order}`
    package let path: String
    package let door: Door
    /// The right it takes, as `Right.name`.
    package let right: String?
    /// Asks again who is there before it acts.
    package let isConfirmed: Bool
    let bodyLimit: Int
    let accepts: Accepts
    let handle: @Sendable (Gate, Arrival) async throws -> Answer

    /// What a request may carry.
    enum Accepts: Sendable {
        case nothing
        case form
        case json
    }
}
