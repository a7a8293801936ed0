import Kernel
import Web

/// Where the products of a type are used: an address outside of the console, with places for what tells a product from others
/// (UI-7). `https://mail.example.net/{name}`.
package struct ApplicationAddress: Hashable, Sendable {
    private let text: String

    /// What may stand in it.
    private static let places = ["{organization}", "{product}", "{name}"]

    /// - Returns: nil unless it is an https address whose host is the same for all, with no other places.
    package init?(_ text: String) {
        guard text.hasPrefix("https://"), Link(web: text) != nil else { return nil }
        let host = text.dropFirst("https://".count).prefix { !"/?#".contains($0) }
        let rest = ApplicationAddress.places.reduce(String(text)) { $0.replacing($1, with: "") }
        guard !host.isEmpty, !host.contains("{"), !rest.contains("{"), !rest.contains("}") else { return nil }
        self.text = text
    }

    /// With the product's own in the places, percent-encoded.
    func link(to product: Product) -> Link? {
        let values = [product.organization.description, product.id.description, product.name]
        let filled = zip(ApplicationAddress.places, values).reduce(text) { text, place in
            text.replacing(place.0, with: Link.encode(place.1))
        }
        return Link(web: filled)
    }
}
