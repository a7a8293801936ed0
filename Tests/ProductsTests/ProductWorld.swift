import Access
import Foundation
import Kernel
import Products
import Storage
import TestSupport
import Testing

/// An organisation with three products that run and one that waits for its payment; an administrator, a collaborator with one
/// product, one without, and a team.
struct ProductWorld: Sendable {
    let world: TestWorld
    let marie, adam, luca, lea: TestPerson
    /// `atelier-nord.ch` (web hosting), `atelier.example` (mail service), `Archive` (drive), `open.example` (not paid).
    let hosting, mail, drive, open: ProductID

    var home: String { "/organizations/\(marie.organization)" }
    static let proof = ["confirm_password": TestWorld.password]

    static func with(
        _ kind: DatabaseKind, catalogue: URL? = nil, _ body: (ProductWorld) async throws -> Void
    ) async throws {
        try await TestWorld.with(kind, catalogue: catalogue) { world in
            try await body(ProductWorld(world))
            #expect(try await world.brokenInvariants() == [])
        }
    }

    private init(_ world: TestWorld) async throws {
        self.world = world
        marie = try await world.founder()
        try await world.settle(marie)
        try await world.order(by: marie, key: "order-of-the-hosting-01")
        try await world.order("mail-service-5", name: "atelier.example", by: marie, key: "order-of-the-mail-0001")
        try await world.order("drive-team", .monthly, name: "Archive", by: marie, key: "order-of-the-drive-001")
        try await world.order(
            "web-hosting-basic", name: "open.example", by: marie, card: "0002", key: "order-that-is-open-001")
        func product(_ name: String) async throws -> ProductID {
            let id = try await world.values("SELECT CAST(id AS TEXT) AS value FROM product WHERE name = \(name)").first
            return try #require(id.flatMap { ProductID($0) })
        }
        hosting = try await product("atelier-nord.ch")
        mail = try await product("atelier.example")
        drive = try await product("Archive")
        open = try await product("open.example")
        adam = try await world.founder("adam@elsewhere.example", first: "Adam", last: "Adler", organization: "Own")
        luca = try await world.founder("luca@elsewhere.example", first: "Luca", last: "Bianchi", organization: "Own")
        lea = try await world.founder("lea@elsewhere.example", first: "Léa", last: "Morand", organization: "Own")
        try await world.join(marie.organization, adam, as: .administrator)
        try await world.join(marie.organization, luca, as: .collaborator, products: [drive])
        try await world.join(marie.organization, lea, as: .external)
    }

    func states() async throws -> String {
        try await world.values(
            """
            SELECT name || ' ' || state || CASE WHEN cancellation_id IS NULL THEN '' ELSE ' asked' END AS value
            FROM product ORDER BY id
            """
        ).joined(separator: ", ")
    }

    func grants(of person: TestPerson) async throws -> [String] {
        let id = person.id
        return try await world.values(
            """
            SELECT product.name AS value FROM product_grant JOIN product ON product.id = product_grant.product_id
            WHERE person_id = \(id) ORDER BY product.id
            """)
    }
}
