import Access
import Billing
import Kernel
import Organizations
import Products
import Storage
import Web

extension DemoWorld {
    /// Products of every family, paid by card and from prepaid, and an order that the card did not pay.
    func furnishAtelier(_ atelier: OrganizationID, _ marie: PersonID) async throws {
        let permit = try await permit(atelier, marie)
        try await move(to: ("Rue du Lac 12", "1800", "Vevey", "CH"), permit)
        try await topUp("650.00", permit)
        let paying: [(offer: String, term: Term, name: String, isPrepaid: Bool)] = [
            ("web-hosting-pro", .yearly, "atelier-rossier.ch", false),
            ("web-hosting-basic", .yearly, "rossier-photo.ch", true),
            ("domain-ch", .yearly, "atelier-rossier.ch", false),
            ("domain-ch", .yearly, "rossier-photo.ch", true),
            ("mail-service-5", .yearly, "atelier.example", false),
            ("drive-team", .monthly, "Atelier", true),
            ("cloud-server-2", .monthly, "render-1", false),
            ("newsletter-start", .monthly, "Vernissage", true),
            ("radio-start", .monthly, "Radio Atelier", true),
        ]
        for (index, wish) in paying.enumerated() {
            // The first card is saved, for the next time.
            let choice: ChosenPayment =
                wish.isPrepaid
                ? .prepaid
                : .processed(.card(try await card("4242 4242 4242 4242")), keeps: index == 0, fromPrepaid: nil)
            _ = try await products.order(
                wish.offer, wish.term, name: wish.name, choice: choice, clientKey: "demo-atelier-order-\(index)",
                permit: permit, actor: Event.Actor(person: marie, client: "demo"))
        }
        _ = try await products.order(
            "web-hosting-basic", .yearly, name: "client-gaudin.example",
            choice: .card(try await card("4000 0000 0000 0002")),
            clientKey: "demo-atelier-order-declined", permit: permit, actor: Event.Actor(person: marie, client: "demo"))
        try await moveMoney(of: atelier, marie, permit)
    }

    func furnishOthers(_ agence: OrganizationID, _ paul: PersonID) async throws {
        let keller = try await permit(agence, paul)
        try await move(to: ("Avenue de la Gare 5", "1003", "Lausanne", "CH"), keller)
        _ = try await products.order(
            "web-hosting-pro", .yearly, name: "agence-keller.ch", choice: .card(try await card("4242 4242 4242 4242")),
            clientKey: "demo-agence-order", permit: keller, actor: Event.Actor(person: paul, client: "demo"))
    }

    private func permit(_ organization: OrganizationID, _ person: PersonID) async throws -> Permit<OrderProducts> {
        let own = try await database.read { try Organization.summaries(of: person, $0) }
        guard let summary = own.first(where: { $0.id == organization }) else { throw Problem.notFound }
        return try summary.standing.permit()
    }

    private func move(
        to address: (street: String, postcode: String, town: String, country: String), _ permit: Permit<OrderProducts>
    ) async throws {
        guard let country = Country(address.country) else { throw Problem.notFound }
        let place = PostalAddress(
            street: address.street, postcode: address.postcode, town: address.town, country: country)
        try await database.write { try Organization.move(to: place, by: permit, in: $0) }
    }

    private func topUp(_ amount: String, _ permit: Permit<OrderProducts>) async throws {
        let now = surroundings.now()
        let payment = try await database.write { connection in
            let currency = try connection.billingCurrency(of: permit.organization)
            return try Payments.begin(
                .topUp(
                    try PrepaidAccount.deposit(amount, currency), of: permit.organization, by: permit.person,
                    clientKey: "demo-top-up-\(permit.organization)"), in: connection, at: now)
        }
        try await payments.charge(
            payment.id, with: try await card("4242 4242 4242 4242"), returnPath: "/",
            by: Event.Actor(person: permit.person, client: "demo"))
    }

    func card(_ number: String) async throws -> CardToken {
        let today = Zone.zurich.day(of: surroundings.now())
        let card = try Card(number: number, expiry: "12/\(today.year % 100 + 3)", cvc: "123", on: today)
        return try await payments.tokenize(card)
    }
}
