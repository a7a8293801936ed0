package import Accounts
package import Delivery
package import Foundation
package import Kernel
package import Storage
package import Web

/// The room of organisations: the separate spaces that hold products, users and billing (ORG-1).
package struct Organizations: Sendable {
    let database: Database
    let surroundings: Surroundings
    let keys: Keys
    let wording: Wording
    let settings: WebSettings
    /// What members can be given, kept by a room above.
    let products: ProductDirectory

    package init(
        database: Database, surroundings: Surroundings, keys: Keys, wording: Wording, settings: WebSettings,
        products: ProductDirectory
    ) {
        self.database = database
        self.surroundings = surroundings
        self.keys = keys
        self.wording = wording
        self.settings = settings
        self.products = products
    }

    package static let migrations: [Migration] = [.organizations, .members, .invitations]

    package static let words = Bundle.module.bundleURL.appendingPathComponent("Words")

    /// What `Accounts` founds with every account (ACC-5 to ACC-8).
    package static func founding(_ products: ProductDirectory) -> Founding {
        Founding(
            found: { connection, founder, actor, now in
                try Organization.found(
                    NewOrganization(
                        name: founder.organizationName, kind: founder.isCompany ? .company : .private,
                        currency: founder.currency, country: founder.country, language: founder.language,
                        zone: founder.zone),
                    by: founder.person, actor: actor, at: now, in: connection)
            },
            join: { connection, invitation, person, actor, now in
                try Invitation.accept(
                    invitation, by: person, products: products, actor: actor, at: now, in: connection)
            })
    }

    package var subscriptions: [Subscription] { invitationLetters }

    package func open(_ doors: Doors) {
        openHome(doors)
        openCreation(doors)
        openSettings(doors)
        openInvitations(doors)
        doors.navigate(
            NavigationItem(
                id: "settings", section: .organization, icon: "building",
                title: { $0("organizations.settings") }, link: { "/organizations/\($0)/settings" }))
    }
}
