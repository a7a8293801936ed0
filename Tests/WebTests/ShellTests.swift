import Access
import Kernel
import Synchronization
import Testing

@testable import Web

/// What stands around every page.
@Suite struct ShellTests {
    private let representative = ["cookie": "kontor-session=\(SmallHouse.representative)"]

    private func families(_ count: Int) -> (Doors) -> Void {
        { doors in
            let sections: [NavigationItem.Section] = [.collaborate, .web, .cloud, .events, .streaming]
            doors.navigate(
                NavigationItem(
                    id: "overview", section: .top, icon: "home", title: { _ in "Start" },
                    link: { "/organizations/\($0)" }))
            for number in 0..<count {
                doors.navigate(
                    NavigationItem(
                        id: "type-\(number)", section: sections[number % sections.count], icon: "box",
                        title: { _ in "Type \(number)" }, link: { "/organizations/\($0)/types/\(number)" }))
            }
            doors.navigate(
                NavigationItem(
                    id: "hidden", section: .organization, icon: "box", title: { _ in "For nobody" },
                    link: { "/organizations/\($0)/hidden" }, isShown: { _ in false }))
            doors.organization(SeeOrganization.self).get("types/7") { _ in
                .page(Page(title: "Seven", current: "type-7", body: "<h1>Seven</h1>"))
            }
        }
    }

    @Test func `A few types of product stand open below their families`() async throws {
        try await SmallHouse.run(opening: families(8)) { house in
            let text = await house.send("GET", "/organizations/12/things", headers: representative).text
            #expect(text.contains("<h2>Web and domains</h2>"))
            #expect(!text.contains("<details"))
            #expect(text.contains("Type 7"))
            #expect(!text.contains("For nobody"))
        }
    }

    @Test func `With forty-five types the families are closed, but for the one that somebody is in`() async throws {
        try await SmallHouse.run(opening: families(45)) { house in
            let elsewhere = await house.send("GET", "/organizations/12/things", headers: representative).text
            #expect(elsewhere.matches(of: /<details name="families">/).count == 5)
            #expect(elsewhere.matches(of: /id="nav-type-\d+"/).count == 45)
            let inside = await house.send("GET", "/organizations/12/types/7", headers: representative).text
            #expect(inside.matches(of: /<details name="families">/).count == 4)
            let open = try #require(inside.firstMatch(of: /(?s)<details name="families" open>(.*?)<\/details>/))
            #expect(open.1.contains("id=\"nav-type-7\""))
            #expect(open.1.contains("aria-current=\"page\""))
        }
    }

    // MARK: The banner

    private func banner(_ organization: Int64, _ gravity: Banner.Gravity, _ sentence: String, _ link: Link) -> Banner {
        Banner(
            organization: OrganizationID(rawValue: organization), gravity: gravity, link: link,
            sentence: { _ in sentence }, action: { _ in "Put it right" })
    }

    @Test func `One banner is shown, the gravest of this organisation; the switcher marks the others`() async throws {
        let asked = Mutex(0)
        let source = BannerSource { standings, _ in
            asked.withLock { $0 += 1 }
            return standings.isEmpty
                ? []
                : [
                    banner(12, .waiting, "It waits & waits.", "/organizations/12/waiting"),
                    banner(12, .blocked, "It is blocked.", "/organizations/12/things"),
                    banner(13, .failed, "It has failed.", "/organizations/13/failed"),
                ]
        }
        let two = [SmallHouse.summary(12, "One"), SmallHouse.summary(13, "Two"), SmallHouse.summary(14, "Three")]
        let open: (Doors) -> Void = { $0.banner(source) }
        try await SmallHouse.run(organizations: two, opening: open) { house in
            let text = await house.send("GET", "/organizations/12", headers: representative).text
            #expect(text.matches(of: /class="banner danger"/).count == 1)
            #expect(text.contains("It is blocked."))
            #expect(!text.contains("It has failed."))
            #expect(text.matches(of: /class="mark"/).count == 3, "the switcher, and two of its three rows")
            #expect(asked.withLock { $0 } == 1, "one look for a page")
            // Where it leads, the page itself says it.
            let there = await house.send("GET", "/organizations/12/things", headers: representative).text
            #expect(there.contains("It waits &amp; waits."))
            #expect(!there.contains("It is blocked."))
            let none = await house.send("GET", "/organizations/14/things", headers: representative).text
            #expect(!none.contains("class=\"banner"))
        }
    }

