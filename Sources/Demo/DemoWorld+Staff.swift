import Access
import Accounts
import Kernel
import Organizations
import Products
import Storage

extension DemoWorld {
    /// Who may reach what in Atelier Rossier: Luca has two products, one of them through his team as well, and Nina looks after
    /// the team's website from outside.
    func staffAtelier(_ atelier: OrganizationID, _ marie: PersonID) async throws {
        let now = surroundings.now()
        let directory = products.directory
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
                    person.id, to: membership, revision: member.revision, by: marie, permit: try marie.permit(),
                    products: directory, actor: actor, at: now, in: connection)
            }
        }
    }
}
