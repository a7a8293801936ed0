package import Access
package import Kernel
package import Storage
package import Web

extension Migration {
    static let organizations = Migration(
        "organizations-001-organizations",
        """
        CREATE TABLE organization (
            id IDENTITY,
            name TEXT NOT NULL CHECK (name <> ''),
            kind TEXT NOT NULL CHECK (kind IN ('private', 'company')),
            currency TEXT NOT NULL CHECK (currency IN ('CHF', 'EUR')),
            country TEXT NOT NULL,
            language TEXT NOT NULL,
            time_zone TEXT NOT NULL,
            street TEXT NOT NULL,
            postcode TEXT NOT NULL,
            town TEXT NOT NULL,
            contact_email TEXT NOT NULL,
            vat_number TEXT NOT NULL,
            revision INTEGER NOT NULL,
            created_at BIGINT NOT NULL
        );
        CREATE TABLE membership (
            organization_id BIGINT NOT NULL REFERENCES organization (id),
            person_id BIGINT NOT NULL REFERENCES person (id),
            role TEXT NOT NULL CHECK (role IN ('legal_representative', 'administrator', 'collaborator', 'external')),
            has_billing_right BOOLEAN NOT NULL,
            created_at BIGINT NOT NULL,
            PRIMARY KEY (organization_id, person_id)
        );
        CREATE INDEX membership_of_person ON membership (person_id);
        """)
}

extension Organization {
    /// The creator answers for it (ORG-21).
    package static func found(
        _ new: NewOrganization, by founder: PersonID, actor: Event.Actor, at now: Instant, in connection: Connection
    ) throws -> OrganizationID {
        let id: OrganizationID = try connection.insert(
            """
            INSERT INTO organization (name, kind, currency, country, language, time_zone, street, postcode, town,
                contact_email, vat_number, revision, created_at)
            VALUES (\(new.name), \(new.kind), \(new.currency), \(new.country), \(new.language), \(new.zone), '', '', '',
                '', '', 1, \(now))
            RETURNING id
            """)
        try connection.announce(
            Event("OrganizationFounded", by: actor, organization: id, subject: "organization", id.rawValue), at: now)
        try join(id, founder, as: .founder, actor: actor, at: now, in: connection)
        return id
    }

    /// Organisations that one person founds in 24 hours: an agency with its customers does not come near it, and nobody fills the
    /// house with them.
    package static let foundedPerDayMax = 20

    /// Another one, beside that of the sign-up (ACC-9).
    /// - Throws: 429 where the person has founded enough for a day.
    package static func foundAnother(
        _ new: NewOrganization, by founder: PersonID, actor: Event.Actor, at now: Instant, in connection: Connection
    ) throws -> OrganizationID {
        try connection.lock("person", founder)
        let first = try Event.firstID(since: now.adding(.hours(-24)), in: connection)
        let day: Int =
            try connection.row(
                """
                SELECT COUNT(*) AS count FROM event
                WHERE id >= \(first) AND person_id = \(founder) AND name = 'OrganizationFounded'
                """)?["count"] ?? 0
        guard day < foundedPerDayMax else {
            throw Problem(
                .tooMany(retryAfterSeconds: 3600), code: "too_many_organizations", word: "organizations.refused.day",
                arguments: ["max": String(foundedPerDayMax)])
        }
        return try found(new, by: founder, actor: actor, at: now, in: connection)
    }

    /// Makes somebody a member.
    /// - Throws: 404 where the organisation is deleted.
    package static func join(
        _ id: OrganizationID, _ person: PersonID, as membership: Membership, actor: Event.Actor, at now: Instant,
        in connection: Connection
    ) throws {
        let contacts = membership.contacts
        try hold(id, in: connection)
        try connection.execute(
            """
            INSERT INTO membership (organization_id, person_id, role, has_billing_right, gets_administrative, gets_billing,
                gets_technical, revision, created_at)
            VALUES (\(id), \(person), \(membership.role), \(membership.hasBillingRight),
                \(contacts.contains(.administrative)), \(contacts.contains(.billing)), \(contacts.contains(.technical)), 1,
                \(now))
            """)
        try Grants.set(membership.products, to: person, in: id, at: now, connection)
        for team in membership.teams.sorted() { try Team.join(team, person, in: id, at: now, connection) }
        try connection.announce(
            Event(
                "MemberJoined", by: actor, organization: id, subject: "person", person.rawValue,
                payload: ["role": membership.role.rawValue]), at: now)
    }

    package static func find(_ id: OrganizationID, in connection: Connection) throws -> Organization? {
        try ask(id, in: connection).answer()
    }

    /// The same along with other questions.
    package static func ask(_ id: OrganizationID, in connection: Connection) throws -> Question<Organization?> {
        try connection.ask(
            """
            SELECT id, name, kind, currency, country, language, time_zone, street, postcode, town, contact_email,
                vat_number, revision
            FROM organization WHERE id = \(id)
            """
        ).first(Organization.init)
    }

