import Access
import Billing
import Kernel
import News
import Organizations
import Products
import Storage
import TestSupport
import Web

/// An organisation with every kind of member, and something behind every path of the route table.
struct Scene: Sendable {
    let world: TestWorld
    let marie: TestPerson
    private let people: [Visitor: TestPerson]
    private let parameters: [String: String]

    init(_ world: TestWorld) async throws {
        self.world = world
        let marie = try await world.founder()
        var people: [Visitor: TestPerson] = [.legalRepresentative: marie]
        people[.foreign] = try await world.founder("frida.fremd@fern.example", organization: "Fern")
        people[.staff] = try await world.founder("sam.stauffer@kontor.example", organization: "Provider", isStaff: true)
        let members: [(visitor: Visitor, role: Role, hasBillingRight: Bool)] = [
            (.external, .external, false), (.collaborator, .collaborator, false), (.accountant, .collaborator, true),
            (.administrator, .administrator, false),
        ]
        for member in members {
            let person = try await world.founder("\(member.visitor)@atelier.example", organization: "Own")
            try await world.join(
                marie.organization, person, as: member.role, hasBillingRight: member.hasBillingRight)
            people[member.visitor] = person
        }
        try await world.settle(marie)
        let (withdrawal, file) = try await Scene.payout(of: marie, in: world)
        try await world.order(by: marie, key: "order-that-is-paid-0001")
        let product = try await world.values("SELECT CAST(id AS TEXT) AS value FROM product ORDER BY id").first
        guard let product = product.flatMap(ProductID.init(_:)) else { throw TestTrouble("The order has no product.") }
        let granted = try await world.founder("granted@atelier.example", organization: "Own")
        try await world.join(marie.organization, granted, as: .collaborator, products: [product])
        people[.granted] = granted
        let open = try await world.order(
            "web-hosting-basic", name: "open.example", by: marie, card: "0002", key: "order-that-is-open-0001")
        let asking = try await world.order(
            "domain-ch", name: "asking.example", by: marie, card: "3155", key: "order-that-asks-00001")
        guard let collaborator = people[.collaborator] else { throw TestTrouble("There is no collaborator.") }
        let asker = try await world.browser(for: collaborator)
        let question = await asker.get("/organizations/\(marie.organization)/access-requests/new?right=members:manage")
        try await asker.submit(question, "/organizations/\(marie.organization)/access-requests/new", ["note": "Please"])
        let newcomer = TestBrowser(world.house)
        let sent = try await newcomer.submit(await newcomer.get("/sign-up"), "/sign-up", ["email": "neu@neu.example"])
        let mail = try await world.mails(to: "neu@neu.example")
        guard let receipt = sent.location?.split(separator: "/").last, let link = mail.first?.path else {
            throw TestTrouble("There is no mail to a newcomer.")
        }
        let partners = try await Scene.partners(of: marie, with: product, in: world)
        people.merge(partners.people) { $1 }
        let team = try await Scene.team(of: marie, in: world)
        let invitation = try await Scene.invitation(world, marie)
        let now = world.clock.now
        try await world.database.write { connection in
            try connection.execute(
                """
                INSERT INTO desk_request (organization_id, act, currency, amount, reason, client_key, state, asked_by,
                    asked_at, expires_at)
                VALUES (\(marie.organization), '{"writeOff":{"document":1}}', 'CHF', 1, 'A scene', 'scene', 'pending',
                    \(marie.id), \(now), \(now.adding(.days(7))))
                """)
        }
        try await world.database.write { connection in
            try connection.execute(
                """
                INSERT INTO sandbox_attachment (message_id, name, type, size, bytes)
                SELECT min(id), 'a.pdf', 'application/pdf', 1, \([UInt8(1)]) FROM sandbox_message
                """)
        }
        let (news, subscriber) = try await Scene.news(of: marie, in: world)
        let reader = TestBrowser(world.house)
        try await reader.submit(await reader.get("/news/subscribe"), "/news/subscribe", ["email": "leser@neu.example"])
        let proof = try await world.mails(to: "leser@neu.example").first?.path
        let session = try await world.browser(for: marie)
        let methods = "/organizations/\(marie.organization)/billing/methods/add"
        try await session.submit(
            await session.get(methods), methods,
            ["method": "card", "card_number": "4242 4242 4242 4242", "card_expiry": "12/30", "card_cvc": "123"])
        func one(_ query: SQL) async throws -> String {
            guard let value = try await world.values(query).first else { throw TestTrouble("Nothing behind a path.") }
            return value
        }
        try await Scene.unknownReceipt(world)
        self.marie = marie
        self.people = people
        let cancellation = try await Scene.cancellation(world, marie)
        parameters = [
            "organization": marie.organization.description,
            "order": open.description,
            "product": try await one("SELECT CAST(id AS TEXT) AS value FROM product ORDER BY id"),
            "document": try await one(
                "SELECT CAST(id AS TEXT) AS value FROM document WHERE kind = 'invoice' ORDER BY id"),
            "address": try await Scene.billingAddress(of: marie, in: world),
            "payment": try await one("SELECT CAST(id AS TEXT) AS value FROM payment ORDER BY id"),
            "correction": try await one("SELECT CAST(id AS TEXT) AS value FROM desk_request ORDER BY id"),
            "charge": try await one(
                "SELECT CAST(id AS TEXT) AS value FROM sandbox_charge WHERE state = 'needs_action'"),
            "message": try await one("SELECT CAST(id AS TEXT) AS value FROM sandbox_message ORDER BY id"),
            "attachment": try await one("SELECT CAST(id AS TEXT) AS value FROM sandbox_attachment"),
            "delivery": try await one("SELECT CAST(id AS TEXT) AS value FROM delivery ORDER BY id"),
            "event": try await one("SELECT CAST(id AS TEXT) AS value FROM event ORDER BY id"),
            "profile": try await one("SELECT CAST(id AS TEXT) AS value FROM payment_profile ORDER BY id"),
            "session": try await one("SELECT CAST(id AS TEXT) AS value FROM session ORDER BY id"),
            "person": marie.id.description,
            "entry": try await one("SELECT CAST(id AS TEXT) AS value FROM bank_entry ORDER BY id"),
            "team": team.description,
            "kind": "wide",
            "version": "AAAAAAAAAAAA",
            "request": try await one("SELECT CAST(id AS TEXT) AS value FROM access_request ORDER BY id"),
            "type": "web-hosting",
            "file": "kontor.css",
            "receipt": String(receipt),
            "refund": "1",
            "token": link.split(separator: "/").last.map(String.init) ?? "",
            "asking": asking.description,
            "withdrawal": withdrawal.description,
            "payout_file": file.description,
            "invitation": invitation.id.description,
            "invite": invitation.token(world.keys).text,
            "cancellation": cancellation.token(world.keys).text,
            "news": news.description,
            "link": LinkToken("news subscriber", subscriber.rawValue, nonce: "", keys: world.keys).text,
            "topic": "products",
            "proof": proof?.split(separator: "/").last.map(String.init) ?? "",
            "partner": partners.another.description,
            "client": partners.client.description,
            "client_request": partners.ownRequest.description,
            "ask": partners.request.token(world.keys).text,
        ]
    }

