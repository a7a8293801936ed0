/// How Stripe is reached. Prints without its secrets.
package struct StripeConfiguration: Sendable, CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    let secretKey: String
    /// What Stripe signs its messages with; nil where none are taken.
    let webhookSecret: String?
    /// `https://api.stripe.com`, without a slash at the end.
    let address: String
    /// Where customers come back to.
    let publicAddress: String

    package static let usualAddress = "https://api.stripe.com"

    /// - Returns: nil where the address is neither https nor, for a stand-in, on this machine.
    package init?(
        secretKey: String, webhookSecret: String?, address: String = StripeConfiguration.usualAddress,
        publicAddress: String
    ) {
        guard address.hasPrefix("https://") || StripeConfiguration.isHere(address), !secretKey.isEmpty else {
            return nil
        }
        self.secretKey = secretKey
        self.webhookSecret = webhookSecret
        self.address = address.hasSuffix("/") ? String(address.dropLast()) : address
        self.publicAddress = publicAddress
    }

    var isPlain: Bool { StripeConfiguration.isHere(address) }

    private static func isHere(_ address: String) -> Bool {
        ["http://127.0.0.1", "http://localhost", "http://[::1]"].contains { here in
            address == here || address.hasPrefix("\(here):") || address.hasPrefix("\(here)/")
        }
    }

    package var description: String { "Stripe at \(address), key •••" }
    package var debugDescription: String { description }
    package var customMirror: Mirror { Mirror(self, children: ["address": address]) }
}
