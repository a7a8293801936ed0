package import Access
package import Kernel

/// A person whose session was recognised: what every page needs to know of them, read once a request.
package struct SignedIn: Sendable {
    package let id: PersonID
    package let login: String
    package let firstName: String
    package let lastName: String
    package let phone: PhoneNumber
    package let country: Country
    package let language: Language
    package let zone: Zone
    /// Changes with the picture, so that it can be cached for ever; nil without one (ACC-14).
    package let pictureVersion: String?
    package let isStaff: Bool
    /// When the account was made.
    package let createdAt: Instant
    /// Nil where an API token speaks for the person.
    package let session: SessionID?
    /// When the session was last noted as in use.
    package let sessionSeenAt: Instant?
    /// A second step is asked at sign-in (SEC-1), which a policy may require (POL-1).
    package let hasSecondFactor: Bool
    /// When the person last proved in this session that it is them, by signing in or by confirming; nil never.
    package let confirmedAt: Instant?
    /// Where the person was last, in this session.
    package let currentOrganization: OrganizationID?
    /// In the order they are offered to switch to.
    package let organizations: [OrganizationSummary]
    /// The organisation of the path where the person is no member and comes in as a partner of it (PART-15).
    package let client: OrganizationSummary?

    package init(
        id: PersonID, login: String, firstName: String, lastName: String, phone: PhoneNumber, country: Country,
        language: Language, zone: Zone, pictureVersion: String?, isStaff: Bool, createdAt: Instant,
        session: SessionID?, sessionSeenAt: Instant? = nil, hasSecondFactor: Bool = false,
        confirmedAt: Instant? = nil, currentOrganization: OrganizationID?, organizations: [OrganizationSummary],
        client: OrganizationSummary? = nil
    ) {
        self.id = id
        self.login = login
        self.firstName = firstName
        self.lastName = lastName
        self.phone = phone
        self.country = country
        self.language = language
        self.zone = zone
        self.pictureVersion = pictureVersion
        self.isStaff = isStaff
        self.createdAt = createdAt
        self.session = session
        self.sessionSeenAt = sessionSeenAt
        self.hasSecondFactor = hasSecondFactor
        self.confirmedAt = confirmedAt
        self.currentOrganization = currentOrganization
        self.organizations = organizations
        self.client = client
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
    /// Members without a second factor meet a wall (POL-2).
    package let requiresSecondFactor: Bool
    /// Versions of the pictures that the shell shows, so that they can be cached for ever; nil without one (BRAND-2, BRAND-5).
    package let squareLogo: String?
    package let wideLogo: String?
    /// The letters in the square, where somebody chose them.
    package let initialsText: String?
    /// Has clients of its own (PART-7).
    package let isPartner: Bool
    /// Where the person is no member: the partner in whose name they act.
    package let through: Through?

    package struct Through: Sendable {
        package let id: OrganizationID
        package let name: String
        /// Its own people must have a second factor, wherever they act in its name.
        package let requiresSecondFactor: Bool

        package init(id: OrganizationID, name: String, requiresSecondFactor: Bool) {
            self.id = id
            self.name = name
            self.requiresSecondFactor = requiresSecondFactor
        }
    }

    package init(
        id: OrganizationID, name: String, currency: Currency, zone: Zone, standing: Standing,
        requiresSecondFactor: Bool = false, squareLogo: String? = nil, wideLogo: String? = nil,
        initialsText: String? = nil, isPartner: Bool = false, through: Through? = nil
    ) {
        self.id = id
        self.name = name
        self.currency = currency
        self.zone = zone
        self.standing = standing
        self.requiresSecondFactor = requiresSecondFactor
        self.squareLogo = squareLogo
        self.wideLogo = wideLogo
        self.initialsText = initialsText
        self.isPartner = isPartner
        self.through = through
    }

    package var initials: String {
        initialsText ?? SignedIn.initials(of: name.split(separator: " ").map(String.init))
    }

    /// What the person is here, in words.
    package func place(_ words: Words) -> String {
        through.map { words("shell.partner.place", ["partner": $0.name]) } ?? words("role.\(standing.role.rawValue)")
    }
}

/// An organisation that a person may enter as its partner, as the switcher lists it (UI-8).
package struct ClientSummary: Sendable {
    package let id: OrganizationID
    package let name: String
    package let squareLogo: String?
    package let initials: String
    /// In whose name.
    package let partner: OrganizationID

    package init(
        id: OrganizationID, name: String, squareLogo: String?, initialsText: String?, partner: OrganizationID
    ) {
        self.id = id
        self.name = name
        self.squareLogo = squareLogo
        initials = initialsText ?? SignedIn.initials(of: name.split(separator: " ").map(String.init))
        self.partner = partner
    }
}