    private static func billingAddress(of person: TestPerson, in world: TestWorld) async throws -> String {
        let browser = try await world.browser(for: person)
        let path = "/organizations/\(person.organization)/billing/addresses/new"
        try await browser.submit(
            await browser.get(path), path,
            ["name": "Studio", "street": "Gasse 1", "postcode": "3000", "town": "Bern", "country": "CH"])
        let added = try await world.values("SELECT CAST(id AS TEXT) AS value FROM billing_address").first
        guard let added else { throw TestTrouble("There is no billing address.") }
        return added
    }

    /// Money that is on its way to the bank, and some that is not.
    private static func payout(
        of person: TestPerson, in world: TestWorld
    ) async throws -> (WithdrawalID, PayoutFileID) {
        _ = try await world.topUp("20.00", by: person, key: "top-up-of-the-scene-01")
        guard let iban = IBAN("CH9300762011623852957"), let account = PayingAccount(iban: iban, currency: .chf) else {
            throw TestTrouble("That is no account.")
        }
        let issuer = LegalEntity(
            code: "main", name: "Kontor", street: "", postcode: "", town: "", country: .switzerland, vatNumber: nil,
            zone: .zurich)
        let withdrawals = Withdrawals(keys: world.keys, issuer: issuer)
        let payouts = Payouts(withdrawals: withdrawals, accounts: [account])
        let permit: Permit<ManageBilling> = try person.standing.permit()
        let now = world.clock.now
        return try await world.database.write { connection in
            let first = try withdrawals.request(
                WithdrawalRequest(
                    amount: Money(minorUnits: 500, .chf), target: .bank(iban, holder: "Marie Rossier"),
                    clientKey: "withdrawal-of-scene-1", newestSeen: 0), by: permit, actor: person.actor,
                in: connection, at: now)
            let file = try payouts.makeFile(
                executionOn: Zone.zurich.day(of: now), nonce: "0011aabb", by: person.id, actor: person.actor,
                in: connection, at: now)
            let second = try withdrawals.request(
                WithdrawalRequest(
                    amount: Money(minorUnits: 300, .chf), target: .bank(iban, holder: "Marie Rossier"),
                    clientKey: "withdrawal-of-scene-2", newestSeen: first.id.rawValue), by: permit,
                actor: person.actor, in: connection, at: now)
            return (second.id, file.id)
        }
    }

