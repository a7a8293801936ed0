import Access
import Kernel
import Organizations
import Storage
import TestSupport
import Web

/// Inviting without a page, for tests of what comes after.
struct Inviting {
    let world: TestWorld
    let marie: TestPerson

    init(_ world: TestWorld) async throws {
        self.world = world
        marie = try await world.founder()
    }

    var home: String { "/organizations/\(marie.organization)/invitations" }
    var directory: ProductDirectory { world.productDirectory }

    @discardableResult
    func invite(
        _ addresses: String..., role: Role = .collaborator, products: Set<ProductID> = [], teams: Set<TeamID> = [],
        key: String = "key", by inviter: TestPerson? = nil, as inviterRole: Role = .legalRepresentative
    ) async throws -> [InvitationID] {
        let inviter = inviter ?? marie
        let standing = Standing(
            person: inviter.id, organization: marie.organization, role: inviterRole, hasBillingRight: false)
        let batch = InvitationBatch(
            addresses: addresses.compactMap(EmailAddress.init(_:)),
            membership: Membership(role: role, contacts: .technical, products: products, teams: teams),
            language: .english, key: key)
        let (now, surroundings) = (world.clock.now, world.surroundings)
        return try await world.database.write { connection in
            try batch.send(
                permit: standing.permit(), products: directory, surroundings: surroundings,
                actor: inviter.actor, at: now, in: connection)
            return try connection.rows("SELECT id FROM invitation ORDER BY id").map { try $0["id"] }
        }
    }

    func team(_ name: String) async throws -> TeamID {
        let (now, permit, actor) = (world.clock.now, try marie.standing.permit(ManageTeams.self), marie.actor)
        return try await world.database.write { connection in
            try Team.create(
                name: name, description: "", products: [], by: permit, directory: directory, actor: actor, at: now,
                in: connection)
        }
    }

    func states() async throws -> [String] {
        try await world.values("SELECT state AS value FROM invitation ORDER BY id")
    }

    /// The page that the newest mail to an address leads to.
    func link(to address: String) async throws -> String {
        guard
            let path = try await world.mails(to: address).last(where: { $0.path?.hasPrefix("/invitations/") == true })?
                .path
        else { throw TestTrouble("Nobody invited \(address).") }
        return path
    }

    /// Answers the question for the password where it is asked.
    func confirmed(_ screen: Screen, by browser: TestBrowser) async throws -> Screen {
        guard screen.status == 422, screen.text.contains("name=\"confirm_password\"") else { return screen }
        return try await browser.submit(screen, screen.path, ["confirm_password": TestWorld.password])
    }

    func accept(_ screen: Screen, by browser: TestBrowser) async throws -> Screen {
        try await browser.submit(screen, screen.path, ["act": "accept"])
    }
}
