import Access
import Kernel
import Organizations
import Storage
import TestSupport
import Testing

@Suite("Answering an invitation")
struct InvitationPageTests {
    private static let details = [
        "first_name": "Nina", "last_name": "Neu", "country": "CH", "phone": "079 123 45 67",
        "password": TestWorld.password,
    ]

    @Test("A newcomer makes an account that joins, and founds nothing", arguments: DatabaseKind.allCases)
    func newcomer(_ kind: DatabaseKind) async throws {
        try await TestWorld.with(kind) { world in
            let inviting = try await Inviting(world)
            try await inviting.invite("nina@neu.example")
            let link = try await inviting.link(to: "nina@neu.example")
            let browser = world.browser()
            // A scanner of mail uses nothing up.
            for _ in 1...2 { #expect(await world.browser(agent: "Scanner").get(link).status == 200) }
            let page = await browser.get(link)
            #expect(
                page.text.contains("Marie Rossier invites nina@neu.example to join Atelier Rossier as: Collaborator."))
            let asked = try await browser.submit(page, link, ["act": "create"])
            let form = try await browser.follow(asked)
            #expect(form.path.hasPrefix("/sign-up/"))
            #expect(!form.text.contains("name=\"kind\""))
            #expect(!form.text.contains("name=\"currency\""))
            // Asked twice, it is the same form.
            #expect(try await browser.submit(await browser.get(link), link, ["act": "create"]).location == form.path)
            let cookies = browser.cookies
            let made = try await browser.submit(form, form.path, Self.details)
            #expect(made.location == "/organizations/\(inviting.marie.organization)")
            #expect(await browser.get("/organizations/\(inviting.marie.organization)").status == 200)
            #expect(try await world.count("SELECT id FROM organization") == 1)
            #expect(try await inviting.states() == ["accepted"])
            #expect(
                try await world.values("SELECT role AS value FROM membership ORDER BY created_at, person_id").last
                    == "collaborator")
            // The second click of a double click comes with the same cookies, and goes on.
            browser.keep(cookies: cookies)
            #expect(try await browser.submit(form, form.path, Self.details).status == 303)
            #expect(try await world.count("SELECT id FROM person") == 2)
        }
    }

    @Test("Taken back while the form was open: no account without an organisation", arguments: DatabaseKind.allCases)
    func cancelledMeanwhile(_ kind: DatabaseKind) async throws {
        try await TestWorld.with(kind) { world in
            let inviting = try await Inviting(world)
            try await inviting.invite("nina@neu.example")
            let link = try await inviting.link(to: "nina@neu.example")
            let browser = world.browser()
            let form = try await browser.follow(
                try await browser.submit(await browser.get(link), link, ["act": "create"]))
            try await world.database.write { try $0.execute("UPDATE invitation SET state = 'cancelled'") }
            let answer = try await browser.submit(form, form.path, Self.details)
            #expect(answer.status == 410)
            #expect(answer.text.contains("was taken back"))
            #expect(try await world.count("SELECT id FROM person") == 1)
            #expect(await browser.get(link).text.contains("was taken back"))
        }
    }

    @Test("A form that was open for too long leads back to the invitation", arguments: DatabaseKind.allCases)
    func expiredForm(_ kind: DatabaseKind) async throws {
        try await TestWorld.with(kind) { world in
            let inviting = try await Inviting(world)
            try await inviting.invite("nina@neu.example")
            let link = try await inviting.link(to: "nina@neu.example")
            let browser = world.browser()
            let form = try await browser.follow(
                try await browser.submit(await browser.get(link), link, ["act": "create"]))
            world.clock.advance(.hours(24))
            let answers = [
                await browser.get(form.path), try await browser.submit(form, form.path, Self.details),
            ]
            for answer in answers {
                #expect(answer.status == 410)
                #expect(answer.text.contains("class=\"btn primary large wide\" href=\"\(link)\""))
                #expect(answer.form("/sign-up") == nil, "Another sign-up would found an organisation.")
            }
        }
    }

    @Test("Whoever has an account signs in and accepts; twice goes on quietly", arguments: DatabaseKind.allCases)
    func existing(_ kind: DatabaseKind) async throws {
        try await TestWorld.with(kind) { world in
            let inviting = try await Inviting(world)
            let paul = try await world.founder(
                "paul@agence.example", first: "Paul", organization: "Agence", language: .german)
            try await inviting.invite("Paul@agence.example", role: .administrator)
            let mail = try #require(try await world.mails(to: paul.login).last)
            // In the language of the account.
            #expect(mail.subject == "Einladung zu Atelier Rossier")
            #expect(mail.text.contains("Guten Tag Paul"))
            let link = try await inviting.link(to: paul.login)
            let browser = world.browser()
            let page = await browser.get(link)
            // Nobody is told whether there is an account: both ways are offered.
            #expect(page.text.contains("value=\"create\""))
            let signIn = "/sign-in?next=\(link.replacing("/", with: "%2F"))"
            #expect(page.text.contains(signIn))
            let known = try await browser.submit(page, link, ["act": "create"])
            #expect(known.location == signIn)
            #expect(try await world.count("SELECT id FROM sign_up") == 0)
            let answer = try await browser.submit(
                await browser.get(signIn), "/sign-in", ["login": paul.login, "password": TestWorld.password])
            #expect(answer.location == link)
            let mine = await browser.get(link)
            for _ in 1...2 {
                let accepted = try await inviting.accept(mine, by: browser)
                #expect(accepted.location == "/organizations/\(inviting.marie.organization)")
            }
            #expect(await browser.get("/organizations/\(inviting.marie.organization)").status == 200)
            #expect(await browser.get("/organizations/\(paul.organization)").status == 200)
            #expect(await browser.get(link).text.contains("bereits angenommen"))
            #expect(try await world.mails(to: inviting.marie.login).count { $0.subject.contains("has joined") } == 1)
        }
    }

    @Test(
        "Signed in as somebody else: both are named, and only what the page named accepts",
        arguments: DatabaseKind.allCases)
    func somebodyElse(_ kind: DatabaseKind) async throws {
        try await TestWorld.with(kind) { world in
            let inviting = try await Inviting(world)
            let paul = try await world.founder("paul@agence.example", organization: "Agence")
            try await inviting.invite("paul.private@home.example")
            let link = try await inviting.link(to: "paul.private@home.example")
            let browser = try await world.browser(for: paul)
            let page = await browser.get(link)
            #expect(
                page.text.contains("is for paul.private@home.example, but you are signed in as paul@agence.example"))
            // Out, and back here.
            let other = try await world.browser(for: paul)
            let out = try await other.submit(await other.get(link), "/sign-out")
            #expect(out.location == link)
            #expect(await other.get(link).text.contains("I have an account"))
            // A page that was opened as another account does not accept for this one.
            let stale = try await browser.submit(page, link, ["act": "accept", "as": "999"])
            #expect(stale.status == 409)
            #expect(try await inviting.states() == ["pending"])
            let accepted = try await inviting.accept(page, by: browser)
            #expect(accepted.location == "/organizations/\(inviting.marie.organization)")
            #expect(
                try await world.values("SELECT CAST(person_id AS TEXT) AS value FROM invitation") == ["\(paul.id)"])
        }
    }

    @Test("Nobody accepts without signing in", arguments: DatabaseKind.allCases)
    func anonymous(_ kind: DatabaseKind) async throws {
        try await TestWorld.with(kind) { world in
            let inviting = try await Inviting(world)
            try await inviting.invite("a@one.example")
            let link = try await inviting.link(to: "a@one.example")
            let browser = world.browser()
            let answer = try await browser.submit(await browser.get(link), link, ["act": "accept", "as": "1"])
            #expect(answer.status == 303)
            #expect(answer.location?.hasPrefix("/sign-in?next=") == true)
            #expect(try await inviting.states() == ["pending"])
        }
    }

    @Test("Declining asks first, tells the inviter, and twice is once", arguments: DatabaseKind.allCases)
    func declining(_ kind: DatabaseKind) async throws {
        try await TestWorld.with(kind) { world in
            let inviting = try await Inviting(world)
            try await inviting.invite("a@one.example")
            let link = try await inviting.link(to: "a@one.example")
            let browser = world.browser()
            let question = await browser.get("\(link)/refusal")
            #expect(question.text.contains("Marie Rossier is told"))
            #expect(try await inviting.states() == ["pending"])
            for _ in 1...2 {
                #expect(try await browser.submit(question, "\(link)/refusal").location == link)
            }
            #expect(try await inviting.states() == ["declined"])
            #expect(await browser.get(link).text.contains("was declined"))
            #expect(
                try await world.mails(to: inviting.marie.login).map(\.subject)
                    == ["a@one.example has declined your invitation"])
        }
    }

    @Test("Too late: the inviter is asked once for a new link", arguments: DatabaseKind.allCases)
    func renewal(_ kind: DatabaseKind) async throws {
        try await TestWorld.with(kind) { world in
            let inviting = try await Inviting(world)
            try await inviting.invite("a@one.example")
            let link = try await inviting.link(to: "a@one.example")
            world.clock.advance(.days(14))
            let browser = world.browser()
            let page = await browser.get(link)
            #expect(page.text.contains("has expired"))
            #expect(!page.text.contains("value=\"create\""))
            for _ in 1...2 { #expect(try await browser.submit(page, link, ["act": "renew"]).status == 303) }
            #expect(await browser.get(link).text.contains("was asked for a new one"))
            #expect(
                try await world.mails(to: inviting.marie.login).map(\.subject)
                    == ["a@one.example asks for a new invitation"])
            // Too late for an account of its own, too.
            #expect(await browser.post(link, ["act": "create"]).location == link)
            #expect(try await world.count("SELECT id FROM sign_up") == 0)
        }
    }

    @Test("A link that is not ours opens nothing, and says where invitations are", arguments: DatabaseKind.allCases)
    func tampered(_ kind: DatabaseKind) async throws {
        try await TestWorld.with(kind) { world in
            let inviting = try await Inviting(world)
            try await inviting.invite("a@one.example", "b@one.example")
            let link = try await inviting.link(to: "a@one.example")
            let browser = world.browser()
            let token = link.split(separator: "/").last.map(String.init) ?? ""
            let signature = token.split(separator: "-", maxSplits: 1).last.map(String.init) ?? ""
            for forged in ["2-\(signature)", "1-", "1", "x", "0-\(signature)", "\(token)A", "99-\(signature)"] {
                let page = await browser.get("/invitations/\(forged)")
                #expect(page.status == 410 && page.text.contains("href=\"/invitations\""), "\(forged)")
                #expect(await browser.get("/invitations/\(forged)/refusal").status == 410, "\(forged)")
                #expect(await browser.get("/sign-up/\(forged)").status == 410, "\(forged)")
            }
            // One purpose does not open another.
            #expect(await browser.get("/sign-up/\(token)").status == 410)
        }
    }

    @Test("Whoever guesses links is slowed down; whoever has one is not")
    func guessing() async throws {
        try await DatabaseLease.withDatabase(.sqlite, migrations: TestWorld.migrations) { database in
            let world = try TestWorld(over: database, rateFactor: 1)
            let inviting = try await Inviting(world)
            try await inviting.invite("a@one.example")
            let link = try await inviting.link(to: "a@one.example")
            let browser = world.browser()
            var statuses: [Int] = []
            for number in 1...21 { statuses.append(await browser.get("/invitations/\(number)-AAAA").status) }
            #expect(statuses.last == 429)
            #expect(statuses.dropLast().allSatisfy { $0 == 410 })
            #expect(await browser.get(link).status == 200)
        }
    }

    @Test("What is open to one's address is listed after signing in", arguments: DatabaseKind.allCases)
    func own(_ kind: DatabaseKind) async throws {
        try await TestWorld.with(kind) { world in
            let inviting = try await Inviting(world)
            let paul = try await world.founder("paul@agence.example", organization: "Agence")
            let browser = try await world.browser(for: paul)
            #expect(await browser.get("/invitations").text.contains("No invitation waits for you"))
            try await inviting.invite("paul@agence.example", "other@one.example")
            let list = await browser.get("/invitations")
            #expect(list.text.contains("Atelier Rossier"))
            #expect(!list.text.contains("other@one.example"))
            let link = try await inviting.link(to: paul.login)
            let accepted = try await browser.submit(list, link, ["act": "accept"])
            #expect(accepted.location == "/organizations/\(inviting.marie.organization)")
            #expect(await browser.get("/invitations").text.contains("No invitation waits for you"))
            #expect(await world.browser().get("/invitations").location?.hasPrefix("/sign-in") == true)
        }
    }

    @Test("An invitation of another organisation is not there", arguments: DatabaseKind.allCases)
    func foreign(_ kind: DatabaseKind) async throws {
        try await TestWorld.with(kind) { world in
            let inviting = try await Inviting(world)
            let id = try await inviting.invite("a@one.example")[0]
            let paul = try await world.founder("paul@agence.example", organization: "Agence")
            let browser = try await world.browser(for: paul)
            let home = "/organizations/\(paul.organization)/invitations"
            #expect(await browser.get("\(home)/\(id)/cancellation").status == 404)
            #expect(await browser.post("\(home)/\(id)/cancellation").status == 404)
            let resent = try await inviting.confirmed(await browser.post("\(home)/\(id)/resend"), by: browser)
            #expect(resent.status == 404)
            #expect(try await inviting.states() == ["pending"])
        }
    }
}
