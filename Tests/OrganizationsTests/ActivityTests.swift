import Access
import Foundation
import Kernel
import Storage
import TestSupport
import Testing
import Web

@testable import Organizations

@Suite("Activity log")
struct ActivityTests {
    @Test("It tells what was done, by whom, from where, with a link", arguments: DatabaseKind.allCases)
    func sentences(_ kind: DatabaseKind) async throws {
        try await TestWorld.with(kind) { world in
            let marie = try await world.founder()
            try await world.settle(marie)
            let order = try await world.order(by: marie)
            let browser = try await world.browser(for: marie)
            let page = await browser.get("/organizations/\(marie.organization)/activity")
            #expect(page.status == 200)
            #expect(page.text.contains("Marie Rossier ordered atelier-nord.ch"))
            #expect(page.text.contains("<a href=\"/organizations/\(marie.organization)/orders/\(order)\">"))
            #expect(page.text.contains("192.0.2.1, Switzerland"))
            #expect(page.text.contains("Marie Rossier created the organisation"))
            #expect(page.text.contains("(role: Legal representative)"))
            #expect(!page.text.contains("{"))
            let mine = await browser.get("/security/activity")
            #expect(mine.text.contains("Marie Rossier signed in"))
            #expect(mine.text.contains("Firefox"))
            #expect(mine.text.contains("Atelier Rossier"))
        }
    }

