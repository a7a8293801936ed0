import Access
import Kernel
import Storage
import Web

extension Organizations {
    /// What a member is, what they can do and why, and what can be done about it (USR-9, PERM-1).
    func memberPage(_ visit: OrganizationVisit<ManageMembers>) async throws -> Answer {
        let person: PersonID = try visit.visit.id("person")
        let products = products
        let facts = try await database.read { connection -> MemberFacts in
            guard let member = try Member.find(person, by: visit.permit, in: connection) else { throw Problem.notFound }
            return MemberFacts(
                member: member, reach: try Reach.of(member, products, connection),
                all: try Member.others(than: [], in: visit.organization.id, connection),
                requests: try AccessRequest.open(of: person, in: visit.organization.id, connection),
                invitation: try MemberFacts.invitation(of: member, connection))
        }
        return .page(facts.page(visit))
    }
}

/// Everything that the page of a member shows.
private struct MemberFacts: Sendable {
    let member: Member
    let reach: Reach
    let all: MembershipRules.Others
    let requests: [AccessRequest]
    /// When and by whom they were invited, if they were.
    let invitation: (by: String, at: Instant)?

    static func invitation(of member: Member, _ connection: Connection) throws -> (by: String, at: Instant)? {
        try connection.row(
            """
            SELECT invitation.created_at, person.first_name, person.last_name
            FROM invitation JOIN person ON person.id = invitation.invited_by_id
            WHERE invitation.organization_id = \(member.organization) AND invitation.person_id = \(member.id)
            ORDER BY invitation.id DESC LIMIT 1
            """
        ).map { row in
            (by: "\(try row["first_name"] as String) \(try row["last_name"] as String)", at: try row["created_at"])
        }
    }

    func page(_ visit: OrganizationVisit<ManageMembers>) -> Page {
        let words = visit.words
        let membership = member.membership
        return Page(
            title: member.name, current: "members",
            body: """
                \(crumbs(words, [
                    (words("members.title"), "/organizations/\(visit.organization.id)/members"), (member.name, nil),
                ]))
                \(pageHead(
                    member.name, member.login.description,
                    action: linkButton(words("form.change"), member.link("change"), icon: "pencil", isPrimary: true)))
                <div class="split"><div class="stack">
                \(card(
                    words("members.membership"),
                    summary([
                        (words("members.role"), member.roleTag(words), .empty),
                        (words("members.billing"), HTML(words(membership.hasBillingRight ? "rights.yes" : "rights.no")), .empty),
                        (words("members.contacts"), HTML(membership.contactText(words)), .empty),
                        (words("members.sign_in"), member.hasSecondFactor && !member.isBlocked
                            ? tag(.ok, words("members.second_factor")) : member.marks(words), .empty),
                        (words("members.joined"), HTML(words.moment(member.joinedAt, in: visit.zone)), .empty),
                        (words("members.invited"), invitationText(visit), .empty),
                    ])))
                \(card(words("rights.what_and_why"), reach.rights(asking: nil, words)))
                </div><div class="stack">
                \(when(!requests.isEmpty, card(words("requests.open"), RequestRows(requests, visit.organization.id).links(words))))
                \(card(words("members.products"), reach.productList(words)))
                \(card(words("members.teams"), reach.teamList(words)))
                \(card(words("members.actions"), actions(visit)))
                </div></div>
                """)
    }

    private func invitationText(_ visit: OrganizationVisit<ManageMembers>) -> HTML {
        guard let invitation else { return HTML(visit.words("members.invited.not")) }
        return HTML(
            visit.words(
                "members.invited.by",
                ["name": invitation.by, "moment": visit.words.moment(invitation.at, in: visit.zone)]))
    }

    private func actions(_ visit: OrganizationVisit<ManageMembers>) -> HTML {
        let words = visit.words
        let remove: HTML =
            member.removal(by: visit.standing, all: all).map { problem in
                lockedAction(
                    words("members.remove"), reason: words(problem.word), id: "remove",
                    action: when(
                        problem.code == "yourself",
                        "<a href=\"\(Link("/organizations/\(visit.organization.id)/leave"))\">\(words("rights.leave"))</a>"
                    ))
            }
                ?? """
                <a class="btn danger" href="\(member.link("remove"))">\(icon("trash"))\(words("members.remove"))</a>
                """
        return """
            <div class="stack">
            <form method="post" action="\(member.link("security-alert"))">\(visit.visit.formFields)\
            <button class="btn">\(icon("shield"))\(words("members.alert"))</button>\
            <p class="hint">\(words("members.alert.hint"))</p></form>
            <div>\(remove)</div>
            \(when(member.role == .legalRepresentative, "<p><small>\(words("members.replace"))</small></p>"))
            </div>
            """
    }
}
