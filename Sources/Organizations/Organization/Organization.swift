package import Access
package import Kernel
import Storage

/// A space of its own (ORG-22): a name, a kind, an address, contacts, a currency.
package struct Organization: Sendable {
    package enum Kind: String, Sendable, CaseIterable {
        case `private`, company
    }

    package let id: OrganizationID
    package let name: String
    package let kind: Kind
    /// Billed in one currency, chosen once (ORG-18).
    package let currency: Currency
    package let zone: Zone
    package let language: Language
    package let address: PostalAddress
    /// Where messages to the organisation itself go, beside its people.
    package let contactEmail: String
    package let vatNumber: String
    /// Counts the changes, so that a form filled in from an older state is told so.
    package let revision: Int
}

/// Where an organisation lives. Street, postcode and town are empty until the first order asks for them.
package struct PostalAddress: Sendable, Hashable {
    package let street: String
    package let postcode: String
    package let town: String
    package let country: Country

    package init(street: String, postcode: String, town: String, country: Country) {
        self.street = street
        self.postcode = postcode
        self.town = town
        self.country = country
    }

    /// An invoice needs all of it.
    package var isComplete: Bool { !street.isEmpty && !postcode.isEmpty && !town.isEmpty }
}

/// What an organisation is made from.
package struct NewOrganization: Sendable {
    package let name: String
    package let kind: Organization.Kind
    package let currency: Currency
    package let country: Country
    package let language: Language
    package let zone: Zone

    package init(
        name: String, kind: Organization.Kind, currency: Currency, country: Country, language: Language, zone: Zone
    ) {
        self.name = name
        self.kind = kind
        self.currency = currency
        self.country = country
        self.language = language
        self.zone = zone
    }
}

extension Role: StoredAsText {}
extension Organization.Kind: StoredAsText {}
