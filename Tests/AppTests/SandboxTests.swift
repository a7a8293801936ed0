import App
import Delivery
import Kernel
import Storage
import TestSupport
import Testing
import Web

@Suite("The sandbox")
struct SandboxTests {
    @Test("messages.json has the shape of the contract, newest first, and filters", arguments: DatabaseKind.allCases)
    func messages(_ kind: DatabaseKind) async throws {
        try await TestWorld.with(kind) { world in
            let browser = world.browser()
            for email in ["anna@one.example", "Bert@two.example"] {
                try await browser.submit(await browser.get("/sign-up"), "/sign-up", ["email": email])
                // One after the other: the courier carries several at once.
                try await world.drain()
            }
            func messages(_ query: String = "") async throws -> [[String: Any]] {
                let screen = await browser.get("/sandbox/messages.json\(query)")
                #expect(screen.header("content-type") == "application/json")
                return try #require(screen.json as? [[String: Any]])
            }
            let all = try await messages()
            #expect(all.map { $0["to"] as? String } == ["Bert@two.example", "anna@one.example"])
            let first = try #require(all.last)
            #expect(
                Set(first.keys)
                    == ["id", "channel", "to", "subject", "text", "html", "links", "codes", "attachments", "sent_at"])
            #expect(first["channel"] as? String == "email")
            #expect((first["links"] as? [String])?.first?.hasPrefix("http://127.0.0.1:8080/sign-up/") == true)
            #expect((first["codes"] as? [String])?.isEmpty == true)
            #expect((first["html"] as? String)?.contains("<html") == true)
            let id = try #require(first["id"] as? Int)
            #expect(try await messages("?to=bert@two.example").count == 1)
            #expect(try await messages("?to=nobody@two.example").isEmpty)
            #expect(try await messages("?after=\(id)").count == 1)
            #expect(try await messages("?after=2026-11-20T08:14:01Z").isEmpty)
            #expect(await browser.get("/sandbox/messages.json?after=yesterday").status == 422)
        }
    }

    @Test("Files that go along are told of, and can be fetched", arguments: DatabaseKind.allCases)
    func attachments(_ kind: DatabaseKind) async throws {
        try await TestWorld.with(kind) { world in
            let mail = Mail(
                to: "anna@one.example", toName: "", subject: "Facture", text: "Bonjour", html: "<p>Bonjour",
                attachments: [Attachment(name: "reçu 1.pdf", type: "application/pdf", bytes: [37, 80, 0, 255])])
            let now = world.clock.now
            try await world.database.write { connection in
                let event = try connection.record(Event("InvoicePaid", by: .system, subject: "document", 1), at: now)
                try connection.queue(.email(mail), because: event, at: now)
            }
            try await world.drain()
            let browser = world.browser()
            let screen = await browser.get("/sandbox/messages.json?to=anna@one.example")
            let message = try #require((screen.json as? [[String: Any]])?.first)
            let file = try #require((message["attachments"] as? [[String: Any]])?.first)
            #expect(file["name"] as? String == "reçu 1.pdf")
            #expect(file["type"] as? String == "application/pdf")
            #expect(file["size"] as? Int == 4)
            let path = try #require(file["url"] as? String).replacing("http://127.0.0.1:8080", with: "")
            let fetched = await browser.get(path)
            #expect(fetched.header("content-type") == "application/pdf")
            #expect(
                fetched.header("content-disposition")
                    == "attachment; filename=\"re_u 1.pdf\"; filename*=UTF-8''re%C3%A7u%201.pdf")
            #expect(fetched.bytes == [37, 80, 0, 255])
            let page = await browser.get("/sandbox/messages/\(try #require(message["id"] as? Int))")
            #expect(page.text.contains("href=\"\(path)\""))
            #expect(await browser.get("\(path)1").status == 404)
        }
    }

    @Test("The clock only goes forward, and does what falls due on the way, in order", arguments: DatabaseKind.allCases)
    func clock(_ kind: DatabaseKind) async throws {
        try await TestWorld.with(kind) { world in
            let marie = try await world.founder()
            try await world.settle(marie)
            try await world.order("drive-team", .monthly, name: "Atelier", by: marie, key: "monthly-order-0000001")
            try await world.order("newsletter-start", .quarterly, name: "News", by: marie, key: "quarterly-order-00001")
            let browser = world.browser()
            let before = try #require(await browser.get("/sandbox/clock.json").json as? [String: String])
            #expect(before["now"] == "2026-11-20T08:14:00.000Z")
            let moved = await browser.postJSON("/sandbox/clock", #"{"advance": "P14D"}"#)
            #expect(moved.status == 200)
            #expect(try #require(moved.json as? [String: Any])["now"] as? String == "2026-12-04T08:14:00.000Z")
            let far = await browser.postJSON("/sandbox/clock", #"{"to": "2027-03-01T00:00:00Z"}"#)
            let answer = try #require(far.json as? [String: Any])
            #expect(answer["now"] as? String == "2027-03-01T00:00:00.000Z")
            #expect((answer["done"] as? [String: Int])?["products-expiring"] == 2)
            // Each at its own time: the day after the term, in Switzerland.
            let moments = try await world.values(
                "SELECT CAST(happened_at AS TEXT) AS value FROM event WHERE name = 'ProductExpired' ORDER BY id")
            #expect(
                moments.compactMap { Int64($0) }.map { Instant(milliseconds: $0).description }
                    == ["2026-12-19T23:00:00.000Z", "2027-02-19T23:00:00.000Z"])
            let back = await browser.postJSON("/sandbox/clock", #"{"to": "2027-01-01T00:00:00Z"}"#)
            #expect(back.status == 422)
        }
    }

    @Test(
        "What the clock cannot read is said with the field",
        arguments: [
            ("{}", 422), (#"{"advance": "P1M"}"#, 422), (#"{"to": "tomorrow"}"#, 422), (#"{"advance": 5}"#, 422),
            ("nothing", 400), (#"{"advance": "-P1D"}"#, 422), (#"{"to": "2250-01-01T00:00:00Z"}"#, 422),
        ])
    func unreadable(_ json: String, _ status: Int) async throws {
        try await TestWorld.with(.sqlite) { world in
            let screen = await world.browser().postJSON("/sandbox/clock", json)
            #expect(screen.status == status)
            #expect(screen.text.contains("\"result\":\"error\""))
        }
    }

    @Test("In production there is no sandbox")
    func production() async throws {
        try await TestWorld.with(.sqlite, mode: .production) { world in
            let paths = Set(world.routes.filter { $0.door == .sandbox }.map(\.path))
            #expect(paths.count > 5)
            for path in paths {
                let real = path.split(separator: "/").map { $0.hasPrefix("{") ? "1" : String($0) }.joined(
                    separator: "/")
                #expect(await world.browser().get("/\(real)").status == 404, "\(path)")
                #expect(await world.browser().postJSON("/\(real)", #"{"advance": "P14D"}"#).status == 404, "\(path)")
            }
            #expect(!(await world.browser().get("/sign-in").text.contains("/sandbox")))
        }
    }
}
