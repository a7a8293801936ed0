import Access
import Kernel
import Organizations
import Storage
import TestSupport
import Testing
import Web

@Suite("Pages of members")
struct MemberPageTests {
    private struct Place {
        let marie, jean, lea: TestPerson
        var home: String { "/organizations/\(marie.organization)" }
    }

    private func place(_ world: TestWorld) async throws -> Place {
        let marie = try await world.founder()
        let jean = try await world.founder("jean@atelier.example", first: "Jean", last: "Favre", organization: "Own")
        let lea = try await world.founder("lea@atelier.example", first: "Léa", last: "Morand", organization: "Own")
        try await world.join(marie.organization, jean, as: .administrator)
        try await world.join(marie.organization, lea, as: .collaborator)
        return Place(marie: marie, jean: jean, lea: lea)
    }

    private let proof = ["confirm_password": TestWorld.password]

    @Test(
        "The list filters, marks in red who has no second step, and exports the same", arguments: DatabaseKind.allCases)
    func list(_ kind: DatabaseKind) async throws {
        try await TestWorld.with(kind) { world in
            let place = try await place(world)
            let browser = try await world.browser(for: place.marie)
            let all = await browser.get("\(place.home)/members")
            #expect(all.status == 200)
            #expect(all.text.contains("3 members"))
            #expect(all.text.contains("No two-step sign-in"))
            // The only representative cannot be removed, and the menu says why.
            #expect(all.text.contains("There is always a legal representative"))
            #expect(!all.text.contains("/members/\(place.marie.id)/remove"))
            #expect(all.text.contains("/members/\(place.lea.id)/remove"))
            let found = await browser.get("\(place.home)/members?search=fav")
            #expect(found.text.contains("Jean Favre"))
            #expect(!found.text.contains("Léa Morand"))
            let roles = await browser.get("\(place.home)/members?role=collaborator&order=role")
            #expect(roles.text.contains("1 member<"))
            let csv = await browser.get("\(place.home)/members.csv?role=collaborator")
            #expect(csv.header("content-type")?.hasPrefix("text/csv") == true)
            #expect(csv.text.contains("Léa Morand,lea@atelier.example,Collaborator,No,No,No"))
            #expect(!csv.text.contains("Jean"))
            // Somebody without the right sees who can give it instead.
            let hers = try await world.browser(for: place.lea)
            #expect(await hers.get("\(place.home)/members").status == 403)
            #expect(await hers.get("\(place.home)/access").text.contains("Ask for this right"))
        }
    }

    @Test(
        "A change shows its difference before it is saved, and holds at once in an open session",
        arguments: DatabaseKind.allCases)
    func change(_ kind: DatabaseKind) async throws {
        try await TestWorld.with(kind) { world in
            let place = try await place(world)
            let browser = try await world.browser(for: place.marie)
            let hers = try await world.browser(for: place.lea)
            #expect(await hers.get("\(place.home)/members").status == 403)
            let change = "\(place.home)/members/\(place.lea.id)/change"
            let review = try await browser.submit(
                await browser.get(change), change, proof.merging(["role": "administrator", "step": "review"]) { $1 })
            #expect(review.status == 200)
            #expect(review.text.contains("Rights gained"))
            #expect(review.text.contains("Manage members"))
            // Nothing was saved by looking.
            #expect(await hers.get("\(place.home)/members").status == 403)
            let saved = try await browser.submit(review, change, proof.merging(["step": "save"]) { $1 })
            #expect(saved.location == "\(place.home)/members/\(place.lea.id)")
            #expect(await hers.get("\(place.home)/members").status == 200)
            // And back: the open session loses it with the next page.
            let back = try await browser.submit(
                await browser.get(change), change, proof.merging(["role": "external", "step": "save"]) { $1 })
            #expect(back.status == 303)
            #expect(await hers.get("\(place.home)/members").status == 403)
        }
    }

    @Test(
        "Two who change the same: the second is told what is current and keeps the choice",
        arguments: DatabaseKind.allCases)
    func stale(_ kind: DatabaseKind) async throws {
        try await TestWorld.with(kind) { world in
            let place = try await place(world)
            let first = try await world.browser(for: place.marie)
            let second = try await world.browser(for: place.jean)
            let change = "\(place.home)/members/\(place.lea.id)/change"
            let (hers, his) = (await first.get(change), await second.get(change))
            let saved = try await first.submit(
                hers, change, proof.merging(["role": "external", "step": "save"]) { $1 })
            #expect(saved.status == 303)
            let told = try await second.submit(his, change, proof.merging(["billing": "yes", "step": "save"]) { $1 })
            #expect(told.status == 409)
            #expect(told.text.contains("This is how it is now"))
            #expect(told.text.contains("External user"))
            #expect(told.text.contains("name=\"billing\" value=\"yes\" checked"))
            let again = try await second.submit(told, change, proof.merging(["step": "save"]) { $1 })
            #expect(again.status == 303)
        }
    }

