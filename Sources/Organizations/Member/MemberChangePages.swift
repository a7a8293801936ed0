import Access
import Kernel
import Storage
import Web

extension Organizations {
    /// Changing a member in two steps: choose, see the difference, save (USR-9). Without JavaScript the form posts to itself;
    /// what was chosen travels in hidden fields.
    func openMemberChange(_ doors: Doors) {
        doors.organization(ManageMembers.self).confirmed.form(
            "members/{person}/change", bodyLimit: MembershipForm.bodyLimit, page: changePage
        ) { visit, form in
            let person: PersonID = try visit.visit.id("person")
            guard form.typed("step") != "edit" else { return .page(try await changePage(visit, form)) }
            guard let membership = MembershipForm.read(&form) else { throw form.rejection }
            let revision = Int(form.typed("revision")) ?? 0
            guard form.typed("step") == "save" else {
                return .page(try await reviewPage(visit, person, membership, revision))
            }
            let products = products
            try await database.write { connection in
                var membership = membership
                try keepGone(&membership, of: person, visit.permit, connection)
                try Member.change(
                    person, to: membership, revision: revision, permit: visit.permit,
                    products: products, actor: visit.actor, at: visit.now, in: connection)
            }
            // Whoever gave up their own rights cannot come back to the page.
            let isSelf = person == visit.person.id
            return .redirect(
                isSelf ? "/organizations/\(visit.organization.id)/access" : memberLink(visit, person), notice: "saved")
        }
    }

    /// What was given and is no longer offered, such as a product that ended, is not taken away by a form that cannot show it.
    private func keepGone(
        _ membership: inout Membership, of person: PersonID, _ permit: Permit<ManageMembers>, _ connection: Connection
    ) throws {
        guard let member = try Member.find(person, by: permit, in: connection) else { throw Problem.notFound }
        let offered = Set(try products.list(permit.organization, connection).map(\.id))
        membership.products.formUnion(member.membership.products.subtracting(offered))
    }

    private func changePage(_ visit: OrganizationVisit<ManageMembers>, _ form: Form) async throws -> Page {
        let words = visit.words
        let person: PersonID = try visit.visit.id("person")
        let products = products
        let (member, choices) = try await database.read { connection -> (Member, MembershipChoices) in
            guard let member = try Member.find(person, by: visit.permit, in: connection) else { throw Problem.notFound }
            return (member, try MembershipChoices.of(visit.organization.id, products, connection))
        }
        var form = form
        if form.isEmpty {
            form = MembershipForm.filled(with: member.membership, revision: member.revision)
            // From the review of a request, which says what would grant it.
            if let role = Role(rawValue: visit.visit.query("role")),
                MembershipRules.roles(givenBy: visit.standing).contains(role)
            {
                form.set("role", role.rawValue)
            }
        }
        let isStale = form.problems.contains { $0.code == "changed_meanwhile" }
        form.refresh("revision", String(member.revision))
        let isOutranked = member.role == .legalRepresentative && visit.standing.role != .legalRepresentative
        let title = words("members.change", ["name": member.name])
        return Page(
            title: title, current: "members",
            body: """
                \(memberCrumbs(visit, member, words("form.change")))
                \(form.summary(words))
                \(pageHead(title, words("members.change.lead")))
                \(when(isStale, banner(.warn, icon: "warning", current(member, choices, words))))
                \(when(member.role == .legalRepresentative, banner(.info, icon: "info", "<p>\(words("members.replace"))</p>")))
                \(panel(
                    """
                    <form class="stack" method="post" action="\(member.link("change"))">\(visit.visit.formFields)\
                    \(form.hidden("revision"))
                    \(choices.fields(form, givenBy: visit.standing, fixed: isOutranked ? member.role : nil, words))
                    <div class="row"><button class="btn primary" name="step" value="review">\(words("members.review"))</button>\
                    <a class="btn" href="\(member.link())">\(words("form.cancel"))</a></div>
                    </form>
                    """))
                """)
    }

    /// What somebody else made of it meanwhile.
    private func current(_ member: Member, _ choices: MembershipChoices, _ words: Words) -> HTML {
        let membership = member.membership
        let teams = choices.teams.filter { membership.teams.contains($0.id) }.map(\.name)
        let products = choices.products.filter { membership.products.contains($0.id) }.map(\.name)
        return """
            <p>\(words("members.current"))</p>
            \(summary([
                (words("members.role"), HTML(words("role.\(member.role.rawValue)")), .empty),
                (words("members.billing"), HTML(words(membership.hasBillingRight ? "rights.yes" : "rights.no")), .empty),
                (words("members.contacts"), HTML(membership.contactText(words)), .empty),
                (words("members.teams"), HTML(teams.isEmpty ? "–" : teams.joined(separator: ", ")), .empty),
                (words("members.products.own"), HTML(products.isEmpty ? "–" : products.joined(separator: ", ")), .empty),
            ]))
            """
    }

    /// Asks the rules before anything is written, and shows what would differ.
    private func reviewPage(
        _ visit: OrganizationVisit<ManageMembers>, _ person: PersonID, _ chosen: Membership, _ revision: Int
    ) async throws -> Page {
        let products = products
        let review = try await database.read { connection -> MemberReview in
            guard let member = try Member.find(person, by: visit.permit, in: connection) else { throw Problem.notFound }
            guard member.revision == revision else {
                throw Problem(.conflict, code: "changed_meanwhile", word: "form.changed_meanwhile")
            }
            var new = chosen
            try keepGone(&new, of: person, visit.permit, connection)
            let others = try Member.others(than: [person], in: visit.organization.id, connection)
            if let problem = MembershipRules.changing(member.membership, to: new, by: visit.standing, others: others) {
                throw problem
            }
            let choices = try MembershipChoices.of(visit.organization.id, products, connection)
            guard new.teams.isSubset(of: choices.teams.map(\.id)) else { throw Problem.notFound }
            _ = try products.check(
                new.products.subtracting(member.membership.products), in: member.organization, connection)
            var teamProducts: [TeamID: Set<ProductID>] = [:]
            for team in member.membership.teams.union(new.teams) {
                teamProducts[team] = try Team.productIDs(of: team, connection)
            }
            return MemberReview(
                member: member, choices: choices,
                difference: MembershipDifference(
                    from: member.membership, to: new, of: person, in: member.organization, teamProducts: teamProducts))
        }
        return review.page(visit)
    }

    func memberCrumbs(_ visit: OrganizationVisit<ManageMembers>, _ member: Member, _ title: String) -> HTML {
        crumbs(
            visit.words,
            [
                (visit.words("members.title"), "/organizations/\(visit.organization.id)/members"),
                (member.name, member.link()), (title, nil),
            ])
    }
}