    /// Money at the bank that nobody can tell whose it is.
    private static func unknownReceipt(_ world: TestWorld) async throws {
        _ = await world.browser().postJSON(
            "/sandbox/bank/transfers", "{\"amount\": \"7.00\", \"currency\": \"CHF\"}")
        let file = await world.browser().get("/sandbox/bank/camt054.xml")
        _ = try await world.payments.importBankFile(
            BankFile(name: "camt054.xml", .bytes(Array(file.text.utf8))), by: .system)
    }

    /// A draft at the desk, and somebody who subscribed.
    private static func news(
        of person: TestPerson, in world: TestWorld
    ) async throws -> (NewsItemID, NewsSubscriberID) {
        let browser = try await world.browser(for: person)
        await browser.get("/profile/news")
        await browser.post("/profile/news", ["topics": "products", "revision": "0"])
        let now = world.clock.now
        return try await world.database.write { connection in
            let draft = NewsDraft(topic: "products", texts: [.english: ("Roof", "Green.")])
            guard let row = try connection.row("SELECT id FROM news_subscriber") else {
                throw TestTrouble("Nobody subscribed.")
            }
            return (try draft.insert(by: .system, at: now, in: connection), try row["id"])
        }
    }

    private static func team(of person: TestPerson, in world: TestWorld) async throws -> TeamID {
        let permit: Permit<ManageTeams> = try person.standing.permit()
        let directory = world.products.directory
        let now = world.clock.now
        return try await world.database.write { connection in
            try Team.create(
                name: "Design", description: "", products: [], by: permit, directory: directory, actor: person.actor,
                at: now, in: connection)
        }
    }

    /// People of partners of every kind, a partner more whose partnership is ended, and the organisation as a partner itself.
    private static func partners(
        of marie: TestPerson, with product: ProductID, in world: TestWorld
    ) async throws -> Partners {
        var people: [Visitor: TestPerson] = [:]
        var partnerships: [Partnership] = []
        let kinds: [(visitor: Visitor?, access: PartnerAccess)] = [
            (.partner, .full), (.productPartner, .products([product])), (.formerPartner, .full), (nil, .full),
        ]
        for (number, kind) in kinds.enumerated() {
            let person = try await world.founder("partner\(number)@agence.example", organization: "Agence \(number)")
            try await world.admit(person)
            partnerships.append(try await world.letIn(person, by: marie, kind.access))
            if let visitor = kind.visitor { people[visitor] = person }
        }
        let now = world.clock.now
        let former = partnerships[2]
        try await world.database.write { connection in
            try former.end(permit: marie.standing.permit(), actor: marie.actor, at: now, in: connection)
        }
        let asking = try await world.founder("asking@agence.example", organization: "Agence that asks")
        try await world.admit(asking)
        try await world.admit(marie)
        let client = try await world.founder("client@client.example", organization: "Client")
        try await world.letIn(marie, by: client, .full)
        return Partners(
            people: people, another: partnerships[3].partner, client: client.organization,
            ownRequest: try await world.clientRequest(by: marie, to: "contact@client.example").id,
            request: try await world.clientRequest(by: asking, to: marie.login))
    }