    private init(_ row: Row) throws {
        self.init(
            id: try row["id"], name: try row["name"], kind: try row["kind"], currency: try row["currency"],
            zone: try row["time_zone"], language: try row["language"],
            address: PostalAddress(
                street: try row["street"], postcode: try row["postcode"], town: try row["town"],
                country: try row["country"]),
            contactEmail: try row["contact_email"], vatNumber: try row["vat_number"], revision: try row["revision"])
    }

    /// Every organisation of a person and where they stand in it, for switching and for deciding rights.
    /// - Parameter place: the organisation of the path; what was granted there is read too.
    package static func summaries(
        of person: PersonID, in place: OrganizationID? = nil, _ connection: Connection
    ) throws -> [OrganizationSummary] {
        try connection.rows(
            """
            SELECT \(summarised), role, has_billing_right
            FROM membership JOIN organization ON organization.id = membership.organization_id
            WHERE person_id = \(person) ORDER BY name, id
            """
        ).map { row in
            let id: OrganizationID = try row["id"]
            let standing = Standing(
                person: person, organization: id, role: try row["role"], hasBillingRight: try row["has_billing_right"])
            let reads = id == place && standing.products != .all
            return try summary(
                row,
                reads ? standing.granting(try Grants.products(of: person, in: id, connection)) : standing)
        }
    }

    /// What `summary` reads.
    static let summarised: SQL = """
        organization.id, organization.name, organization.currency, organization.time_zone,
        organization.requires_second_factor, organization.initials, organization.square_logo, organization.wide_logo,
        organization.shows_wide_logo, organization.partner_since
        """

    static func summary(
        _ row: Row, _ standing: Standing, through partner: OrganizationSummary.Through? = nil
    ) throws -> OrganizationSummary {
        let square: String? = try row["square_logo"]
        let showsWide: Bool = try row["shows_wide_logo"]
        let initials: String = try row["initials"]
        let since: Instant? = try row["partner_since"]
        let requires: Bool = try row["requires_second_factor"]
        return OrganizationSummary(
            id: try row["id"], name: try row["name"], currency: try row["currency"], zone: try row["time_zone"],
            standing: standing, requiresSecondFactor: requires || partner?.requiresSecondFactor == true,
            squareLogo: square, wideLogo: showsWide && square == nil ? try row["wide_logo"] : nil,
            initialsText: initials.isEmpty ? nil : initials, isPartner: since != nil && partner == nil,
            through: partner)
    }

    /// Where a person may be: their organisations, and the one of the path where a partner of theirs lets them in. That is
    /// looked for only where there is no membership, and only for people of partners.
    package static func places(
        of person: PersonID, in place: OrganizationID?, _ connection: Connection
    ) throws -> (own: [OrganizationSummary], client: OrganizationSummary?) {
        let own = try summaries(of: person, in: place, connection)
        guard let place, own.contains(where: \.isPartner), !own.contains(where: { $0.id == place }) else {
            return (own, nil)
        }
        return (own, try Partnership.way(of: person, into: place, connection))
    }

    /// The people who are told about orders and invoices (USR-14).
    package static func billingContacts(of id: OrganizationID, in connection: Connection) throws -> [PersonID] {
        try Member.recipients(of: .billing, in: id, connection).map(\.id)
    }

    /// - Throws: 403 where the right is over; 409 where the organisation was changed since the form was filled in.
    package func change(
        _ details: OrganizationDetails, by permit: Permit<ManageOrganization>, revision: Int, in connection: Connection
    ) throws {
        try permit.renew(in: connection)
        let rows = try connection.execute(
            """
            UPDATE organization SET name = \(details.name), street = \(details.address.street),
                postcode = \(details.address.postcode), town = \(details.address.town),
                country = \(details.address.country), contact_email = \(details.contactEmail),
                vat_number = \(details.vatNumber), revision = revision + 1
            WHERE id = \(permit.organization) AND revision = \(revision)
            """)
        guard rows == 1 else { throw Problem(.conflict, code: "changed_meanwhile", word: "form.changed_meanwhile") }
    }

    /// The address that the first order asks for, by whoever may order.
    package static func move(
        to address: PostalAddress, by permit: Permit<OrderProducts>, in connection: Connection
    ) throws {
        try connection.execute(
            """
            UPDATE organization SET street = \(address.street), postcode = \(address.postcode), town = \(address.town),
                country = \(address.country), revision = revision + 1
            WHERE id = \(permit.organization)
            """)
    }
}

/// What the legal representative may change (ORG-10).
package struct OrganizationDetails: Sendable {
    package let name: String
    package let address: PostalAddress
    package let contactEmail: String
    package let vatNumber: String
}
