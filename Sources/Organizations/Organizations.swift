import Access
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
    /// What rooms above have to say when somebody leaves, and when an organisation ends.
    let endings: Endings

    package init(
        database: Database, surroundings: Surroundings, keys: Keys, wording: Wording, settings: WebSettings,
        products: ProductDirectory, endings: Endings
    ) {
        self.database = database
        self.surroundings = surroundings
        self.keys = keys
        self.wording = wording
        self.settings = settings
        self.products = products
        self.endings = endings
    }

    package static let migrations: [Migration] = [
        .organizations, .members, .policy, .appearance, .accessRequests, .invitations, .inviters, .partners,
    ]

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

    package func open(_ doors: Doors) {
        openHome(doors)
        openCreation(doors)
        openMembers(doors)
        openInvitations(doors)
        openTeams(doors)
        openPolicy(doors)
        openAppearance(doors)
        openActivity(doors)
        openSettings(doors)
        openOwnOrganizations(doors)
        openLeaving(doors)
        openDeletion(doors)
        openPartners(doors)
        openSearch(doors)
        openSubjects(doors)
        navigate(doors)
    }

    package var subscriptions: [Subscription] {
        memberSubscriptions + invitationLetters + accessSubscriptions + teamSubscriptions + policySubscriptions
            + partnerSubscriptions + [Subscription("OrganizationDeleted", deletionLetter)]
    }

    private func navigate(_ doors: Doors) {
        doors.navigate(
            NavigationItem(
                id: "teams", section: .organization, icon: "people", title: { $0("teams.teams") },
                link: { "/organizations/\($0)/teams" }, isShown: { $0.has(ManageTeams.self) }))
        doors.navigate(
            NavigationItem(
                id: "settings", section: .organization, icon: "building",
                title: { $0("organizations.settings") }, link: { "/organizations/\($0)/settings" }))
    }
}