    @Test("Every language has its own sentences", arguments: Language.allCases)
    func languages(_ language: Language) async throws {
        try await TestWorld.with(.sqlite) { world in
            let marie = try await world.founder(language: language)
            try await world.settle(marie)
            try await world.order(by: marie)
            try await world.order(by: marie, card: "0002", key: "order-that-fails-00001")
            let browser = try await world.browser(for: marie)
            await browser.get("/profile")
            #expect(
                await browser.post("/profile/name", ["first_name": "M", "last_name": "R", "revision": "1"]).status
                    == 303)
            for path in ["/organizations/\(marie.organization)/activity", "/security/activity"] {
                let page = await browser.get(path)
                #expect(page.status == 200)
                #expect(!page.text.contains("{"))
                #expect(!page.text.contains("OrderPlaced"))
                #expect(page.text.contains("M R"))
            }
            // What it was and what it is.
            #expect(await browser.get("/security/activity").text.contains("Marie Rossier → M R"))
        }
    }

    @Test("Pages follow each other without a gap, however many events there are", arguments: DatabaseKind.allCases)
    func paging(_ kind: DatabaseKind) async throws {
        try await TestWorld.with(kind) { world in
            let marie = try await world.founder()
            try await Self.tick(45, world, marie)
            let browser = try await world.browser(for: marie)
            var path: String? = "/organizations/\(marie.organization)/activity?kind=settings"
            var seen: [Int] = []
            var pages = 0
            while let next = path, pages < 10 {
                let page = await browser.get(next)
                pages += 1
                seen += page.text.matches(of: /tick (\d+)\./).compactMap { Int($0.1) }
                path = page.text.firstMatch(of: /rel="next" href="([^"]+)"/).map {
                    String($0.1).replacing("&amp;", with: "&")
                }
            }
            #expect(seen == Array((0..<45).reversed()))
            #expect(pages == 3)
        }
    }

    /// Events with a number in them, of the kind "settings".
    static func tick(_ count: Int, _ world: TestWorld, _ person: TestPerson) async throws {
        let now = world.clock.now
        try await world.database.write { connection in
            for number in 0..<count {
                try connection.announce(
                    Event(
                        "OrganizationChanged", by: person.actor, organization: person.organization,
                        subject: "organization", person.organization.rawValue,
                        payload: ["before": "tick \(number).", "after": "x"]), at: now)
            }
        }
    }

    @Test(
        "It is filtered by day, kind, person and product, and each part can be taken away",
        arguments: DatabaseKind.allCases)
    func filter(_ kind: DatabaseKind) async throws {
        try await TestWorld.with(kind) { world in
            let marie = try await world.founder()
            let paul = try await world.founder("paul@atelier.example", first: "Paul", last: "Weber", organization: "P")
            try await world.join(marie.organization, paul, as: .administrator)
            try await world.settle(marie)
            try await world.order(by: marie)
            try await world.order(name: "other.example", by: marie, key: "another-order-00000001")
            world.clock.advance(.days(3))
            try await world.database.write { connection in
                try connection.announce(
                    Event(
                        "OrganizationChanged", by: paul.actor, organization: marie.organization,
                        subject: "organization",
                        marie.organization.rawValue), at: world.clock.now)
            }
            let browser = try await world.browser(for: marie)
            let home = "/organizations/\(marie.organization)/activity"
            @Sendable func told(_ query: String) async -> [Bool] {
                let page = await browser.get("\(home)?\(query)")
                let text = page.text
                return ["ordered atelier-nord.ch", "ordered other.example", "Paul Weber changed the details"].map {
                    text.contains($0)
                }
            }
            #expect(await told("") == [true, true, true])
            #expect(await told("kind=orders") == [true, true, false])
            #expect(await told("kind=settings") == [false, false, true])
            #expect(await told("kind=nonsense") == [true, true, true])
            #expect(await told("person=weber") == [false, false, true])
            #expect(await told("person=PAUL@atelier") == [false, false, true])
            #expect(await told("person=nobody") == [false, false, false])
            #expect(await told("person=Marie%20R") == [true, true, false])
            #expect(await told("product=NORD") == [true, false, false])
            #expect(await told("product=nord&person=Paul") == [false, false, false])
            #expect(await told("from=2026-11-23") == [false, false, true])
            #expect(await told("to=2026-11-22") == [true, true, false])
            #expect(await told("from=2026-11-20&to=2026-11-20&product=other") == [false, true, false])
            let page = await browser.get("\(home)?kind=orders&product=nord")
            #expect(page.text.contains("href=\"\(home)?product=nord\""))
            #expect(page.text.contains("href=\"\(home)?kind=orders\""))
            #expect(page.text.contains("\(home).csv?kind=orders&amp;product=nord"))
        }
    }

    @Test("The table honours the filter and holds no formula", arguments: DatabaseKind.allCases)
    func table(_ kind: DatabaseKind) async throws {
        try await TestWorld.with(kind) { world in
            let marie = try await world.founder(first: "=cmd|' /C calc'!A0", last: "\"Q\", R")
            try await world.settle(marie)
            try await world.order(by: marie)
            try await Self.tick(1100, world, marie)
            let browser = try await world.browser(for: marie)
            let screen = await browser.get("/organizations/\(marie.organization)/activity.csv")
            #expect(screen.header("content-type") == "text/csv; charset=utf-8")
            #expect(screen.header("content-disposition")?.contains("activity.csv") == true)
            #expect(screen.text.hasPrefix("When,Person,On behalf of,"))
            let rows = screen.text.components(separatedBy: "\r\n")
            #expect(rows.count > 1105)
            #expect(rows.last == "")
            #expect(screen.text.contains("\"'=cmd|' /C calc'!A0 \"\"Q\"\", R\""))
            #expect(screen.text.contains("2026-11-20 09:14:00"))
            #expect(!screen.text.contains(",=cmd"))
            let orders = await browser.get("/organizations/\(marie.organization)/activity.csv?kind=orders")
            #expect(orders.text.components(separatedBy: "\r\n").count == 3)
            let mine = await browser.get("/security/activity.csv")
            #expect(mine.text.contains("PersonSignedIn"))
        }
    }

    @Test("A person without an account is told of, but not named", arguments: DatabaseKind.allCases)
    func deleted(_ kind: DatabaseKind) async throws {
        try await TestWorld.with(kind) { world in
            let marie = try await world.founder()
            try await world.database.write { connection in
                try connection.announce(
                    Event(
                        "OrganizationChanged", by: Event.Actor(person: PersonID(rawValue: 987_654)),
                        organization: marie.organization, subject: "organization", marie.organization.rawValue),
                    at: world.clock.now)
            }
            let browser = try await world.browser(for: marie)
            let page = await browser.get("/organizations/\(marie.organization)/activity")
            #expect(page.text.contains("A deleted account changed the details"))
            #expect(!page.text.contains("987654"))
        }
    }

    @Test("After twelve months, addresses are gone and the pages do not reach back", arguments: DatabaseKind.allCases)
    func retention(_ kind: DatabaseKind) async throws {
        try await TestWorld.with(kind) { world in
            let marie = try await world.founder()
            _ = try await world.browser(for: marie)
            world.clock.advance(.days(364))
            try await world.drain()
            let kept: SQL = "SELECT event_id FROM event_personal WHERE part = 'origin'"
            #expect(try await world.count(kept) > 0)
            world.clock.advance(.days(2))
            let done = try await world.drain()
            #expect((done["audit-forgetting-origins"] ?? 0) > 0)
            #expect(try await world.count(kept) == 0)
            let browser = try await world.browser(for: marie)
            let page = await browser.get("/security/activity")
            #expect(page.text.components(separatedBy: "Marie Rossier signed in").count == 2)
            world.clock.advance(.minutes(2))
            try await world.drain()
            #expect(try await world.count("SELECT id FROM audit_block") > 1)
            #expect(try await world.brokenInvariants() == [])
        }
    }

    @Test("Whose product it is not finds nothing by its name")
    func strangers() async throws {
        try await TestWorld.with(.sqlite) { world in
            let marie = try await world.founder()
            try await world.settle(marie)
            try await world.order(by: marie)
            let frida = try await world.founder("frida@fern.example", organization: "Fern")
            let browser = try await world.browser(for: frida)
            let page = await browser.get("/organizations/\(frida.organization)/activity?product=nord")
            #expect(!page.text.contains("ordered"))
            #expect(await browser.get("/organizations/\(marie.organization)/activity").status == 404)
        }
    }
}