    @Test func `Nobody asks what needs action for a picture, for a part of a page, or for a stranger`() async throws {
        let asked = Mutex(0)
        let source = BannerSource { _, _ in
            asked.withLock { $0 += 1 }
            return []
        }
        let open: (Doors) -> Void = { $0.banner(source) }
        try await SmallHouse.run(opening: open) { house in
            _ = await house.send("GET", "/hello")
            for header in [("sec-fetch-dest", "image"), ("sec-fetch-dest", "empty"), ("x-fragment", "search")] {
                _ = await house.send(
                    "GET", "/organizations/12/things", headers: representative.merging([header.0: header.1]) { $1 })
            }
            #expect(asked.withLock { $0 } == 0)
            _ = await house.send(
                "GET", "/organizations/12/things",
                headers: representative.merging(["sec-fetch-dest": "document"]) { $1 })
            #expect(asked.withLock { $0 } == 1)
        }
    }

    // MARK: The way to another organisation

    @Test(arguments: [
        ("/organizations/13/things", "", true),
        ("/organizations/13/things", "http://console.test/organizations/12", true),
        ("/organizations/13/things", "http://console.test/organizations/130/things", true),
        ("/organizations/13/things", "http://console.test/organizations/13?page=2", false),
        ("/organizations/13/things", "http://console.test/organizations/13/things", false),
        ("/organizations/13", "", false), ("/organizations/12/things", "", false),
    ])
    func `A link into another organisation says so, with the way back`(path: String, referrer: String, isTold: Bool)
        async throws
    {
        let two = [SmallHouse.summary(12, "R&D"), SmallHouse.summary(13, "Two")]
        try await SmallHouse.run(organizations: two) { house in
            let text = await house.send("GET", path, headers: representative.merging(["referer": referrer]) { $1 }).text
            #expect(text.contains("You are now in Two. Before, you were in R&amp;D.") == isTold)
            #expect(text.contains("Back to R&amp;D") == isTold)
            #expect(house.done.all == (path.contains("/13") ? ["session 7 moved to 13"] : []))
        }
    }

    @Test func `What is not a page moves nobody`() async throws {
        let two = [SmallHouse.summary(12, "R&D"), SmallHouse.summary(13, "Two")]
        try await SmallHouse.run(organizations: two) { house in
            for header in ["x-fragment": "search", "sec-fetch-dest": "image"] {
                _ = await house.send(
                    "GET", "/organizations/13/things",
                    headers: representative.merging([header.key: header.value]) { $1 })
            }
            _ = await house.send("GET", "/organizations/14/things", headers: representative)
            #expect(house.done.all.isEmpty)
        }
    }

    // MARK: Logos

    @Test(
        arguments: [
            (nil, nil, nil, "RT", false), (nil, nil, "Q7", "Q7", false), ("s1", nil, nil, nil, false),
            ("s1", "w1", nil, nil, false), (nil, "w1", "Q7", "Q7", true), (nil, "w1", nil, "RT", true),
        ] as [(String?, String?, String?, String?, Bool)])
    func `The switcher shows the square logo alone, or letters with or without the wide one`(
        square: String?, wide: String?, letters: String?, badge: String?, isWide: Bool
    ) async throws {
        let one = [
            SmallHouse.summary(12, "Rossier & Team", squareLogo: square, wideLogo: wide, initialsText: letters)
        ]
        try await SmallHouse.run(organizations: one) { house in
            let text = await house.send("GET", "/organizations/12/things", headers: representative).text
            let button = try #require(
                text.firstMatch(of: /(?s)<button class="org" type="button" popovertarget="orgs">(.*?)<\/button>/))
            #expect(button.1.contains("/organizations/12/logo/square/s1") == (square != nil))
            #expect(button.1.contains("/organizations/12/logo/wide/w1") == isWide)
            #expect(button.1.contains("alt=\"Rossier &amp; Team\"") == isWide)
            #expect(button.1.contains("</span>Rossier &amp; Team") == !isWide)
            if let badge { #expect(button.1.contains("aria-hidden=\"true\">\(badge)</span>")) }
        }
    }
}
