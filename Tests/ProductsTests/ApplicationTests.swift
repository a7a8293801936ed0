import Access
import Foundation
import Kernel
import Organizations
import Products
import Storage
import TestSupport
import Testing

@testable import Products

/// Between the console and what is used outside of it (UI-7, ORG-4).
@Suite("Applications")
struct ApplicationTests {
    @Test("An address is https, with known places behind its host")
    func addresses() throws {
        for text in ["https://mail.example.net", "https://mail.example.net/{name}?of={organization}#{product}"] {
            #expect(ApplicationAddress(text) != nil, "\(text)")
        }
        for text in [
            "http://mail.example.net", "mail.example.net", "https://", "https://{name}/mail",
            "https://mail.example.net/{id}",
            "https://mail.example.net/}", "https://mail.example.net/a b", "javascript:alert(1)",
        ] {
            #expect(ApplicationAddress(text) == nil, "\(text)")
        }
    }

    @Test("Everybody is led to what they reach, and nobody to more", arguments: DatabaseKind.allCases)
    func reach(_ kind: DatabaseKind) async throws {
        try await ProductWorld.with(kind) { place in
            let marie = try await place.world.browser(for: place.marie)
            let home = await marie.get(place.home)
            #expect(home.text.contains("href=\"/applications\""))
            let list = await marie.get("/applications")
            let path = "\(place.home)/products/\(place.drive)/application"
            #expect(list.text.contains("href=\"\(path)\""))
            #expect(!list.text.contains("products/\(place.hosting)/application"), "Hosting has no application.")
            let standIn = await marie.get(path)
            #expect(standIn.status == 200)
            #expect(standIn.text.contains("<strong>Archive</strong>"))
            #expect(standIn.text.contains("href=\"\(place.home)\""), "The way back.")
            let hosting = "\(place.home)/products/\(place.hosting)"
            #expect(await marie.get("\(hosting)/application").location == hosting)
            // Whoever does not reach it has nothing there, in the list and by its address.
            let luca = try await place.world.browser(for: place.luca)
            let mail = "\(place.home)/products/\(place.mail)/application"
            #expect(list.text.contains(mail))
            #expect(!(await luca.get("/applications")).text.contains(mail))
            #expect(await luca.get(path).status == 200)
            #expect(await luca.get(mail).status == 404)
        }
    }

    @Test("At a client, what it gave its partner is there to be used", arguments: DatabaseKind.allCases)
    func clients(_ kind: DatabaseKind) async throws {
        try await ProductWorld.with(kind) { place in
            let world = place.world
            let paul = try await world.founder("paul@agence.example", first: "Paul", organization: "Agence")
            try await world.admit(paul)
            let browser = try await world.browser(for: paul)
            let (drive, mail) = ("products/\(place.drive)/application", "products/\(place.mail)/application")
            #expect(!(await browser.get("/applications").text.contains(drive)))
            let partnership = try await world.letIn(paul, by: place.marie, .products([place.drive]))
            let page = await browser.get("/applications").text
            #expect(page.contains("href=\"\(place.home)/\(drive)\"") && !page.contains(mail))
            #expect(page.contains("Here for Agence, a partner"))
            #expect(await browser.get("\(place.home)/\(drive)").status == 200)
            let (now, marie, directory) = (world.clock.now, place.marie, world.products.directory)
            try await world.database.write { connection in
                try partnership.change(
                    to: .full, revision: partnership.revision, permit: marie.standing.permit(), products: directory,
                    actor: marie.actor, at: now, in: connection)
            }
            #expect(await browser.get("/applications").text.contains("href=\"\(place.home)/\(mail)\""))
        }
    }

    @Test(
        "The one with an address is opened there, and the organisation with the personal suite comes first",
        arguments: DatabaseKind.allCases)
    func elsewhere(_ kind: DatabaseKind) async throws {
        let file = try Self.catalogue()
        defer { try? FileManager.default.removeItem(at: file) }
        try await ProductWorld.with(kind, catalogue: file) { place in
            let world = place.world
            let browser = try await world.browser(for: place.marie)
            let opened = await browser.get("\(place.home)/products/\(place.mail)/application")
            #expect(opened.status == 303)
            #expect(opened.location == "https://mail.example.net/atelier.example?of=\(place.marie.organization)")
            // Luca's own organisation has the suite, and is named before the atelier wherever he is.
            try await world.settle(place.luca)
            try await world.order(
                "newsletter-start", .monthly, name: "Own suite", by: place.luca, key: "order-of-own-suite-01")
            let luca = try await world.browser(for: place.luca)
            _ = await luca.get(place.home)
            let list = await luca.get("/applications").text
            let (own, other) = try (
                #require(list.range(of: ">Own</h2>")), #require(list.range(of: "Atelier Rossier</h2>"))
            )
            #expect(own.lowerBound < other.lowerBound)
        }
    }

    /// The one that comes along, with an address for mail, and with the newsletter as a personal suite.
    private static func catalogue() throws -> URL {
        let address = "\"application\": \"https://mail.example.net/{name}?of={organization}\","
        let text = try String(contentsOf: Catalogue.builtIn, encoding: .utf8)
            .replacing("\"service\": \"mail\",", with: "\"service\": \"mail\", \(address)")
            .replacing(
                "\"id\": \"newsletter\",", with: "\"id\": \"newsletter\", \"service\": \"personal_suite\", \(address)")
        let file = URL(filePath: NSTemporaryDirectory()).appending(path: "applications-\(UUID().uuidString).json")
        try Data(text.utf8).write(to: file)
        return file
    }
}