    @Test("Every refusal names its reason before the attempt", arguments: DatabaseKind.allCases)
    func refusals(_ kind: DatabaseKind) async throws {
        try await TestWorld.with(kind) { world in
            let place = try await place(world)
            let his = try await world.browser(for: place.jean)
            // An administrator cannot remove or demote who answers for the organisation, and cannot name another.
            let remove = await his.get("\(place.home)/members/\(place.marie.id)/remove")
            #expect(remove.text.contains("There is always a legal representative"))
            #expect(remove.form("\(place.home)/members/\(place.marie.id)/remove") == nil)
            let change = await his.get("\(place.home)/members/\(place.marie.id)/change")
            #expect(change.text.contains("Only a legal representative can take something away"))
            let promote = await his.get("\(place.home)/members/\(place.lea.id)/change")
            #expect(promote.text.contains("Only a legal representative can grant it."))
            #expect(!promote.text.contains("type=\"radio\" name=\"role\" value=\"legal_representative\""))
            // And nobody removes themselves: they leave.
            let own = await his.get("\(place.home)/members/\(place.jean.id)")
            #expect(own.text.contains("You cannot remove yourself"))
            // Tried all the same, each is refused.
            for (path, fields) in [
                ("\(place.marie.id)/remove", [:]), ("\(place.jean.id)/remove", [:]),
                ("\(place.lea.id)/change", ["role": "legal_representative", "step": "save", "revision": "1"]),
                ("\(place.marie.id)/change", ["role": "external", "step": "save", "revision": "1"]),
            ] {
                let answer = await his.post("\(place.home)/members/\(path)", proof.merging(fields) { $1 })
                #expect([403, 409].contains(answer.status), "\(path): \(answer.status)")
            }
            #expect(try await world.eventNames().allSatisfy { $0 != "MemberRemoved" && $0 != "MemberChanged" })
        }
    }

    @Test("A removal counts what goes with it, and ends rights in open sessions", arguments: DatabaseKind.allCases)
    func removal(_ kind: DatabaseKind) async throws {
        try await TestWorld.with(kind) { world in
            let place = try await place(world)
            let hers = try await world.browser(for: place.lea)
            #expect(await hers.get("\(place.home)/access").status == 200)
            let browser = try await world.browser(for: place.marie)
            let remove = "\(place.home)/members/\(place.lea.id)/remove"
            let page = await browser.get(remove)
            #expect(page.text.contains("What goes with it"))
            #expect(page.text.contains("0 products"))
            let done = try await browser.submit(page, remove, proof)
            #expect(done.location == "\(place.home)/members")
            #expect(await hers.get("\(place.home)/access").status == 404)
            // The second click finds nobody, and changes nothing.
            #expect(await browser.post(remove, proof).status == 404)
            #expect(try await world.eventNames().count { $0 == "MemberRemoved" } == 1)
        }
    }

    @Test("A batch says who is done and who is skipped and why", arguments: DatabaseKind.allCases)
    func batch(_ kind: DatabaseKind) async throws {
        try await TestWorld.with(kind) { world in
            let place = try await place(world)
            let his = try await world.browser(for: place.jean)
            let selection = "\(place.home)/members/selection"
            let page = await his.get("\(selection)?act=remove&all=yes")
            #expect(page.text.contains("Skipped: There is always a legal representative"))
            #expect(page.text.contains("Skipped: You cannot remove yourself"))
            let result = try await his.submit(page, selection, proof)
            #expect(result.status == 200)
            #expect(result.text.contains("1 member was removed."))
            #expect(result.text.contains("<strong>Marie Rossier</strong>"))
            let again = try await his.submit(page, selection, proof)
            #expect(again.text.contains("0 members were removed."))
            #expect(again.text.contains("1 person was no longer a member."))
            let alert = try await his.submit(
                await his.get("\(selection)?act=alert&member=\(place.marie.id)"), selection, proof)
            #expect(alert.text.contains("1 alert was sent."))
            #expect(await his.get("\(selection)?act=alert").text.contains("Nobody is selected"))
            #expect(await his.get("\(selection)?act=dance").status == 404)
        }
    }

