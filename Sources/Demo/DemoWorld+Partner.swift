import Access
import Accounts
import Kernel
import Organizations
import Products
import Storage
import Web

extension DemoWorld {
    /// Agence Keller is a partner with three clients: of Atelier Rossier it looks after the website, of Nina Weber and her gallery
    /// everything (UI-8, PART-10).
    func partner(_ agence: OrganizationID, _ paul: PersonID) async throws {
        let now = surroundings.now()
        let directory = products.directory
        try await database.write { connection in
            try Partner.admit(
                agence, reason: "An agency with its entry in the commercial register.", by: .system, at: now,
                in: connection)
            guard let marie = try Person.find(login: DemoPerson.marie.login, in: connection),
                let nina = try Person.find(login: DemoPerson.nina.login, in: connection),
                let atelier = try DemoWorld.answered(by: marie.id, connection).first,
                let weber = try DemoWorld.answered(by: nina.id, connection).first
            else { throw Problem.notFound }
            let gallery =
                try DemoWorld.answered(by: nina.id, connection).dropFirst().first
                ?? Organization.foundAnother(
                    NewOrganization(
                        name: "Galerie Weber", kind: .company, currency: .eur, country: nina.country,
                        language: nina.language, zone: nina.zone),
                    by: nina.id, actor: Event.Actor(person: nina.id, client: "demo"), at: now, in: connection)
            let website = try directory.list(atelier, connection).filter { $0.name == "atelier-rossier.ch" }.map(\.id)
            let clients: [(person: Person, organization: OrganizationID, access: PartnerAccess)] = [
                (marie, atelier, .products(Set(website))), (nina, weber, .full), (nina, gallery, .full),
            ]
            for (person, organization, access) in clients {
                if try Partnership.find(of: agence, with: organization, in: connection) != nil { continue }
                let asking = Standing(
                    person: paul, organization: agence, role: .legalRepresentative, hasBillingRight: true)
                let answering = Standing(
                    person: person.id, organization: organization, role: .legalRepresentative, hasBillingRight: true)
                let request = try ClientRequest.ask(
                    person.login, wantsAll: access == .full, note: "Nous nous occupons de votre site.",
                    language: .french, nonce: surroundings.secret(), key: "demo-\(organization)",
                    isOther: true, permit: asking.permit(), actor: Event.Actor(person: paul, client: "demo"), at: now,
                    in: connection)
                try ClientRequest.accept(
                    request, with: access, permit: answering.permit(), products: directory,
                    actor: Event.Actor(person: person.id, client: "demo"), at: now, in: connection)
            }
        }
    }

    /// The organisations somebody answers for, the oldest first.
    private static func answered(by person: PersonID, _ connection: Connection) throws -> [OrganizationID] {
        try Organization.summaries(of: person, connection).filter { $0.standing.role == .legalRepresentative }
            .map(\.id).sorted()
    }
}
