package import Access
package import Kernel

/// A person whose session was recognised: what every page needs to know of them, read once a request.
package struct SignedIn: Sendable {
    package let id: PersonID
    package let login: String
    package let firstName: String
    package let lastName: String
    package let language: Language
    package let zone: Zone
    /// Changes with the picture, so that it can be cached for ever; nil without one (ACC-14).
    package let pictureVersion: String?
    package let isStaff: Bool
    /// Nil where an API token speaks for the person.
    package let session: SessionID?
    /// When the session was last noted as in use.
    package let sessionSeenAt: Instant?
    /// Where the person was last, in this session.
    package let currentOrganization: OrganizationID?
    /// In the order they are offered to switch to.
    package let organizations: [OrganizationSummary]

    package init(
        id: PersonID, login: String, firstName: String, lastName: String, language: Language, zone: Zone,
        pictureVersion: String?, isStaff: Bool, session: SessionID?,
        sessionSeenAt: Instant? = nil, currentOrganization: OrganizationID?, organizations: [OrganizationSummary]
    ) {
        self.id = id
        self.login = login
        self.firstName = firstName
        self.lastName = lastName
        self.language = language
        self.zone = zone
        self.pictureVersion = pictureVersion
        self.isStaff = isStaff
        self.session = session
        self.sessionSeenAt = sessionSeenAt
        self.currentOrganization = currentOrganization
        self.organizations = organizations
    }

    package var name: String { "\(firstName) \(lastName)" }

    package var initials: String { SignedIn.initials(of: [firstName, lastName]) }

    /// Up to two letters, for the badge that stands in for a picture or a logo.
    package static func initials(of words: [String]) -> String {
        let letters = words.compactMap { $0.first { $0.isLetter || $0.isNumber } }
        return String((letters.count > 2 ? [letters[0], letters[1]] : letters)).uppercased()
    }
}

/// An organisation that a person belongs to, and how.
package struct OrganizationSummary: Sendable {
    package let id: OrganizationID
    package let name: String
    package let currency: Currency
    package let zone: Zone
    package let standing: Standing
    /// Versions of the pictures that the shell shows, so that they can be cached for ever; nil without one (BRAND-2, BRAND-5).
    package let squareLogo: String?
    package let wideLogo: String?
    /// The letters in the square, where somebody chose them.
    package let initialsText: String?

    package init(
        id: OrganizationID, name: String, currency: Currency, zone: Zone, standing: Standing,
        squareLogo: String? = nil, wideLogo: String? = nil, initialsText: String? = nil
    ) {
        self.id = id
        self.name = name
        self.currency = currency
        self.zone = zone
        self.standing = standing
        self.squareLogo = squareLogo
        self.wideLogo = wideLogo
        self.initialsText = initialsText
    }

    package var initials: String {
        initialsText ?? SignedIn.initials(of: name.split(separator: " ").map(String.init))
    }
}