    @Test("Members of other organisations are not found, and their pictures neither", arguments: DatabaseKind.allCases)
    func foreign(_ kind: DatabaseKind) async throws {
        try await TestWorld.with(kind) { world in
            let place = try await place(world)
            let paul = try await world.founder("paul@agence.example", organization: "Agence")
            let browser = try await world.browser(for: place.marie)
            for path in ["", "/change", "/remove", "/picture/AAAAAAAAAAAA"] {
                #expect(await browser.get("\(place.home)/members/\(paul.id)\(path)").status == 404)
            }
            #expect(await browser.post("\(place.home)/members/\(paul.id)/security-alert").status == 404)
            try await world.database.write { connection in
                try connection.execute("UPDATE person SET picture_version = 'v1' WHERE id = \(place.marie.id)")
                try connection.execute(
                    """
                    INSERT INTO person_picture (person_id, content_type, bytes)
                    VALUES (\(place.marie.id), 'image/png', \([UInt8](repeating: 7, count: 4)))
                    """)
            }
            let picture = "\(place.home)/members/\(place.marie.id)/picture"
            let hers = try await world.browser(for: place.lea)
            #expect(await hers.get("\(picture)/v1").bytes == [7, 7, 7, 7])
            #expect(await hers.get("\(picture)/v0").status == 404)
            #expect(try await world.browser(for: paul).get("\(picture)/v1").status == 404)
        }
    }

    @Test("The pages of a list together are the list, counted from either end", arguments: DatabaseKind.allCases)
    func pages(_ kind: DatabaseKind) async throws {
        try await TestWorld.with(kind) { world in
            let marie = try await world.founder()
            for number in 0..<8 {
                let person = try await world.founder("p\(number)@atelier.example", organization: "Own")
                try await world.join(
                    marie.organization, person, as: number % 3 == 0 ? .administrator : .collaborator)
            }
            let permit: Permit<ManageMembers> = try marie.standing.permit()
            for order in [MemberFilter.Order.name, .role, .joined] {
                var filter = MemberFilter()
                filter.order = order
                let (all, pages) = try await world.database.read { [filter] connection in
                    let all = try Member.list(filter, Paging(size: 100), by: permit, in: connection).items.map(\.id)
                    let pages = try (1...5).map { page in
                        try Member.list(filter, Paging(page: page, size: 2), by: permit, in: connection).items.map(\.id)
                    }
                    return (all, pages)
                }
                #expect(all.count == 9)
                #expect(Array(pages.joined()) == all, "\(order)")
            }
        }
    }

    @Test("Five thousand members, and the list stays quick", arguments: DatabaseKind.allCases)
    func quick(_ kind: DatabaseKind) async throws {
        try await TestWorld.with(kind) { world in
            let place = try await place(world)
            let now = world.clock.now
            try await world.database.write { connection in
                for index in 0..<5000 {
                    let person: PersonID = try connection.insert(
                        """
                        INSERT INTO person (login, login_key, first_name, last_name, phone, country, language, time_zone,
                            password_hash, password_changed_at, is_staff, revision, created_at)
                        VALUES (\("m\(index)@many.example"), \("m\(index)@many.example"), 'Member', \("Nr \(index)"),
                            '+41791234567', 'CH', 'en', 'Europe/Zurich', '', \(now), FALSE, 1, \(now))
                        RETURNING id
                        """)
                    try connection.execute(
                        """
                        INSERT INTO membership (organization_id, person_id, role, has_billing_right, gets_administrative,
                            gets_billing, gets_technical, revision, created_at)
                        VALUES (\(place.marie.organization), \(person), 'collaborator', FALSE, FALSE, FALSE, FALSE, 1, \(now))
                        """)
                }
            }
            let browser = try await world.browser(for: place.marie)
            let page = await browser.get("\(place.home)/members?page=200")
            #expect(page.text.contains("5003 members"))
            #expect(page.text.contains("Page 200 of 251"))
            let clock = ContinuousClock()
            var times: [Duration] = []
            for path in ["", "?search=nr+49", "?lacking=yes&page=9", "?order=joined&page=120"] {
                for _ in 0..<5 {
                    times.append(await clock.measure { _ = await browser.get("\(place.home)/members\(path)") })
                }
            }
            // A debug build on a shared machine; the figure to hold is that of the benchmarks.
            #expect(times.sorted()[times.count / 2] < .milliseconds(400))
            let batch = await browser.get("\(place.home)/members/selection?act=remove&all=yes&search=nr")
            #expect(batch.text.contains("5000 members"))
            #expect(batch.text.contains("and 4500 more"))
        }
    }
}
