import Access
import Billing
import Kernel
import Organizations
import Products
import Storage
import TestSupport
import Testing

@Suite("Billing addresses")
struct BillingAddressTests {
    static let studio = BillingDetails(
        name: "Studio Berlin", contact: "Jana Kurz",
        address: PostalAddress(street: "Torstrasse 5", postcode: "10119", town: "Berlin", country: Country("DE")!),
        vatNumber: "DE123456789")

    static func add(_ world: TestWorld, _ person: TestPerson) async throws
        -> BillingAddressID
    {
        let permit: Permit<ManageBilling> = try person.standing.permit()
        let now = world.clock.now
        return try await world.database.write { connection in
            try BillingAddress.add(studio, by: permit, actor: person.actor, at: now, in: connection)
        }
    }

    static func prefer(_ choice: BillingChoice, _ world: TestWorld, _ person: TestPerson) async throws {
        let permit: Permit<ManageBilling> = try person.standing.permit()
        let now = world.clock.now
        try await world.database.write { connection in
            try BillingAddress.prefer(choice, by: permit, actor: person.actor, at: now, in: connection)
        }
    }

    @Test("The own address is the default until another one is chosen", arguments: DatabaseKind.allCases)
    func preferred(_ kind: DatabaseKind) async throws {
        try await OrderTests.with(kind) { world, marie in
            let id = try await Self.add(world, marie)
            func recipient() async throws -> Recipient {
                try await world.database.read { try Billing.recipient($0, marie.organization) }
            }
            #expect(try await recipient().name == "Atelier Rossier")
            try await Self.prefer(.address(id), world, marie)
            #expect(try await recipient().name == "Studio Berlin")
            #expect(try await recipient().contact == "Jana Kurz")
            let other = try await Self.add(world, marie)
            try await Self.prefer(.address(other), world, marie)
            let book = try await world.database.read { try $0.billingAddresses(of: marie.organization) }
            #expect(book.preferred == .address(other))
            try await Self.prefer(.own, world, marie)
            #expect(try await recipient().name == "Atelier Rossier")
            let events = try await world.eventNames().filter { $0.hasPrefix("BillingAddress") }
            #expect(
                events == [
                    "BillingAddressAdded", "BillingAddressPreferred", "BillingAddressAdded", "BillingAddressPreferred",
                    "BillingAddressPreferred",
                ])
        }
    }

    @Test(
        "The chosen address decides about VAT, and the invoice keeps it when it changes",
        arguments: DatabaseKind.allCases)
    func frozen(_ kind: DatabaseKind) async throws {
        try await OrderTests.with(kind) { world, marie in
            let id = try await Self.add(world, marie)
            let choice = ChosenPayment.card(try await world.card())
            _ = try await world.products.order(
                "web-hosting-pro", .yearly, name: "berlin.ch", address: .address(id), choice: choice,
                clientKey: "client-key-of-berlin-01", permit: try marie.standing.permit(), actor: marie.actor)
            let permit: Permit<ManageBilling> = try marie.standing.permit()
            let now = world.clock.now
            func change(_ revision: Int) async throws {
                try await world.database.write { connection in
                    let address = try #require(try connection.billingAddress(id, in: marie.organization))
                    try address.change(
                        to: BillingDetails(name: "Other", address: Self.studio.address), revision: revision, by: permit,
                        actor: marie.actor, at: now, in: connection)
                }
            }
            try await change(1)
            let problem = await #expect(throws: Problem.self) { try await change(1) }
            #expect(problem?.code == "changed_meanwhile")
            let document = try #require(
                try await world.database.read { try $0.documents(of: marie.organization, limit: 1).first })
            #expect(document.recipient.name == "Studio Berlin")
            #expect(document.recipient.vatNumber == "DE123456789")
            #expect(document.treatment == .reverseCharge)
            #expect(document.vat.isZero)
        }
    }

    @Test(
        "What waits for its payment keeps its address; the default goes only with the next one",
        arguments: DatabaseKind.allCases)
    func removal(_ kind: DatabaseKind) async throws {
        try await OrderTests.with(kind) { world, marie in
            let id = try await Self.add(world, marie)
            try await Self.prefer(.address(id), world, marie)
            let order = try await world.order(by: marie, card: "0002")
            let permit: Permit<ManageBilling> = try marie.standing.permit()
            let now = world.clock.now
            func remove(_ next: BillingChoice?) async throws {
                try await world.database.write { connection in
                    try BillingAddress.remove(
                        id, next: next, uses: Products.addressUses, by: permit, actor: marie.actor, at: now,
                        in: connection)
                }
            }
            let waiting = await #expect(throws: Problem.self) { try await remove(.own) }
            #expect(waiting?.code == "billing_address_in_use")
            let browser = try await world.browser(for: marie)
            let path = "/organizations/\(marie.organization)/billing/addresses/\(id)/removal"
            let page = await browser.get(path)
            #expect(page.text.contains("/orders/\(order)"))
            #expect(page.form(path) == nil)
            await browser.delete("/organizations/\(marie.organization)/orders/\(order)")
            let unnamed = await #expect(throws: Problem.self) { try await remove(nil) }
            #expect(unnamed?.field == "next")
            let itself = await #expect(throws: Problem.self) { try await remove(.address(id)) }
            #expect(itself?.field == "next")
            try await remove(.own)
            let book = try await world.database.read { try $0.billingAddresses(of: marie.organization) }
            #expect(book.addresses.isEmpty)
            #expect(book.preferred == .own)
        }
    }

    @Test("Addresses are added, changed, chosen at the checkout and removed by pages", arguments: DatabaseKind.allCases)
    func pages(_ kind: DatabaseKind) async throws {
        try await OrderTests.with(kind) { world, marie in
            let browser = try await world.browser(for: marie)
            let home = "/organizations/\(marie.organization)/billing/addresses"
            var typed = [
                "name": "Studio Berlin", "street": "Torstrasse 5", "postcode": "10119", "town": "Berlin",
                "country": "DE", "vat_number": "DE12",
            ]
            let refused = try await browser.submit(await browser.get("\(home)/new"), "\(home)/new", typed)
            #expect(refused.status == 422)
            #expect(refused.text.contains("id=\"vat_number-error\""))
            typed["vat_number"] = "de 123 456 789"
            let added = try await browser.submit(refused, "\(home)/new", typed)
            #expect(added.location == home)
            let id = try #require(
                try await world.values("SELECT CAST(id AS TEXT) AS value FROM billing_address").first)
            #expect(
                try await world.values("SELECT vat_number AS value FROM billing_address") == ["DE123456789"])
            let checkout = "/organizations/\(marie.organization)/order/web-hosting"
            let query = "\(checkout)?offer=web-hosting-pro&term=yearly"
            #expect(await browser.get(query).form(checkout)?.fields["billing_address"] == "own")
            let page = await browser.get("\(query)&billing_address=\(id)")
            #expect(page.form(checkout)?.fields["expected_total"] == "110.40")
            let card = [
                "name": "berlin.ch", "method": "card", "card_number": "4242 4242 4242 4242", "card_expiry": "12/30",
                "card_cvc": "123",
            ]
            // Removed in another tab, it is not quietly another one.
            let gone = try await browser.submit(page, checkout, card.merging(["billing_address": "999"]) { $1 })
            #expect(gone.status == 422)
            #expect(try await world.count("SELECT id FROM product_order") == 0)
            let ordered = try await browser.submit(page, checkout, card)
            #expect(ordered.status == 303)
            #expect(
                try await world.values("SELECT treatment AS value FROM document") == ["reverse_charge"])
            await browser.get(home)
            #expect(await browser.post("\(home)/default", ["address": id]).status == 303)
            let removal = await browser.get("\(home)/\(id)/removal")
            let unnamed = try await browser.submit(removal, "\(home)/\(id)/removal")
            #expect(unnamed.status == 422)
            let removed = try await browser.submit(unnamed, "\(home)/\(id)/removal", ["next": "own"])
            #expect(removed.status == 303)
            #expect(await browser.get("\(home)/\(id)").status == 404)
            #expect(await browser.get(home).status == 200)
        }
    }

    @Test("Another organisation's address is not found, nor chosen", arguments: DatabaseKind.allCases)
    func foreign(_ kind: DatabaseKind) async throws {
        try await OrderTests.with(kind) { world, marie in
            let frida = try await world.founder("frida@fern.example", organization: "Fern")
            let id = try await Self.add(world, frida)
            let browser = try await world.browser(for: marie)
            let home = "/organizations/\(marie.organization)/billing/addresses"
            await browser.get(home)
            #expect(await browser.get("\(home)/\(id)").status == 404)
            #expect(await browser.get("\(home)/\(id)/removal").status == 404)
            #expect(await browser.post("\(home)/default", ["address": "\(id)"]).status == 404)
            let choice = ChosenPayment.card(try await world.card())
            await #expect(throws: Problem.self) {
                try await world.products.order(
                    "web-hosting-pro", .yearly, name: "berlin.ch", address: .address(id), choice: choice,
                    clientKey: "client-key-of-berlin-01", permit: try marie.standing.permit(), actor: marie.actor)
            }
            #expect(try await world.count("SELECT id FROM product_order") == 0)
        }
    }
}