    private struct Partners {
        let people: [Visitor: TestPerson]
        let another: OrganizationID
        let client: OrganizationID
        let ownRequest: ClientRequestID
        let request: ClientRequest
    }

    private static func invitation(_ world: TestWorld, _ marie: TestPerson) async throws -> Invitation {
        guard let email = EmailAddress("invited@neu.example") else { throw TestTrouble("That is no address.") }
        let (now, surroundings, directory) = (world.clock.now, world.surroundings, world.productDirectory)
        let id = try await world.database.write { connection in
            try Invitation.create(
                email, as: Membership(role: .collaborator), language: .english, nonce: surroundings.secret(),
                permit: marie.standing.permit(), products: directory, actor: marie.actor, at: now,
                in: connection)
        }
        guard let invitation = try await world.database.read({ try Invitation.find(id, in: $0) }) else {
            throw TestTrouble("There is no invitation.")
        }
        return invitation
    }

    /// Asked for, of a product of its own.
    private static func cancellation(_ world: TestWorld, _ marie: TestPerson) async throws -> Cancellation {
        try await world.order("domain-ch", name: "ending.example", by: marie, key: "order-that-ends-000001")
        let surroundings = world.surroundings
        let now = world.clock.now
        let cancellation = try await world.database.write { connection -> Cancellation? in
            let newest = try connection.row("SELECT MAX(id) AS id FROM product WHERE state = 'active'")
            let outcome = try Cancellation.request(
                [try newest?["id"] ?? ProductID(rawValue: 0)], nonce: surroundings.secret(),
                by: marie.standing.permit(), actor: marie.actor, at: now, in: connection)
            return try outcome.id.flatMap { try Cancellation.find($0, in: marie.organization, connection) }
        }
        guard let cancellation else { throw TestTrouble("There is no cancellation.") }
        return cancellation
    }

    /// - Returns: nil where a parameter has no fixture.
    func path(of route: Route) -> String? {
        var segments: [String] = []
        for segment in route.path.split(separator: "/") {
            guard segment.hasPrefix("{") else {
                segments.append(String(segment))
                continue
            }
            guard let value = parameters[String(segment.dropFirst().dropLast())] else { return nil }
            segments.append(value)
        }
        return "/" + segments.joined(separator: "/")
    }

    /// A browser of its own each time, for some routes end the session they came with.
    func browser(of visitor: Visitor) async throws -> TestBrowser {
        guard let person = people[visitor] else {
            let browser = world.browser()
            await browser.get("/sign-in")
            return browser
        }
        let browser = try await world.browser(for: person)
        await browser.get("/profile")
        return browser
    }

    func knock(
        _ route: Route, _ path: String, by browser: TestBrowser, _ fields: [String: String] = [:]
    ) async -> Screen {
        switch route.method {
        case "GET": await browser.get(path)
        case "POST": await browser.post(path, fields)
        default: await browser.post(path, fields.merging(["_method": route.method]) { $1 })
        }
    }

