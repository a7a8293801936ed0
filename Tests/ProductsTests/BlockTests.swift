import Access
import Kernel
import Products
import Storage
import TestSupport
import Testing

/// Blocking the management of a product for the whole organisation (PERM-6, BLK-1 to BLK-4), and changing its name.
@Suite("Blocking the management of a product")
struct BlockTests {
    private static func block(_ place: ProductWorld, _ product: ProductID) async throws -> Screen {
        let browser = try await place.world.browser(for: place.adam)
        let path = "\(place.home)/products/\(product)/block"
        return try await browser.submit(await browser.get(path), path)
    }

    @Test("Who was given it sees it greyed with the reason, and can do nothing", arguments: DatabaseKind.allCases)
    func blocked(_ kind: DatabaseKind) async throws {
        try await ProductWorld.with(kind) { place in
            let product = "\(place.home)/products/\(place.drive)"
            let luca = try await place.world.browser(for: place.luca)
            let open = await luca.get(product)
            #expect(open.text.contains("\(product)/name"))
            #expect(open.text.contains("id=\"block-reason\""), "Blocking itself is greyed for a collaborator.")
            let naming = await luca.get("\(product)/name")
            #expect(try await Self.block(place, place.drive).location?.hasPrefix(product) == true)
            let page = await luca.get(product)
            #expect(page.text.contains("has blocked the management of this product"))
            #expect(page.text.contains("id=\"rename-reason\""))
            #expect(page.text.contains("id=\"cancel-reason\""))
            #expect(page.text.contains("access-requests/new?right=products%3Ablock"))
            #expect(await luca.get("\(place.home)/products").text.contains("Management blocked"))
            // The page was open already.
            #expect(try await luca.submit(naming, "\(product)/name", ["name": "Mine"]).status == 403)
            let path = "\(place.home)/products/cancellation"
            let one = await luca.post(
                path,
                ["products": "\(place.drive)", "confirmation_name": "Archive"].merging(ProductWorld.proof) { $1 })
            #expect(one.status == 403 || one.status == 422)
            #expect(await luca.get("\(path)?all=yes").text.contains("Skipped: An administrator"))
            #expect(await luca.delete("\(product)/block").status == 403)
            #expect(try await place.states().contains("Archive active,"))
            // Who administers goes on managing it.
            let marie = try await place.world.browser(for: place.marie)
            #expect(
                try await marie.submit(await marie.get("\(product)/name"), "\(product)/name", ["name": "Vault"]).status
                    == 303)
            #expect(try await place.states().contains("Vault active,"))
        }
    }

    @Test("Everybody who reaches it is told, and nobody else", arguments: DatabaseKind.allCases)
    func told(_ kind: DatabaseKind) async throws {
        try await ProductWorld.with(kind) { place in
            _ = try await Self.block(place, place.drive)
            let again = try await place.world.browser(for: place.marie)
            await again.get("\(place.home)/products/\(place.drive)")
            #expect(
                await again.post("\(place.home)/products/\(place.drive)/block").status == 303, "It is blocked already.")
            func subjects(_ person: TestPerson) async throws -> [String] {
                try await place.world.mails(to: person.login).map(\.subject).filter {
                    $0.contains("management of Archive")
                }
            }
            #expect(try await subjects(place.luca) == ["The management of Archive is blocked"])
            #expect(try await subjects(place.marie).count == 1)
            #expect(try await subjects(place.adam).isEmpty, "Who did it knows.")
            #expect(try await subjects(place.lea).isEmpty, "Who does not reach it learns nothing.")
            let adam = try await place.world.browser(for: place.adam)
            await adam.get("\(place.home)/products/\(place.drive)")
            #expect(await adam.delete("\(place.home)/products/\(place.drive)/block").status == 303)
            #expect(await adam.delete("\(place.home)/products/\(place.drive)/block").status == 303)
            #expect(try await subjects(place.luca).last == "The management of Archive is open again")
            #expect(try await subjects(place.luca).count == 2)
            let log = await adam.get("\(place.home)/activity")
            #expect(log.text.contains("blocked the management of"))
            #expect(log.text.contains("opened the management of"))
            let luca = try await place.world.browser(for: place.luca)
            let path = "\(place.home)/products/\(place.drive)/name"
            #expect(try await luca.submit(await luca.get(path), path, ["name": "Mine"]).status == 303)
        }
    }

    @Test("A mail service has maintenance in place of a block, and says so", arguments: DatabaseKind.allCases)
    func mail(_ kind: DatabaseKind) async throws {
        try await ProductWorld.with(kind) { place in
            let marie = try await place.world.browser(for: place.marie)
            let product = "\(place.home)/products/\(place.mail)"
            #expect(await marie.get(product).text.contains("there will be a maintenance mode"))
            let page = await marie.get("\(product)/block")
            #expect(page.text.contains("there will be a maintenance mode"))
            #expect(page.form("\(product)/block") == nil)
            #expect(await marie.post("\(product)/block").status == 409)
            #expect(try await place.world.count("SELECT id FROM product WHERE management_blocked_at IS NOT NULL") == 0)
        }
    }

    @Test("Somebody else's product cannot be blocked", arguments: DatabaseKind.allCases)
    func foreign(_ kind: DatabaseKind) async throws {
        try await ProductWorld.with(kind) { place in
            let luca = try await place.world.browser(for: place.luca)
            let path = "/organizations/\(place.luca.organization)/products/\(place.drive)/block"
            #expect(await luca.get(path).status == 404)
            #expect(await luca.post(path).status == 404)
            #expect(try await place.world.count("SELECT id FROM product WHERE management_blocked_at IS NOT NULL") == 0)
        }
    }

    @Test("A label can be changed, a domain cannot", arguments: DatabaseKind.allCases)
    func names(_ kind: DatabaseKind) async throws {
        try await ProductWorld.with(kind) { place in
            let marie = try await place.world.browser(for: place.marie)
            let drive = "\(place.home)/products/\(place.drive)/name"
            let page = await marie.get(drive)
            #expect(try await marie.submit(page, drive, ["name": ""]).status == 422)
            #expect(try await marie.submit(page, drive, ["name": String(repeating: "a", count: 64)]).status == 422)
            #expect(try await marie.submit(page, drive, ["name": "Vault"]).status == 303)
            #expect(try await place.states().contains("Vault active"))
            #expect(await marie.get("\(place.home)/activity").text.contains("Archive → Vault"))
            let hosting = "\(place.home)/products/\(place.hosting)/name"
            #expect(await marie.get(hosting).text.contains("called by its domain"))
            #expect(await marie.post(hosting, ["name": "Other"]).status == 409)
            #expect(try await place.states().contains("atelier-nord.ch active"))
        }
    }
}
