package import Billing
package import Kernel
package import Web

/// What the provider sells, as data: families hold types, types hold offers, offers have prices (CAT-1). Edited as JSON,
/// read and checked at start (`Catalogue+Read.swift`, `docs/catalogue.md`).
package struct Catalogue: Sendable {
    package let types: [ProductType]

    /// For the sandbox: tools of collaboration that have no application get a page that stands in for one.
    package func withStandIns() -> Catalogue {
        Catalogue(
            types: types.map { type in
                var type = type
                if type.family == .collaborate, type.application == nil { type.application = .standIn }
                return type
            })
    }

    package func type(_ id: String) -> ProductType? { types.first { $0.id == id } }

    package func offer(_ id: String) -> (type: ProductType, offer: Offer)? {
        for type in types {
            if let offer = type.offers.first(where: { $0.id == id }) { return (type, offer) }
        }
        return nil
    }
}

/// A kind of product: web hosting, a domain name, a mail service.
package struct ProductType: Sendable {
    package let id: String
    package let family: NavigationItem.Section
    package let icon: String
    package let name: LocalText
    package let description: LocalText
    /// What a product of this type is called by.
    package let naming: Naming
    /// What its products are to the console, beyond being sold; nil for most.
    package let service: Service?
    /// Where its products are used, beside the console; nil where nowhere else (UI-7).
    package internal(set) var application: Application?
    package let offers: [Offer]

    package enum Service: String, Sendable, CaseIterable {
        /// Holds the mailboxes of its domain: whose login is one of them cannot leave (ORG-7), and it is put in maintenance
        /// where others are blocked (BLK-4).
        case mail
        /// The suite: whoever was given it is in it, and cannot leave (ORG-7).
        case suite
        /// Somebody's own suite: its organisation is proposed first among those to go to (ORG-4).
        case personalSuite = "personal_suite"
    }

    package enum Application: Hashable, Sendable {
        case address(ApplicationAddress)
        /// A page of ours, in the sandbox.
        case standIn
    }

    package enum Naming: String, Sendable {
        /// The domain it is for: `atelier-nord.ch`.
        case domain
        /// Any name that tells it from others.
        case label
    }
}

/// What can be ordered: a plan of a type with its prices.
package struct Offer: Sendable {
    package let id: String
    package let name: LocalText
    package let details: LocalText
    package let vatClass: VATClass
    /// Net, for one term, by term and currency. Every offer has every currency.
    package let prices: [Term: [Currency: Money]]
    /// Off the first term's price; renewals cost the list price.
    package let introduction: Discount?

    /// The terms on sale, shortest first.
    package var terms: [Term] { Term.allCases.filter { prices[$0] != nil } }

    package func price(_ term: Term, _ currency: Currency) -> Money? { prices[term]?[currency] }

    package struct Discount: Sendable {
        package let name: LocalText
        package let percentage: Percentage
    }
}
