import Access
import Kernel
import Storage
import TestSupport
import Testing

@Suite("Blocking a person")
struct BlockTests {
    private static let reason = "Stolen laptop, reported by phone"

    private struct Scene {
        let sam: TestPerson
        let marie: TestPerson
        let jean: TestPerson
        let desk: TestBrowser
    }

    /// Jean is a collaborator of Marie's; everybody has a support code.
    private func scene(_ world: TestWorld) async throws -> Scene {
        let sam = try await world.founder("sam@kontor.example", organization: "Provider", isStaff: true)
        let marie = try await world.founder()
        let jean = try await world.founder("jean@atelier.example", first: "Jean", last: "Favre", organization: "Own")
        try await world.join(marie.organization, jean, as: .collaborator)
        let codes = [sam.id: "111111111", marie.id: "222222222", jean.id: "333333333"]
        try await world.database.write { connection in
            for (id, code) in codes {
                try connection.execute("UPDATE person SET support_code = \(code) WHERE id = \(id)")
            }
        }
        return Scene(sam: sam, marie: marie, jean: jean, desk: try await world.browser(for: sam))
    }

    private func send(
        _ scene: Scene, _ fields: [String: String], act: String = "block", to person: TestPerson? = nil
    ) async throws -> Screen {
        let path = "/staff/people/\((person ?? scene.jean).id)/\(act)"
        return try await scene.desk.submit(
            await scene.desk.get(path), path, fields.merging(["confirm_password": TestWorld.password]) { $1 })
    }

    @Test(
        "With the code of the person, or of who administers their organisation", arguments: DatabaseKind.allCases,
        ["333 333 333", "222-222-222"])
    func blocked(_ kind: DatabaseKind, _ code: String) async throws {
        try await TestWorld.with(kind) { world in
            let scene = try await scene(world)
            let his = try await world.browser(for: scene.jean)
            #expect(await his.get("/profile").status == 200)
            let page = await scene.desk.get("/staff/people/\(scene.jean.id)/block")
            #expect(page.text.contains("1 session ends at once"))
            #expect(page.text.contains("2 organisations stay"))
            #expect(page.text.contains("Is a block needed?"))
            let done = try await send(
                scene, ["proof": "code", "support_code": code, "reason": BlockTests.reason])
            #expect(done.location == "/staff/people/\(scene.jean.id)")
            #expect(await his.get("/profile").status == 303, "The open session is over.")
            let after = await scene.desk.get("/staff/people/\(scene.jean.id)")
            #expect(after.text.contains("Blocked since"))
            #expect(after.text.contains(BlockTests.reason))
            let names = try await world.eventNames()
            #expect(names.count { $0 == "PersonBlocked" } == 1)
            #expect(names.count { $0 == "BlockRequested" } == 1)
            // The second click changes nothing.
            #expect(
                try await send(scene, ["proof": "code", "support_code": code, "reason": BlockTests.reason]).status
                    == 303)
            #expect(try await world.eventNames().count { $0 == "PersonBlocked" } == 1)
        }
    }

    @Test("Without a code it takes a reason for that too", arguments: DatabaseKind.allCases)
    func exception(_ kind: DatabaseKind) async throws {
        try await TestWorld.with(kind) { world in
            let scene = try await scene(world)
            let refused = try await send(scene, ["proof": "none", "exception": "short", "reason": BlockTests.reason])
            #expect(refused.status == 422)
            #expect(refused.text.contains("href=\"#exception\""))
            let done = try await send(
                scene, ["proof": "none", "exception": "Called back on the known number", "reason": BlockTests.reason])
            #expect(done.status == 303)
            let kept = try await world.values("SELECT payload AS value FROM event WHERE name = 'BlockRequested'")
            #expect(kept.count == 1)
            #expect(kept[0].contains("Called back on the known number"))
        }
    }

    struct Wrong: Sendable, CustomTestStringConvertible {
        let fields: [String: String]
        let field: String
        var testDescription: String { "\(field): \(fields)" }
    }

    @Test(
        "What is missing or wrong is said at its field, and nobody is blocked",
        arguments: [
            Wrong(fields: ["reason": reason], field: "proof"),
            Wrong(fields: ["proof": "code", "reason": reason], field: "support_code"),
            Wrong(fields: ["proof": "code", "support_code": "999999999", "reason": reason], field: "support_code"),
            Wrong(fields: ["proof": "code", "support_code": "111111111", "reason": reason], field: "support_code"),
            Wrong(fields: ["proof": "code", "support_code": "333333333", "reason": "123456789"], field: "reason"),
            Wrong(fields: ["proof": "code", "support_code": "333333333", "reason": ""], field: "reason"),
        ])
    func refused(_ wrong: Wrong) async throws {
        try await TestWorld.with(.sqlite) { world in
            let scene = try await scene(world)
            let screen = try await send(scene, wrong.fields)
            #expect(screen.status == 422)
            #expect(screen.text.contains("href=\"#\(wrong.field)\""))
            #expect(try await world.count("SELECT id FROM person WHERE blocked_at IS NOT NULL") == 0)
        }
    }

    @Test("A reason of ten characters is enough")
    func edge() async throws {
        try await TestWorld.with(.sqlite) { world in
            let scene = try await scene(world)
            let done = try await send(
                scene, ["proof": "code", "support_code": "333333333", "reason": "1234567890"])
            #expect(done.status == 303)
            #expect(try await world.count("SELECT id FROM person WHERE blocked_at IS NOT NULL") == 1)
        }
    }

    @Test("A code of somebody without a say over the person does not count", arguments: DatabaseKind.allCases)
    func stranger(_ kind: DatabaseKind) async throws {
        try await TestWorld.with(kind) { world in
            let scene = try await scene(world)
            // Jean is in Marie's organisation, but does not administer it.
            let screen = try await send(
                scene, ["proof": "code", "support_code": "333333333", "reason": BlockTests.reason], to: scene.marie)
            #expect(screen.status == 422)
            #expect(screen.text.contains("no say over this person"))
            #expect(try await world.count("SELECT id FROM person WHERE blocked_at IS NOT NULL") == 0)
        }
    }

    @Test("Nobody blocks themselves")
    func yourself() async throws {
        try await TestWorld.with(.sqlite) { world in
            let scene = try await scene(world)
            let page = await scene.desk.get("/staff/people/\(scene.sam.id)")
            #expect(page.text.contains("You cannot block yourself"))
            let screen = try await send(
                scene, ["proof": "code", "support_code": "111111111", "reason": BlockTests.reason], to: scene.sam)
            #expect(screen.status == 422)
            #expect(try await world.count("SELECT id FROM person WHERE blocked_at IS NOT NULL") == 0)
        }
    }

    @Test("Letting somebody in again takes a reason as well", arguments: DatabaseKind.allCases)
    func unblocked(_ kind: DatabaseKind) async throws {
        try await TestWorld.with(kind) { world in
            let scene = try await scene(world)
            _ = try await send(scene, ["proof": "code", "support_code": "333333333", "reason": BlockTests.reason])
            #expect(try await send(scene, ["reason": ""], act: "unblock").status == 422)
            #expect(try await send(scene, ["reason": "The laptop was found"], act: "unblock").status == 303)
            #expect(try await world.count("SELECT id FROM person WHERE blocked_at IS NOT NULL") == 0)
            #expect(try await world.eventNames().count { $0 == "PersonUnblocked" } == 1)
            #expect(try await world.browser(for: scene.jean).get("/profile").status == 200)
        }
    }
}
