import Access
import Foundation
import Kernel
import Logging
import Storage
import Synchronization
import TestSupport

@testable import Web

/// A house with a few rooms of its own, to see what the gate makes of requests: no sessions are stored, two people are known
/// by their cookies and three tokens by their text.
struct SmallHouse: Sendable {
    /// The session of a legal representative of organisation 12, and of a collaborator there.
    static let representative = String(repeating: "r", count: 43)
    static let collaborator = String(repeating: "c", count: 43)
    /// Runs the installation, is not in organisation 12, and has just proved that it is them.
    static let staff = String(repeating: "s", count: 43)
    /// Representative of organisation 13, which requires a second factor: without one, and with one.
    static let unsecured = String(repeating: "u", count: 43)
    static let secured = String(repeating: "f", count: 43)
    static let start = Instant(epochSeconds: 1_800_000_000)

    let gate: Gate
    let routes: [Route]
    /// What the handlers that change something were called with.
    let done: Diary
    let clock: Clock

    final class Diary: Sendable {
        private let lines = Mutex<[String]>([])
        var all: [String] { lines.withLock { $0 } }
        func write(_ line: String) { lines.withLock { $0.append(line) } }
    }

    final class Clock: Sendable {
        private let instant = Mutex(SmallHouse.start)
        var now: Instant { instant.withLock { $0 } }
        func advance(_ duration: Duration) { instant.withLock { $0 = $0.adding(duration) } }
    }

    /// What nobody outside may read of an error.
    struct Unforeseen: Error {
        let inside = "the table that nobody must know"
    }

    static func run(
        isSandbox: Bool = true, address: String = "http://console.test", rateFactor: Int = 1,
        organizations: [OrganizationSummary]? = nil, opening: (Doors) -> Void = { _ in },
        _ body: (SmallHouse) async throws -> Void
    ) async throws {
        try await DatabaseLease.withDatabase(.sqlite, migrations: []) { database in
            try await body(try SmallHouse(database, isSandbox, address, rateFactor, organizations, opening))
        }
    }

    private init(
        _ database: Database, _ isSandbox: Bool, _ address: String, _ rateFactor: Int,
        _ organizations: [OrganizationSummary]?, _ opening: (Doors) -> Void
    ) throws {
        let clock = Clock()
        let done = Diary()
        let project = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        let doors = Doors()
        SmallHouse.open(doors, done)
        opening(doors)
        let house = House(
            settings: WebSettings(publicAddress: address, isSandbox: isSandbox, rateFactor: rateFactor),
            wording: try Wording(folders: [CommonPages.words]),
            assets: try Assets(folder: project.appendingPathComponent("Public")),
            keys: Keys(root: Array(repeating: 3, count: 32)),
            surroundings: Surroundings(now: { clock.now }, random: Surroundings.machine.random), database: database,
            recognition: SmallHouse.recognition(organizations, done), navigation: doors.navigation,
            contributions: doors.contributions)
        gate = Gate(house: house)
        routes = doors.routes
        self.done = done
        self.clock = clock
    }

    private static func recognition(_ organizations: [OrganizationSummary]?, _ done: Diary) -> Recognition {
        Recognition(
            session: { _, hash, _, _ in
                if hash == Keys.sha256(representative) { return person(7, .legalRepresentative, organizations) }
                if hash == Keys.sha256(collaborator) { return person(8, .collaborator, organizations) }
                if hash == Keys.sha256(staff) { return person(9, nil, confirmedAt: start) }
                if hash == Keys.sha256(unsecured) { return person(10, .legalRepresentative, requiring: true) }
                if hash == Keys.sha256(secured) {
                    return person(11, .legalRepresentative, requiring: true, hasSecondFactor: true)
                }
                return nil
            },
            moved: { _, session, organization in done.write("session \(session) moved to \(organization)") },
            token: { _, token, _ in
                switch token {
                case "all": (person(7, .legalRepresentative), ["all"])
                case "reader": (person(7, .legalRepresentative), ["things:read"])
                case "writer": (person(7, .legalRepresentative), ["things:write"])
                default: nil
                }
            },
            confirm: { _, password, code in
                if password == "open sesame", ["", "123456"].contains(code) { return [] }
                throw Problem.field("confirm_password", "form.required")
            })
    }

    private static func person(
        _ id: Int64, _ role: Role?, _ organizations: [OrganizationSummary]? = nil, requiring: Bool = false,
        hasSecondFactor: Bool = false, confirmedAt: Instant? = nil
    ) -> SignedIn {
        let organization = OrganizationID(rawValue: requiring ? 13 : 12)
        return SignedIn(
            id: PersonID(rawValue: id), login: "person\(id)@example.ch", firstName: "Zoë", lastName: "Müller",
            phone: PhoneNumber("+41791110001")!, country: .switzerland, language: .english, zone: .zurich,
            pictureVersion: nil, isStaff: role == nil, createdAt: Instant(epochSeconds: 0),
            session: SessionID(rawValue: id), hasSecondFactor: hasSecondFactor, confirmedAt: confirmedAt,
            currentOrganization: organization,
            organizations: organizations
                ?? role.map { [summary(organization.rawValue, "R&D <Atelier>", $0, of: id, requiring: requiring)] }
                ?? [])
    }

    static func summary(
        _ organization: Int64, _ name: String, _ role: Role = .legalRepresentative, of person: Int64 = 7,
        requiring: Bool = false, squareLogo: String? = nil, wideLogo: String? = nil, initialsText: String? = nil
    ) -> OrganizationSummary {
        let id = OrganizationID(rawValue: organization)
        return OrganizationSummary(
            id: id, name: name, currency: .chf, zone: .zurich,
            standing: Standing(
                person: PersonID(rawValue: person), organization: id, role: role, hasBillingRight: false),
            requiresSecondFactor: requiring, squareLogo: squareLogo, wideLogo: wideLogo, initialsText: initialsText)
    }

