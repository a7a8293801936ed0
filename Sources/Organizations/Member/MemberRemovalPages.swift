import Access
import Kernel
import Storage
import Web

extension Organizations {
    /// Removing a member: what goes with it is counted before (USR-10). Their rights end at once, in open sessions too.
    func openMemberRemoval(_ doors: Doors) {
        doors.organization(ManageMembers.self).confirmed.form("members/{person}/remove", page: removalPage) {
            visit, form in
            let person: PersonID = try visit.visit.id("person")
            let revision = Int(form.typed("revision")) ?? 0
            try await database.write { connection in
                try Member.remove(
                    person, revision: revision, permit: visit.permit, actor: visit.actor, at: visit.now, in: connection)
            }
            return .redirect("/organizations/\(visit.organization.id)/members", notice: "members.removed")
        }
    }

    private func removalPage(_ visit: OrganizationVisit<ManageMembers>, _ form: Form) async throws -> Page {
        let words = visit.words
        let person: PersonID = try visit.visit.id("person")
        let products = products
        let (member, effects, problem) = try await database.read { connection -> (Member, RemovalEffects, Problem?) in
            guard let member = try Member.find(person, by: visit.permit, in: connection) else { throw Problem.notFound }
            let others = try Member.others(than: [person], in: visit.organization.id, connection)
            let problem = MembershipRules.removing(person, member.role, by: visit.standing, others: others)
            return (member, try RemovalEffects(of: member, others: others, products, connection), problem)
        }
        let title = words("members.remove.title", ["name": member.name])
        var form = form
        form.refresh("revision", String(member.revision))
        let remove: HTML =
            problem.map { lockedAction(words("members.remove"), reason: words($0.word), id: "remove") }
                ?? """
                <form method="post" action="\(member.link("remove"))">\(visit.visit.formFields)\
                \(form.hidden("revision"))<button class="btn danger">\(icon("trash"))\(words("members.remove"))</button></form>
                """
        return Page(
            title: title, current: "members",
            body: """
                \(memberCrumbs(visit, member, words("members.remove")))
                \(form.summary(words))
                \(pageHead(title, words("members.remove.lead", ["organization": visit.organization.name])))
                \(when(member.role == .legalRepresentative, banner(.info, icon: "info", "<p>\(words("members.replace"))</p>")))
                \(card(words("members.remove.effects"), effects.summary(words)))
                <div class="row gap-above">\(remove)<a class="btn" href="\(member.link())">\(words("form.cancel"))</a></div>
                """)
    }
}

/// What goes with a membership, counted from what is there.
struct RemovalEffects: Sendable {
    let products: Int
    let teams: [String]
    let leads: [String]
    /// Messages that nobody else receives; they go to those who answer for the organisation.
    let orphaned: ContactKinds
    let requests: Int
    /// Open invitations that they sent.
    let invitations: Int

    init(
        of member: Member, others: MembershipRules.Others, _ directory: ProductDirectory, _ connection: Connection
    ) throws {
        let reach = try Reach.of(member, directory, connection)
        products = reach.products.count
        teams = reach.teams.map(\.name)
        leads = reach.teams.filter { $0.leader == member.id }.map(\.name)
        orphaned = member.membership.contacts.subtracting(others.recipients)
        requests = try AccessRequest.open(of: member.id, in: member.organization, connection).count
        invitations = try Invitation.pendingCount(by: member.id, in: member.organization, connection)
    }

    func summary(_ words: Words) -> HTML {
        var lines: [(name: String, value: HTML, action: HTML)] = [
            (words("members.products"), HTML(words.count("members.products.count", products)), .empty),
            (words("members.teams"), HTML(teams.isEmpty ? "–" : teams.joined(separator: ", ")), .empty),
        ]
        if !leads.isEmpty {
            lines.append((words("members.remove.leads"), HTML(leads.joined(separator: ", ")), .empty))
        }
        if !orphaned.isEmpty {
            let kinds = orphaned.names.map { words("members.contacts.\($0)") }.joined(separator: ", ")
            lines.append(
                (words("members.contacts"), HTML(words("members.remove.orphaned", ["kinds": kinds])), .empty))
        }
        if requests > 0 {
            lines.append((words("requests.open"), HTML(words.count("members.remove.requests", requests)), .empty))
        }
        if invitations > 0 {
            lines.append(
                (words("invitations.title"), HTML(words.count("members.remove.invitations", invitations)), .empty))
        }
        lines.append((words("members.remove.sessions"), HTML(words("members.remove.at_once")), .empty))
        return Web.summary(lines)
    }
}
