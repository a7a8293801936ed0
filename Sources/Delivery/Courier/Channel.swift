package import Kernel

/// The way out for one kind of dispatch.
package protocol Channel: Sendable {
    /// The `Dispatch.kind` that it carries.
    var kind: String { get }

    /// Delivers once, within `Courier.leaseSeconds`. May be called again for what went out already, with the same `key`:
    /// a worker can be killed between the delivery and its note of it.
    /// - Parameter key: names the delivery, the same at each attempt; letters, digits, `-`.
    func deliver(
        _ payload: String, to target: String, key: String, sentAt: Instant
    ) async throws(DeliveryFailure)
}

package enum DeliveryFailure: Error, Equatable {
    /// Not now: no connection, a server that asks for patience. Tried again later.
    case temporary(String)
    /// Never like this: an address that does not exist. Parked for a person to look at.
    case permanent(String)

    package var reason: String {
        switch self {
        case .temporary(let reason), .permanent(let reason): reason
        }
    }
}
