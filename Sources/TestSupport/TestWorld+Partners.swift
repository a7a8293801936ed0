import Access
package import Kernel
package import Organizations
import Storage
import Web

extension TestWorld {
    /// Takes somebody's organisation into the partner programme, or out of it.
    package func admit(_ person: TestPerson) async throws {
        let now = clock.now
        try await database.write { connection in
            try Partner.admit(
                person.organization, reason: "Looked at by the operator.", by: .system, at: now, in: connection)
        }
    }

    package func dismiss(_ person: TestPerson) async throws {
        let now = clock.now
        _ = try await database.write { connection in
            try Partner.dismiss(
                person.organization, reason: "It ended its business.", by: .system, at: now, in: connection)
        }
    }

    /// A partner's request, as its letter carries it.
    package func clientRequest(
        by partner: TestPerson, to address: String, wantsAll: Bool = true, key: String = ""
    ) async throws -> ClientRequest {
        guard let email = EmailAddress(address) else { throw TestTrouble("\(address) is no address.") }
        let (now, nonce) = (clock.now, surroundings.secret())
        let request = try await database.write { connection in
            let id = try ClientRequest.ask(
                email, wantsAll: wantsAll, note: "We look after your website.", language: .english, nonce: nonce,
                key: key, isOther: true, permit: partner.standing.permit(), actor: partner.actor, at: now,
                in: connection)
            return try ClientRequest.find(id, in: connection)
        }
        guard let request else { throw TestTrouble("There is no request.") }
        return request
    }

    /// Makes somebody's organisation the client of a partner, by the rules.
    @discardableResult
    package func letIn(
        _ partner: TestPerson, by client: TestPerson, _ access: PartnerAccess
    ) async throws -> Partnership {
        let request = try await clientRequest(by: partner, to: client.login)
        let (now, directory) = (clock.now, productDirectory)
        let partnership = try await database.write { connection in
            try ClientRequest.accept(
                request.id, with: access, permit: client.standing.permit(), products: directory, actor: client.actor,
                at: now, in: connection)
            return try Partnership.find(of: partner.organization, with: client.organization, in: connection)
        }
        guard let partnership else { throw TestTrouble("There is no partnership.") }
        return partnership
    }

    /// Says which collaborators of the partner enter its client.
    package func give(_ partnership: Partnership, to people: Set<PersonID>, by partner: TestPerson) async throws {
        let now = clock.now
        try await database.write { connection in
            try partnership.setPeople(
                people, seen: people, permit: partner.standing.permit(), actor: partner.actor, at: now, in: connection)
        }
    }
}
