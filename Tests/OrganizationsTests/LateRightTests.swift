import Access
import Accounts
import Kernel
import Organizations
import Storage
import TestSupport
import Testing

/// A right is decided again while the organisation is held, and what is refused is written down.
@Suite("Rights that are lost, and refusals")
struct LateRightTests {
    @Test("A right that was lost meanwhile changes no team, policy or logo", arguments: DatabaseKind.allCases)
    func lost(_ kind: DatabaseKind) async throws {
        try await TestWorld.with(kind) { world in
            let marie = try await world.founder()
            let jean = try await world.founder("jean@atelier.example", organization: "Own")
            try await world.join(marie.organization, jean, as: .administrator)
            let standing = Standing(
                person: jean.id, organization: marie.organization, role: .administrator, hasBillingRight: false)
            let now = world.clock.now
            let directory = world.productDirectory
            let actor = jean.actor
            try await world.database.write { connection in
                try connection.execute(
                    """
                    UPDATE membership SET role = 'collaborator'
                    WHERE organization_id = \(marie.organization) AND person_id = \(jean.id)
                    """)
            }
            let acts: [(name: String, act: @Sendable (Connection) throws -> Void)] = [
                (
                    "team",
                    { connection in
                        _ = try Team.create(
                            name: "Late", description: "", products: [], by: standing.permit(), directory: directory,
                            actor: actor, at: now, in: connection)
                    }
                ),
                (
                    "policy",
                    { connection in
                        _ = try Policy.require(false, by: standing.permit(), actor: actor, at: now, in: connection)
                    }
                ),
                (
                    "logo",
                    { connection in
                        try Appearance.remove(.wide, by: standing.permit(), actor: actor, at: now, in: connection)
                    }
                ),
            ]
            for (name, act) in acts {
                await #expect("\(name)") { try await world.database.write { try act($0) } } throws: {
                    ($0 as? Problem)?.code == "access_denied"
                }
            }
            #expect(try await world.count("SELECT id FROM team") == 0)
        }
    }

    @Test("A refusal is in the log of the organisation, the same one once", arguments: DatabaseKind.allCases)
    func refusals(_ kind: DatabaseKind) async throws {
        try await TestWorld.with(kind) { world in
            let marie = try await world.founder()
            let luca = try await world.founder("luca@atelier.example", organization: "Own")
            try await world.join(marie.organization, luca, as: .collaborator)
            let browser = try await world.browser(for: luca)
            let home = "/organizations/\(marie.organization)"
            for _ in 0..<3 { #expect(await browser.get("\(home)/members").status == 403) }
            #expect(try await world.eventNames().count { $0 == "ActRefused" } == 1)
            let log = await (try world.browser(for: marie)).get("\(home)/activity")
            #expect(log.text.contains("was refused GET \(home)/members"))
            for number in 1...60 { await browser.get("\(home)/members/\(number)") }
            #expect(try await world.eventNames().count { $0 == "ActRefused" } == 30, "They cannot fill the disk.")
        }
    }

    @Test("An export asks for the password again, and then comes", arguments: DatabaseKind.allCases)
    func export(_ kind: DatabaseKind) async throws {
        try await TestWorld.with(kind) { world in
            let marie = try await world.founder()
            let browser = try await world.browser(for: marie)
            let path = "/organizations/\(marie.organization)/members.csv?role=administrator"
            #expect(await browser.get(path).header("content-type")?.hasPrefix("text/csv") == true)
            world.clock.advance(.minutes(11))
            let question = await browser.get(path)
            #expect(question.header("content-type")?.hasPrefix("text/html") == true)
            let wrong = try await browser.submit(question, path, ["confirm_password": "something else entirely"])
            #expect(wrong.status == 422)
            let right = try await browser.submit(question, path, ["confirm_password": TestWorld.password])
            #expect(right.location == path)
            #expect(right.cookies.contains { $0.name.hasSuffix("kontor-session") && !$0.isGone }, "A new id.")
            #expect(await browser.get(path).header("content-type")?.hasPrefix("text/csv") == true)
        }
    }

    @Test("The id before a confirmation is good for a moment, and then for nothing", arguments: DatabaseKind.allCases)
    func renewed(_ kind: DatabaseKind) async throws {
        try await TestWorld.with(kind) { world in
            let marie = try await world.founder()
            let browser = try await world.browser(for: marie)
            let thief = world.browser()
            thief.keep(cookies: browser.cookies)
            world.clock.advance(.minutes(11))
            let path = "/organizations/\(marie.organization)/members.csv"
            _ = try await browser.submit(await browser.get(path), path, ["confirm_password": TestWorld.password])
            #expect(await thief.get("/profile").status == 200, "What was under way arrives.")
            world.clock.advance(.seconds(61))
            #expect(await thief.get("/profile").status == 303)
            #expect(await browser.get("/profile").status == 200)
        }
    }

    @Test("Everybody finds their own team and nobody else's, and settings by their other names")
    func search() async throws {
        try await TestWorld.with(.sqlite) { world in
            let marie = try await world.founder()
            let luca = try await world.founder("luca@atelier.example", organization: "Own")
            try await world.join(marie.organization, luca, as: .collaborator)
            let now = world.clock.now
            let directory = world.productDirectory
            try await world.database.write { connection in
                for name in ["Design one", "Design two"] {
                    let team = try Team.create(
                        name: name, description: "", products: [], by: marie.standing.permit(), directory: directory,
                        actor: marie.actor, at: now, in: connection)
                    if name == "Design one" {
                        try connection.execute(
                            """
                            INSERT INTO team_member (team_id, organization_id, person_id, created_at)
                            VALUES (\(team), \(marie.organization), \(luca.id), \(now))
                            """)
                    }
                }
            }
            let home = "/organizations/\(marie.organization)"
            let hers = try await world.browser(for: luca)
            let found = await hers.get("\(home)/search?q=design").text
            #expect(found.contains("Design one"))
            #expect(!found.contains("Design two"))
            let boss = try await world.browser(for: marie)
            #expect(await boss.get("\(home)/search?q=2FA").text.contains("\(home)/policy"))
            #expect(await boss.get("\(home)/search?q=VAT").text.contains("\(home)/settings/details"))
            #expect(await hers.get("\(home)/search?q=2FA").text.contains("\(home)/policy") == false)
        }
    }

    @Test("Two hundred invitations a day and no more", arguments: DatabaseKind.allCases)
    func invitations(_ kind: DatabaseKind) async throws {
        try await TestWorld.with(kind) { world in
            let inviting = try await Inviting(world)
            let (marie, now) = (inviting.marie, world.clock.now)
            try await world.database.write { connection in
                for number in 1..<Invitation.dayMax {
                    try connection.execute(
                        """
                        INSERT INTO invitation (organization_id, email, email_key, role, has_billing_right,
                            gets_administrative, gets_billing, gets_technical, products, teams, language, state, nonce,
                            times_sent, invited_by_id, created_at, sent_at, expires_at, decided_at)
                        VALUES (\(marie.organization), \("a\(number)@one.example"), \("a\(number)@one.example"),
                            'external', FALSE, FALSE, FALSE, TRUE, '', '', 'en', 'cancelled', 'nonce', 1, \(marie.id),
                            \(now), \(now), \(now), \(now))
                        """)
                }
            }
            try await inviting.invite("last@one.example", key: "last")
            await #expect {
                try await inviting.invite("beyond@one.example", key: "beyond")
            } throws: {
                ($0 as? Problem)?.code == "too_many_invitations"
            }
            world.clock.advance(.hours(25))
            try await inviting.invite("tomorrow@one.example", key: "tomorrow")
        }
    }

    @Test("Twenty organisations a day and no more", arguments: DatabaseKind.allCases)
    func organizations(_ kind: DatabaseKind) async throws {
        try await TestWorld.with(kind) { world in
            let marie = try await world.founder()
            let new = NewOrganization(
                name: "One more", kind: .company, currency: .chf, country: .switzerland, language: .english,
                zone: .zurich)
            func found() async throws {
                let now = world.clock.now
                _ = try await world.database.write { connection in
                    try Organization.foundAnother(new, by: marie.id, actor: marie.actor, at: now, in: connection)
                }
            }
            world.clock.advance(.hours(25))
            for _ in 0..<Organization.foundedPerDayMax { try await found() }
            await #expect { try await found() } throws: { ($0 as? Problem)?.code == "too_many_organizations" }
            world.clock.advance(.hours(25))
            try await found()
        }
    }
}