    /// Everything that a post could have changed.
    func fingerprint() async throws -> [String] {
        let tables: [SQL] = [
            "SELECT id FROM event WHERE name <> 'ActRefused'", "SELECT id FROM person", "SELECT id FROM sign_up",
            "SELECT id FROM session",
            "SELECT id FROM invitation", "SELECT id FROM client_request",
            "SELECT id FROM partnership WHERE ended_at IS NULL",
            "SELECT person_id FROM partnership_person", "SELECT id FROM organization WHERE partner_since IS NULL",
            "SELECT id FROM organization", "SELECT id FROM team", "SELECT person_id FROM team_member",
            "SELECT id FROM product_order", "SELECT id FROM product",
            "SELECT id FROM product WHERE management_blocked_at IS NOT NULL", "SELECT product_id FROM team_product",
            "SELECT id FROM payment", "SELECT id FROM withdrawal", "SELECT id FROM payout_file",
            "SELECT token FROM sandbox_card", "SELECT person_id FROM person_picture",
            "SELECT id FROM access_request", "SELECT person_id FROM membership", "SELECT product_id FROM product_grant",
            "SELECT id FROM sandbox_charge WHERE state = 'needs_action'",
            "SELECT id FROM totp", "SELECT person_id FROM backup_code", "SELECT id FROM sign_in_step",
            "SELECT id FROM news_item", "SELECT topic FROM news_subscription", "SELECT id FROM news_request",
            "SELECT id FROM person WHERE support_code IS NOT NULL OR erased_at IS NOT NULL",
        ]
        var prints: [String] = []
        for table in tables { prints.append(String(try await world.count(table))) }
        prints += try await world.values(
            "SELECT first_name || last_name || language || country || password_hash AS value FROM person ORDER BY id")
        prints += try await world.values("SELECT name || street || town AS value FROM organization ORDER BY id")
        prints += try await world.values("SELECT state AS value FROM product_order ORDER BY id")
        prints += try await world.values("SELECT state AS value FROM product_cancellation ORDER BY id")
        prints += try await world.values("SELECT CAST(ahead_milliseconds AS TEXT) AS value FROM sandbox_clock")
        prints += try await world.values("SELECT state AS value FROM payment ORDER BY id")
        prints += try await world.values("SELECT state AS value FROM withdrawal ORDER BY id")
        prints += try await world.values("SELECT state AS value FROM access_request ORDER BY id")
        prints += try await world.values(
            "SELECT role || CAST(revision AS TEXT) AS value FROM membership ORDER BY organization_id, person_id")
        prints += try await world.values(
            "SELECT CASE WHEN blocked_at IS NULL THEN 'open' ELSE 'blocked' END AS value FROM person ORDER BY id")
        prints += try await world.values("SELECT state AS value FROM invitation ORDER BY id")
        prints += try await world.values("SELECT state || title AS value FROM news_item JOIN news_text ON item_id = id")
        prints += try await world.values("SELECT state || nonce AS value FROM client_request ORDER BY id")
        prints += try await world.values("SELECT CAST(revision AS TEXT) AS value FROM partnership ORDER BY id")
        return prints
    }

    /// Fields with which most forms would be accepted.
    static let everything: [String: String] = [
        "first_name": "Changed", "last_name": "Changed", "revision": "1", "country": "FR",
        "time_zone": "Europe/Paris", "language": "it", "back": "/profile", "email": "forged@forged.example",
        "login": "marie.rossier@atelier.example", "password": TestWorld.password + " again",
        "current_password": TestWorld.password, "others": "end", "name": "forged.example", "kind": "private",
        "currency": "CHF", "phone": "0791234567", "street": "Rue 1", "postcode": "1000", "town": "Lausanne",
        "offer": "web-hosting-basic", "term": "yearly", "method": "card", "card_number": "4242 4242 4242 4242",
        "card_expiry": "12/30", "card_cvc": "123", "expected_total": "74.59", "amount": "10.00",
        "role": "external", "step": "save", "act": "remove", "people": "1,2,3,4,5,6,7", "right": "members:manage",
        "client_key": "forged-client-key-0001", "decision": "approve", "advance": "P1D",
        "confirmation_name": "Atelier Rossier", "confirm_password": TestWorld.password, "proof": "none",
        "topics": "company", "topic": "company", "title_en": "Forged", "body_en": "Forged",
        "reason": "Forged by somebody else", "exception": "Forged by somebody else",
    ]
}
