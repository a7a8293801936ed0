package import Access
import Accounts
import App
package import Billing
import Foundation
package import Kernel
import OAuth
import Organizations
import Products
package import Storage

/// Somebody with an account, and the organisation they founded.
package struct TestPerson: Sendable {
    package let id: PersonID
    package let login: String
    package let organization: OrganizationID

    /// As the rules see them in their own organisation.
    package var standing: Standing {
        Standing(person: id, organization: organization, role: .legalRepresentative, hasBillingRight: true)
    }

    package var actor: Event.Actor { Event.Actor(person: id, address: "192.0.2.1", client: "test") }
}

extension TestWorld {
    /// Makes an account and its organisation by the rules, without the mail.
    package func founder(
        _ login: String = "marie.rossier@atelier.example", first: String = "Marie", last: String = "Rossier",
        organization: String = "Atelier Rossier", currency: Currency = .chf, country: String = "CH",
        language: Language = .english, isStaff: Bool = false
    ) async throws -> TestPerson {
        guard let email = EmailAddress(login), let country = Country(country), let phone = PhoneNumber("+41791234567")
        else { preconditionFailure("\(login) in \(country) is nobody.") }
        let id = try await accounts.add(
            NewPerson(
                login: email, firstName: first, lastName: last, phone: phone, country: country, language: language,
                isStaff: isStaff),
            password: TestWorld.password, founding: (name: organization, isCompany: true, currency: currency))
        let organization: OrganizationID = try await database.read { connection in
            guard let row = try connection.row("SELECT organization_id FROM membership WHERE person_id = \(id)") else {
                throw Problem.notFound
            }
            return try row["organization_id"]
        }
        return TestPerson(id: id, login: login, organization: organization)
    }

    package func join(
        _ organization: OrganizationID, _ person: TestPerson, as role: Role, hasBillingRight: Bool = false,
        products: Set<ProductID> = [], teams: Set<TeamID> = []
    ) async throws {
        let now = clock.now
        try await database.write { connection in
            try Organization.join(
                organization, person.id,
                as: Membership(
                    role: role, hasBillingRight: hasBillingRight, contacts: hasBillingRight ? .billing : [],
                    products: products, teams: teams),
                actor: .system, at: now, in: connection)
        }
    }

    /// An invoice needs an address; the first order asks for it.
    package func settle(_ person: TestPerson, in country: String = "CH") async throws {
        guard let country = Country(country) else { preconditionFailure("\(country) is no country.") }
        let permit: Permit<OrderProducts> = try person.standing.permit()
        let address = PostalAddress(street: "Rue du Lac 12", postcode: "1800", town: "Vevey", country: country)
        try await database.write { try Organization.move(to: address, by: permit, in: $0) }
    }

    /// A browser in which they are signed in.
    package func browser(
        for person: TestPerson, language: String = "en", agent: String = "Firefox/140 Linux"
    ) async throws -> TestBrowser {
        let browser = TestBrowser(house, language: language, agent: agent)
        let answer = try await browser.signIn(person.login)
        guard answer.status == 303 else { throw TestTrouble("\(person.login) cannot sign in: \(answer.status)") }
        return browser
    }

    package func browser(language: String = "en", agent: String = "Firefox/140 Linux") -> TestBrowser {
        TestBrowser(house, language: language, agent: agent)
    }

    package func token(of person: TestPerson, scopes: [String] = ["all"]) async throws -> String {
        let surroundings = house.surroundings
        let token = Token(surroundings)
        try await database.write { connection in
            try token.store(
                for: person.id, name: "test", scopes: scopes, at: surroundings.now(), expiresAt: nil, in: connection)
        }
        return token.text
    }

    /// The card of the contract that ends so.
    package func card(_ last4: String = "4242") async throws -> CardToken {
        guard let number = TestWorld.cardNumbers.first(where: { $0.hasSuffix(last4) }) else {
            preconditionFailure("No test card ends in \(last4).")
        }
        let card = try Card(number: number, expiry: "12/30", cvc: "123", on: Zone.zurich.day(of: clock.now))
        return try await payments.tokenize(card)
    }

    package static let cardNumbers = [
        "4242 4242 4242 4242", "4000 0000 0000 0002", "4000 0000 0000 9995", "4000 0025 0000 3155",
        "4000 0000 0000 0341",
    ]

    /// Orders without a page.
    @discardableResult
    package func order(
        _ offer: String = "web-hosting-pro", _ term: Term = .yearly, name: String = "atelier-nord.ch",
        by person: TestPerson, card last4: String? = "4242", key: String = "client-key-of-a-test-0001"
    ) async throws -> OrderID {
        let choice: ChosenPayment = if let last4 { .card(try await card(last4)) } else { .prepaid }
        return try await products.order(
            offer, term, name: name, choice: choice, clientKey: key, permit: try person.standing.permit(),
            actor: person.actor)
    }

    @discardableResult
    package func topUp(_ amount: String, by person: TestPerson, key: String = "top-up-key-of-a-test-01") async throws
        -> Payment
    {
        let now = clock.now
        let payment = try await database.write { connection in
            let deposit = try PrepaidAccount.deposit(amount, try connection.billingCurrency(of: person.organization))
            return try Payments.begin(
                .topUp(deposit, of: person.organization, by: person.id, clientKey: key), in: connection, at: now)
        }
        return try await payments.charge(payment.id, with: try await card(), returnPath: "/", by: person.actor)
    }

    package func balance(of person: TestPerson) async throws -> String {
        let organization = person.organization
        return try await database.read { try $0.prepaidAccount(of: organization).balance.plain }
    }

    /// What was sent to somebody, oldest first, after everything due was done.
    package func mails(to address: String) async throws -> [TestMail] {
        try await drain()
        return try await database.read { connection in
            try connection.rows(
                """
                SELECT subject, text, html FROM sandbox_message
                WHERE recipient_key = \(address.lowercased()) ORDER BY id
                """
            ).map { TestMail(subject: try $0["subject"], text: try $0["text"], html: try $0["html"]) }
        }
    }
}

package struct TestMail: Sendable {
    package let subject: String
    package let text: String
    package let html: String

    /// The path of the first link in it, as a browser opens it.
    package var path: String? {
        guard let start = text.range(of: "http://127.0.0.1:8080/") else { return nil }
        return "/" + text[start.upperBound...].prefix { !$0.isWhitespace }
    }
}

package struct TestTrouble: Error, CustomStringConvertible {
    package let description: String

    package init(_ description: String) {
        self.description = description
    }
}
