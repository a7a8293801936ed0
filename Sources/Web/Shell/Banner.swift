package import Access
package import Kernel
package import Storage

/// What needs somebody in an organisation, said at the top of its pages and marked in the switcher (UI-9).
package struct Banner: Sendable {
    /// The gravest is shown; the others wait until it is gone.
    package enum Gravity: Int, Comparable, Sendable {
        /// Something does not begin, such as an order that is not paid.
        case waiting
        /// Something did not work, such as a transfer.
        case failed
        /// Something has stopped.
        case blocked

        package static func < (one: Gravity, other: Gravity) -> Bool { one.rawValue < other.rawValue }
    }

    package let organization: OrganizationID
    package let gravity: Gravity
    /// Where it is put right.
    package let link: Link
    /// A whole sentence, and what the link says.
    let sentence: @Sendable (Words) -> String
    let action: @Sendable (Words) -> String

    package init(
        organization: OrganizationID, gravity: Gravity, link: Link, sentence: @escaping @Sendable (Words) -> String,
        action: @escaping @Sendable (Words) -> String
    ) {
        self.organization = organization
        self.gravity = gravity
        self.link = link
        self.sentence = sentence
        self.action = action
    }
}

/// What a room has to say so. Asked with every organisation of the person, in the read that recognises them, at every page:
/// one statement that an index answers, and nothing for those who could not do anything about it.
package struct BannerSource: Sendable {
    let find: @Sendable ([Standing], Connection) throws -> [Banner]

    package init(find: @escaping @Sendable ([Standing], Connection) throws -> [Banner]) {
        self.find = find
    }
}

extension Contributions {
    /// - Returns: nothing where the answer is not a page of somebody's.
    func banners(for person: SignedIn?, _ request: Incoming, _ connection: Connection) throws -> [Banner] {
        guard let person, request.isForPage else { return [] }
        let places = person.organizations + [person.client].compactMap { $0 }
        // Behind the wall of the second factor nothing is told.
        let standings = places.filter { !$0.requiresSecondFactor || person.hasSecondFactor }
            .map(\.standing)
        if standings.isEmpty { return [] }
        return try bannerSources.flatMap { try $0.find(standings, connection) }
    }
}

extension Visit {
    /// The one for this page: the gravest of its organisation, unless it leads just here.
    var banner: Banner? {
        guard let organization else { return nil }
        return banners.filter { $0.organization == organization.id && $0.link.text != request.path }
            .max { $0.gravity < $1.gravity }
    }

    func needsSomebody(in organization: OrganizationID) -> Bool {
        banners.contains { $0.organization == organization }
    }
}