    private static func open(_ doors: Doors, _ done: Diary) {
        doors.public.get("/hello") { visit in
            .page(Page(title: "Hello", layout: .gate, body: "<p>\(visit.query("name"))</p>"))
        }
        doors.public.get("/broken") { _ in throw Unforeseen() }
        doors.public.get("/no-database") { _ in throw StorageError.unavailable("10.0.0.7 refused") }
        doors.public.form("/letters/new", page: letterPage) { visit, form in
            let subject = form.text("subject", max: 5)
            try form.check()
            done.write("letter \(subject) for \(form.typed("password"))")
            return .redirect("/hello", notice: "unknown")
        }
        doors.signedIn.get("/mine") { visit in .page(Page(title: "Mine", body: "<p>\(visit.person.login)</p>")) }
        doors.signedIn.post("/mine/bell") { visit, _ in
            done.write("bell \(visit.person.id)")
            return .redirect("/mine")
        }
        doors.signedIn.get("/mine/undone") { visit in
            .page(
                Page(
                    title: "Done",
                    body: Destructive.undo("The <bell> was removed.", action: "/mine/bell", visit.visit)))
        }
        doors.signedIn.delete("/mine/things/{thing}") { visit, _ in
            done.write("thing \(visit.visit.parameter("thing"))")
            return .redirect("/mine")
        }
        doors.organization(ManageOrganization.self).get("settings") { visit in
            .page(Page(title: "Settings", body: "<p>\(visit.organization.name)</p>"))
        }
        doors.organization(SeeOrganization.self, isBeforeWall: true).get("second-factor") { visit in
            .page(Page(title: "Wall", body: "<p>\(visit.organization.name)</p>"))
        }
        doors.staff.get("/staff/desk") { visit in .text("desk of \(visit.person.id)") }
        doors.signedIn.confirmed.form("/vault", page: letterPage) { visit, form in
            done.write("vault \(form.text("subject", max: 20)) by \(visit.person.id)")
            return .redirect("/mine")
        }
        doors.signedIn.confirmed.delete("/vault/door") { visit, _ in
            done.write("vault door by \(visit.person.id)")
            return .redirect("/mine")
        }
        doors.organization(SeeOrganization.self).get("") { _ in
            .page(Page(title: "Overview", body: "<h1>Overview</h1>"))
        }
        doors.organization(SeeOrganization.self).get("things") { _ in
            .page(Page(title: "Things", body: "<h1>Things</h1>"))
        }
        doors.sandbox.get("/sandbox/toys") { _ in .text("toys") }
        doors.sandbox.postJSON("/sandbox/toys") { _, body in
            done.write("toys \(body.count)")
            return .json { $0.object { _ in } }
        }
        doors.api.get("/things", version: 2, scope: "things:read") { visit, _ in
            .success { $0.string(visit.person.login) }
        }
        doors.api.get("/broken-things", version: 2, scope: "things:read") { _, _ in throw Unforeseen() }
    }

    private static let letterPage: @Sendable (any Visiting, Form) async throws -> Page = { context, form in
        let visit = context.visit
        return Page(
            title: "Letter", layout: .gate,
            body: """
                \(form.summary(visit.words))
                <form method="post">\(visit.formFields)
                \(form.field(Field("subject", label: "Subject"), visit.words))
                \(form.field(Field("password", label: "Password", type: "password"), visit.words))
                </form>
                """)
    }

    /// Sends a request past the router, which only finds the routes of a path.
    func send(
        _ method: String, _ path: String, query: [String: [String]] = [:], headers: [String: String] = [:],
        body: [UInt8] = [], source: String = "192.0.2.7"
    ) async -> Outgoing {
        var parameters: [String: String] = [:]
        let segments = path.split(separator: "/", omittingEmptySubsequences: false)
        let found = routes.filter { route in
            let pattern = route.path.split(separator: "/", omittingEmptySubsequences: false)
            guard pattern.count == segments.count else { return false }
            for (name, value) in zip(pattern, segments) where name.hasPrefix("{") {
                parameters[String(name.dropFirst().dropLast())] = String(value)
            }
            return zip(pattern, segments).allSatisfy { $0.hasPrefix("{") || $0 == $1 }
        }
        let request = Incoming(
            method: method, path: path, query: query, parameters: parameters, headers: headers, body: body)
        let arrival = Arrival(
            request: request, requestID: "request-1", source: source,
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
        return await Reception(gate: gate).answer(arrival, routes: found)
    }

    /// Opens the page of a form as a browser does, and sends it with what the page holds.
    func post(
        _ path: String, _ fields: [String: String], session: String? = nil, headers: [String: String] = [:],
        token: String? = nil
    ) async -> Outgoing {
        var cookies = session.map { ["kontor-session=\($0)"] } ?? []
        let page = await send("GET", "/letters/new", headers: ["cookie": cookies.joined(separator: "; ")])
        if let browser = page.header("set-cookie")?.prefix(while: { $0 != ";" }) { cookies.append(String(browser)) }
        var form = fields
        form["csrf"] = token ?? page.text.firstMatch(of: /name="csrf" value="([^"]+)"/).map { String($0.1) }
        var all = headers
        all["cookie"] = cookies.joined(separator: "; ")
        all["content-type"] = headers["content-type"] ?? "application/x-www-form-urlencoded"
        let body = form.map { "\(Link.encode($0.key))=\(Link.encode($0.value))" }.joined(separator: "&")
        return await send("POST", path, headers: all, body: Array(body.utf8))
    }
}

extension Outgoing {
    var text: String { String(decoding: body, as: UTF8.self) }
}
