import Access
import Kernel
import Storage
import Web

extension Organizations {
    /// One's own place: what can I do here, and why (PERM-4).
    func openAccess(_ doors: Doors) {
        doors.organization(SeeOrganization.self).get("access") { visit in
            if let partner = visit.organization.through {
                return .page(try await partnerAccessPage(visit, through: partner))
            }
            let (person, organization, products) = (visit.person.id, visit.organization.id, products)
            let (member, reach, requests) = try await database.read { connection -> (Member, Reach, [AccessRequest]) in
                guard let member = try Member.find(person, in: organization, connection) else { throw Problem.notFound }
                return (
                    member, try Reach.of(member, products, connection),
                    try AccessRequest.open(of: person, in: organization, connection)
                )
            }
            return .page(accessPage(visit, member, reach, requests))
        }
        // Where activities about a request lead: whoever decides to the request, whoever asked to where theirs stand.
        doors.organization(SeeOrganization.self).get("access/requests/{request}") { visit in
            let id: AccessRequestID = try visit.visit.id("request")
            let organization = visit.organization.id
            return .redirect(
                visit.standing.has(ManageMembers.self)
                    ? "/organizations/\(organization)/access-requests/\(id)" : "/organizations/\(organization)/access")
        }
    }

    private func accessPage(
        _ visit: OrganizationVisit<SeeOrganization>, _ member: Member, _ reach: Reach, _ requests: [AccessRequest]
    ) -> Page {
        let words = visit.words
        let organization = visit.organization.id
        let waiting = requests.map { request -> HTML in
            """
            <li>\(request.title(words)) <small>\(words("requests.asked_at", ["moment": words.moment(request.askedAt, in: visit.zone)]))</small></li>
            """
        }
        let members: Link = "/organizations/\(organization)/members"
        return Page(
            title: words("rights.title"), current: "access",
            body: """
                \(pageHead(
                    words("rights.title"),
                    words("rights.lead", ["organization": visit.organization.name, "role": words("role.\(member.role.rawValue)")])))
                <div class="split"><div class="stack">
                \(card(words("rights.what_and_why"), reach.rights(asking: organization, words)))
                </div><div class="stack">
                \(when(!waiting.isEmpty, card(words("requests.open"), "<ul class=\"stack\" role=\"list\">\(waiting)</ul>")))
                \(card(
                    words("members.membership"),
                    summary([
                        (words("members.role"), member.roleTag(words), .empty),
                        (words("members.contacts"), HTML(member.membership.contactText(words)), .empty),
                        (words("members.joined"), HTML(words.moment(member.joinedAt, in: visit.zone)), .empty),
                    ])))
                \(card(words("members.products"), reach.productList(words)))
                \(card(words("members.teams"), reach.teamList(words)))
                \(card(
                    words("members.actions"),
                    """
                    <div class="stack">
                    <div>\(visit.standing.has(ManageMembers.self)
                        ? linkButton(words("members.title"), members, icon: "people")
                        : visit.locked(words("members.title"), ManageMembers.self, id: "members"))</div>
                    <div><a class="btn" href="\(Link("/organizations/\(organization)/leave"))">\(icon("sign-out"))\(words("rights.leave"))</a></div>
                    </div>
                    """))
                </div></div>
                """)
    }
}
