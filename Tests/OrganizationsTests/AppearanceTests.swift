import Access
import Accounts
import Kernel
import Organizations
import Storage
import TestSupport
import Testing
import Web

@Suite("Appearance")
struct AppearanceTests {
    private func logo(_ kind: LogoImage.Kind, _ color: PictureSamples.Color = PictureSamples.red) throws -> LogoImage {
        let upload = PictureSamples.png(width: 64, height: 32) { _, _ in color }
        return try LogoImage.make(kind, from: upload, field: "logo")
    }

    @Test(
        "A square logo stands alone; initials take it away; the wide one serves both", arguments: DatabaseKind.allCases)
    func store(_ kind: DatabaseKind) async throws {
        try await TestWorld.with(kind) { world in
            let marie = try await world.founder()
            let permit: Permit<ManageAppearance> = try marie.standing.permit()
            let now = world.clock.now
            func current() async throws -> Appearance {
                try await world.database.read { try Appearance.find(marie.organization, in: $0) }
            }
            func change(_ look: ConsoleLook) async throws -> OrganizationLook {
                let revision = try await current().revision
                try await world.database.write {
                    try Appearance.change(
                        look, revision: revision, by: permit, actor: marie.actor, at: now, in: $0)
                }
                return try await OrganizationLook(world, marie)
            }
            await #expect(throws: Problem.self) { _ = try await change(.square(nil)) }
            await #expect(throws: Problem.self) { _ = try await change(.initials("", showsWide: true, wide: nil)) }
            #expect(try await change(.square(try logo(.square))) == OrganizationLook(hasSquare: true))
            #expect(try await change(.square(nil)) == OrganizationLook(hasSquare: true))
            let banner = ConsoleLook.initials("ABC", showsWide: true, wide: try logo(.wide))
            #expect(try await change(banner) == OrganizationLook(hasWide: true, initials: "ABC"))
            #expect(try await change(.initials("", showsWide: false, wide: nil)) == OrganizationLook(initials: "AR"))
            // Apps still show it.
            #expect(try await current().wide != nil)
            #expect(try await change(.initials("", showsWide: true, wide: nil)) == OrganizationLook(hasWide: true))
            #expect(try await change(.square(try logo(.square))) == OrganizationLook(hasSquare: true))
            for kind in LogoImage.Kind.allCases {
                for _ in 1...2 {
                    try await world.database.write {
                        try Appearance.remove(kind, by: permit, actor: marie.actor, at: now, in: $0)
                    }
                }
            }
            #expect(try await OrganizationLook(world, marie) == OrganizationLook())
            #expect(try await current().showsWide == false)
            #expect(try await world.count("SELECT kind FROM organization_logo") == 0)
            let events = try await world.eventNames().filter { $0.hasPrefix("Logo") }
            #expect(
                events == ["LogoChanged", "LogoRemoved", "LogoChanged", "LogoChanged", "LogoRemoved", "LogoRemoved"])
            #expect(try await world.eventNames().count { $0 == "InitialsChanged" } == 3)
        }
    }

    /// What the shell is told.
    private struct OrganizationLook: Equatable {
        var hasSquare = false
        var hasWide = false
        var initials = "AR"

        init(hasSquare: Bool = false, hasWide: Bool = false, initials: String = "AR") {
            self.hasSquare = hasSquare
            self.hasWide = hasWide
            self.initials = initials
        }

        init(_ world: TestWorld, _ person: TestPerson) async throws {
            let summaries = try await world.database.read { try Organization.summaries(of: person.id, $0) }
            let summary = try #require(summaries.first { $0.id == person.organization })
            self.init(
                hasSquare: summary.squareLogo != nil, hasWide: summary.wideLogo != nil, initials: summary.initials)
        }
    }

    @Test("A logo is uploaded, previewed, served to members for ever, and removed", arguments: DatabaseKind.allCases)
    func journey(_ kind: DatabaseKind) async throws {
        try await TestWorld.with(kind) { world in
            let marie = try await world.founder()
            let luca = try await world.member("luca@atelier.example", of: marie)
            let paul = try await world.founder("paul@agence.example", organization: "Agence")
            let home = "/organizations/\(marie.organization)/appearance"
            let browser = try await world.browser(for: marie)
            #expect(await browser.get(home).text.contains("There is no rectangular logo"))
            await browser.get("\(home)/apps")
            let revision = ["revision": "1"]
            let done = await browser.upload(
                "\(home)/apps", "wide", fileName: "logo.png",
                PictureSamples.png(width: 700, height: 140) { _, _ in PictureSamples.blue }, revision)
            #expect(done.location == home, "\(done.text)")
            let page = await browser.get(home)
            #expect(page.text.contains("data-look=\"light\""))
            #expect(page.text.contains("data-look=\"dark\""))
            let path = String(
                try #require(page.text.firstMatch(of: #/\/organizations\/\d+\/logo\/wide\/[A-Za-z0-9_\-]+/#)?.0))
            let picture = await browser.get(path)
            #expect(picture.header("content-type") == "image/png")
            #expect(picture.header("cache-control")?.contains("immutable") == true)
            #expect(try await world.browser(for: luca).get(path).status == 200)
            #expect(try await world.browser(for: paul).get(path).status == 404)
            #expect(await browser.get(path.replacing("/wide/", with: "/square/")).status == 404)

            let console = await browser.get("\(home)/console")
            let saved = try await browser.submit(
                console, "\(home)/console", ["look": "initials", "initials": "at", "shows_wide": "yes"])
            #expect(saved.status == 303, "\(saved.text)")
            let late = try await browser.submit(console, "\(home)/console", ["look": "initials", "initials": "zz"])
            #expect(late.status == 409)
            #expect(late.form("\(home)/console")?.fields["initials"] == "zz")

            let removal = "\(home)/logos/wide/removal"
            let asked = await browser.get(removal)
            for _ in 1...2 {
                #expect(try await browser.submit(asked, removal).location == home)
            }
            #expect(await browser.get(path).status == 404)
            #expect(await browser.get("\(home)/logos/round/removal").status == 404)
        }
    }

    @Test("What is no picture is refused at its field, and nothing is changed")
    func refused() async throws {
        try await TestWorld.with(.sqlite) { world in
            let marie = try await world.founder()
            let home = "/organizations/\(marie.organization)/appearance"
            let browser = try await world.browser(for: marie)
            await browser.get("\(home)/apps")
            let uploads: [(bytes: [UInt8], sentence: String)] = [
                (Array("<svg onload=\"alert(1)\"/>".utf8), "An SVG file can carry scripts"),
                (Array("MZ this is a program".utf8), "Choose a PNG, JPEG or WebP"),
                (PictureSamples.pngHeader(width: 20_000, height: 20_000), "at most 4000 pixels"),
                (PictureSamples.pngHeader(width: 300, height: 300), "incomplete or damaged"),
            ]
            for (bytes, sentence) in uploads {
                let answer = await browser.upload(
                    "\(home)/apps", "wide", fileName: "logo.png", bytes, ["revision": "1"])
                #expect(answer.status == 422)
                #expect(answer.text.contains("href=\"#wide\""))
                #expect(answer.text.contains(sentence))
            }
            let console = await browser.get("\(home)/console")
            let typed: [(fields: [String: String], field: String)] = [
                (["look": "initials", "initials": "ABCD"], "initials"),
                (["look": "initials", "initials": "<b>"], "initials"), (["look": "round"], "look"),
                (["look": "square"], "square"), (["look": "initials", "shows_wide": "yes"], "wide"),
            ]
            for (fields, field) in typed {
                let answer = try await browser.submit(console, "\(home)/console", fields)
                #expect(answer.status == 422, "\(fields)")
                #expect(answer.text.contains("href=\"#\(field)\""), "\(fields)")
            }
            #expect(await browser.post("\(home)/apps", ["revision": "1"]).status == 422)
            #expect(try await world.count("SELECT kind FROM organization_logo") == 0)
            #expect(try await world.eventNames().allSatisfy { !$0.hasPrefix("Logo") && $0 != "InitialsChanged" })
        }
    }

    @Test("Whoever may not change it sees why not")
    func readers() async throws {
        try await TestWorld.with(.sqlite) { world in
            let marie = try await world.founder()
            let luca = try await world.member("luca@atelier.example", of: marie)
            let browser = try await world.browser(for: luca)
            let home = "/organizations/\(marie.organization)"
            #expect(await browser.get("\(home)/settings").text.contains("id=\"appearance-reason\""))
            #expect(await browser.get("\(home)/appearance").status == 403)
            #expect(await browser.post("\(home)/appearance/logos/wide/removal").status == 403)
        }
    }
}
