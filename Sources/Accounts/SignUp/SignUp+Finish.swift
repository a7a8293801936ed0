package import Kernel
package import Storage
import Web

/// Everything a sign-up asks for once the address is proved (ACC-3), read from the form.
struct SignUpDetails: Sendable {
    let firstName: String
    let lastName: String
    let phone: PhoneNumber
    let country: Country
    let language: Language
    let home: Home

    /// Every account belongs to an organisation from its first day (ACC-8): one of its own, or one that invited (ACC-7).
    enum Home: Sendable {
        case founds(name: String, isCompany: Bool, currency: Currency)
        case joins(InvitationID)
    }

    /// - Throws: `Problems`, one for each field.
    init(_ form: inout Form, language: Language, joining invitation: InvitationID?) throws {
        let firstName = form.text("first_name", max: 60)
        let lastName = form.text("last_name", max: 60)
        let country = form.value("country", otherwise: "accounts.country.unknown", Country.init(_:))
        let phone = form.value("phone", max: 30, otherwise: "accounts.phone.invalid") { PhoneNumber($0, in: country) }
        let home: Home?
        if let invitation {
            home = .joins(invitation)
        } else {
            let isCompany = form.typed("kind") == "company"
            let name = isCompany ? form.text("company", max: 100) : "\(firstName) \(lastName)"
            let currency = form.value("currency", otherwise: "accounts.currency.unknown", Currency.init(rawValue:))
            home = currency.map { .founds(name: name, isCompany: isCompany, currency: $0) }
        }
        guard let country, let phone, let home, form.problems.isEmpty else { throw form.rejection }
        self.firstName = firstName
        self.lastName = lastName
        self.phone = phone
        self.country = country
        self.language = language
        self.home = home
    }

    init(_ person: NewPerson, home: Home) {
        firstName = person.firstName
        lastName = person.lastName
        phone = person.phone
        country = person.country
        language = person.language
        self.home = home
    }
}

extension Accounts {
    /// Makes the account and what is founded with it, and uses the link up, in one transaction.
    /// - Throws: 410 `link_used` where the link was used or expired meanwhile, or somebody else has the login by now; 410 where
    ///   the invitation it came from is not open any more.
    func finish(
        _ signUp: SignUp, _ details: SignUpDetails, hash: PasswordHash, by actor: Event.Actor, at now: Instant
    ) async throws -> (person: PersonID, organization: OrganizationID) {
        let new = NewPerson(
            login: signUp.email, firstName: details.firstName, lastName: details.lastName, phone: details.phone,
            country: details.country, language: details.language, isStaff: signUp.isStaff)
        return try await database.write { connection in
            guard try signUp.use(by: nil, at: now, in: connection),
                try Person.find(login: signUp.email, in: connection) == nil
            else { throw Problem(.gone, code: "link_used", word: "accounts.link.used") }
            let made = try found(new, details, hash: hash, by: actor, at: now, in: connection)
            try connection.execute("UPDATE sign_up SET person_id = \(made.person) WHERE id = \(signUp.id)")
            return made
        }
    }

    /// An account and its organisation. `Demo` and `kontor staff add` come this way too.
    func found(
        _ new: NewPerson, _ details: SignUpDetails, hash: PasswordHash, by actor: Event.Actor, at now: Instant,
        in connection: Connection
    ) throws -> (person: PersonID, organization: OrganizationID) {
        let person = try Person.insert(new, hash: hash, at: now, in: connection)
        let actor = Event.Actor(
            person: person, requestID: actor.requestID, address: actor.address, client: actor.client)
        try connection.announce(Event("PersonSignedUp", by: actor, subject: "person", person.rawValue), at: now)
        switch details.home {
        case .founds(let name, let isCompany, let currency):
            let founder = Founder(
                person: person, organizationName: name, isCompany: isCompany, currency: currency,
                country: details.country, language: details.language, zone: details.country.usualZone)
            return (person, try founding.found(connection, founder, actor, now))
        case .joins(let invitation):
            return (person, try founding.join(connection, invitation, person, actor, now))
        }
    }

    /// An account without the mail: for the demo world, whose people nobody could write to.
    /// - Parameter organization: what is founded with it; nil for somebody who joins one (ACC-7), in `joining`.
    package func add(
        _ person: NewPerson, password: String,
        founding organization: (name: String, isCompany: Bool, currency: Currency)?,
        joining: @escaping @Sendable (Connection, PersonID, Instant) throws -> Void = { _, _, _ in }
    ) async throws -> PersonID {
        if let problem = policy.check(
            password, hasSecondFactor: false, person: [person.login.description], provider: settings.provider)
        {
            throw problem
        }
        let hash = try await hasher.hash(password)
        let now = surroundings.now()
        return try await database.write { connection in
            let id: PersonID
            if let organization {
                let details = SignUpDetails(
                    person,
                    home: .founds(
                        name: organization.name, isCompany: organization.isCompany, currency: organization.currency))
                id = try found(person, details, hash: hash, by: .system, at: now, in: connection).person
            } else {
                id = try Person.insert(person, hash: hash, at: now, in: connection)
                try connection.announce(Event("PersonSignedUp", by: .system, subject: "person", id.rawValue), at: now)
            }
            try joining(connection, id, now)
            return id
        }
    }

    /// The link with which a future operator makes their account (`kontor staff add`).
    package func inviteStaff(_ email: EmailAddress) async throws -> String {
        let now = surroundings.now()
        let nonce = surroundings.secret()
        let signUp = try await database.write { connection in
            guard try Person.find(login: email, in: connection) == nil else {
                throw Problem.field("login", "accounts.login.taken", code: "object_already_exists")
            }
            return try SignUp.insert(
                email: email, language: .english, nextPath: "", nonce: nonce, isStaff: true, at: now, in: connection)
        }
        return settings.address(of: "/sign-up/\(signUp.token(keys).text)")
    }

    /// Whether somebody runs this installation or was invited to.
    package func hasOperator() async throws -> Bool {
        let now = surroundings.now()
        return try await database.read { connection in
            if try Person.hasStaff(in: connection) { return true }
            return try connection.row(
                "SELECT id FROM sign_up WHERE is_staff AND used_at IS NULL AND expires_at > \(now) LIMIT 1") != nil
        }
    }
}
