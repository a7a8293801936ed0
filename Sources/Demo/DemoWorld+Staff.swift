import Access
import Accounts
import Kernel
import Organizations
import Products
import Storage
import Web

extension DemoWorld {
    /// Who may reach what in Atelier Rossier: Luca has two products, one of them through his team as well, and asks for the
    /// invoices too; Nina looks after the team's website from outside; somebody is invited and has not answered.
    func staffAtelier(_ atelier: OrganizationID, _ marie: PersonID) async throws {
        let now = surroundings.now()
        let directory = products.directory
        let nonce = surroundings.secret()
        let actor = Event.Actor(person: marie, client: "demo")
        try await database.write { connection in
            let marie = Standing(
                person: marie, organization: atelier, role: .legalRepresentative, hasBillingRight: true)
            let permit: Permit<ManageTeams> = try marie.permit()
            if try !Team.all(in: atelier, connection).isEmpty { return }
            let website = try directory.list(atelier, connection).filter { $0.name == "atelier-rossier.ch" }
            let hosting = Set(website.filter { $0.typeID == "web-hosting" }.map(\.id))
            let domain = Set(website.filter { $0.typeID == "domain-name" }.map(\.id))
            let team = try Team.create(
                name: "Webmasters", description: "atelier-rossier.ch", products: hosting, by: permit,
                directory: directory, actor: actor, at: now, in: connection)
            let members: [(login: EmailAddress, membership: Membership)] = [
                (
                    DemoPerson.luca.login,
                    Membership(
                        role: .collaborator, contacts: .technical, products: hosting.union(domain), teams: [team])
                ),
                (DemoPerson.nina.login, Membership(role: .external, teams: [team])),
            ]
            for (login, membership) in members {
                guard let person = try Person.find(login: login, in: connection),
                    let member = try Member.find(person.id, in: atelier, connection)
                else { throw Problem.notFound }
                try Member.change(
                    person.id, to: membership, revision: member.revision, permit: try marie.permit(),
                    products: directory, actor: actor, at: now, in: connection)
            }
            _ = try Invitation.create(
                DemoPerson.invited, as: Membership(role: .collaborator, teams: [team]), language: .french, nonce: nonce,
                permit: try marie.permit(), products: directory, actor: actor, at: now, in: connection)
            guard let luca = try Person.find(login: DemoPerson.luca.login, in: connection)?.id else {
                throw Problem.notFound
            }
            let asking = Standing(
                person: luca, organization: atelier, role: .collaborator, hasBillingRight: false,
                granted: hosting.union(domain))
            _ = try AccessRequest.ask(
                ManageBilling.name, product: nil, note: "Devo scaricare le fatture per la contabilità.", by: asking,
                permit: try asking.permit(), products: directory, actor: Event.Actor(person: luca, client: "demo"),
                at: now, in: connection)
        }
    }
}
