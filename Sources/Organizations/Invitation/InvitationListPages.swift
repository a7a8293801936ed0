import Access
import Accounts
import Kernel
import Storage
import Web

extension Organizations {
    /// What was sent and what came of it (USR-7).
    func openInvitationList(_ doors: Doors) {
        let members = doors.organization(ManageMembers.self)
        members.confirmed.post("invitations/{invitation}/resend") { visit, _ in
            try await database.write { connection in
                try find(visit, connection).resend(
                    nonce: surroundings.secret(), permit: visit.permit, actor: visit.actor, at: visit.now,
                    in: connection)
            }
            return .redirect("/organizations/\(visit.organization.id)/invitations", notice: "invitations.resent")
        }
        members.form("invitations/{invitation}/cancellation", page: cancellationPage) { visit, _ in
            try await database.write { connection in
                try find(visit, connection).cancel(
                    by: visit.permit, actor: visit.actor, at: visit.now, in: connection)
            }
            return .redirect("/organizations/\(visit.organization.id)/invitations", notice: "invitations.cancelled")
        }
    }

    private func find(
        _ visit: OrganizationVisit<ManageMembers>, _ connection: Connection
    ) throws -> Invitation {
        guard let invitation = try Invitation.find(visit.visit.id("invitation"), by: visit.permit, in: connection)
        else {
            throw Problem.notFound
        }
        return invitation
    }

    func invitationListPage(_ visit: OrganizationVisit<ManageMembers>) async throws -> Page {
        let state = Invitation.State(rawValue: visit.visit.query("state"))
        let (list, people) = try await database.read { connection in
            let list = try Invitation.list(state, visit.paging, by: visit.permit, at: visit.now, in: connection)
            var people: [PersonID: Person] = [:]
            for person in Set(list.items.map(\.invitedBy) + list.items.compactMap(\.person)) {
                people[person] = try Person.find(person, in: connection)
            }
            return (list, people)
        }
        return InvitationList(visit: visit, list: list, state: state, people: people).page
    }

    private func cancellationPage(_ visit: OrganizationVisit<ManageMembers>, _ form: Form) async throws -> Page {
        let words = visit.words
        let invitation = try await database.read { try find(visit, $0) }
        let home: Link = "/organizations/\(visit.organization.id)/invitations"
        let action: Link = "/organizations/\(visit.organization.id)/invitations/\(invitation.id)/cancellation"
        let title = words("invitations.cancel.title")
        return Page(
            title: title, current: "members",
            body: """
                \(crumbs(words, [(words("invitations.title"), home), (title, nil)]))
                \(form.summary(words))
                \(pageHead(title, words("invitations.cancel.lead", ["email": invitation.email.description])))
                \(panel(
                    """
                    <ul>
                    <li>\(words("invitations.cancel.link"))</li>
                    <li>\(words("invitations.cancel.silent"))</li>
                    <li>\(words("invitations.cancel.again"))</li>
                    </ul>
                    <form class="row gap-above" method="post" action="\(action)">\(visit.visit.formFields)
                    <button class="btn danger">\(words("invitations.cancel"))</button>\
                    \(linkButton(words("invitations.cancel.keep"), home))</form>
                    """))
                """)
    }
}

/// The page of the list.
private struct InvitationList {
    let visit: OrganizationVisit<ManageMembers>
    let list: Listing<Invitation>
    let state: Invitation.State?
    /// Who invited, and who accepted.
    let people: [PersonID: Person]

    private var words: Words { visit.words }
    private var home: Link { "/organizations/\(visit.organization.id)/invitations" }

    private func link(page: Int) -> Link {
        home.query([("state", state?.rawValue ?? ""), ("page", page == 1 ? "" : String(page))])
    }

    var page: Page {
        let title = words("invitations.title")
        let invite = linkButton(
            words("invitations.new"), "/organizations/\(visit.organization.id)/invitations/new", icon: "plus",
            isPrimary: true)
        return Page(
            title: title, current: "members",
            body: """
                \(crumbs(
                    words,
                    [(words("invitations.members"), "/organizations/\(visit.organization.id)/members"), (title, nil)]))
                \(pageHead(title, words("invitations.lead"), action: invite))
                \(panel(
                    isFlush: true,
                    "\(filters)\(list.items.isEmpty ? emptyState(icon: "mail", words(state == nil ? "invitations.none" : "invitations.none_found")) : table)"))
                \(pager(list, words, link))
                """)
    }

    private var filters: HTML {
        let options = Invitation.State.allCases.map { each -> HTML in
            "<option value=\"\(each.rawValue)\"\(when(each == state, " selected"))>\(words("invitations.state.\(each.rawValue)"))</option>"
        }
        let chip = state.map { state -> HTML in
            """
            <a class="chip" href="\(home)">\(words("invitations.state.\(state.rawValue)")) <span aria-hidden="true">×</span>\
            <span class="vh">: \(words("invitations.filter.remove"))</span></a>
            """
        }
        return """
            <form class="filters" method="get" action="\(home)">
            <label class="vh" for="state">\(words("invitations.state"))</label>
            <select class="input" id="state" name="state"><option value="">\(words("invitations.filter.any"))</option>\
            \(options)</select>
            <button class="btn">\(words("invitations.filter"))</button>
            \(chip)
            </form>
            """
    }

    private var table: HTML {
        """
        <table class="table"><caption>\(words.count("invitations.count", list.total))</caption>
        <thead><tr><th scope="col">\(words("invitations.address"))</th><th scope="col">\(words("invitations.state"))</th>\
        <th scope="col">\(words("invitations.role"))</th><th scope="col">\(words("invitations.by"))</th>\
        <th scope="col">\(words("invitations.sent"))</th><th scope="col">\(words("invitations.expires"))</th>\
        <th scope="col"><span class="vh">\(words("invitations.actions"))</span></th></tr></thead>
        <tbody>\(list.items.map(row))</tbody></table>
        """
    }

    private func row(_ invitation: Invitation) -> HTML {
        let state = invitation.state(at: visit.now)
        let sent = words.count(
            "invitations.times", invitation.timesSent, ["moment": words.moment(invitation.sentAt, in: visit.zone)])
        let account = invitation.person.flatMap { people[$0] }.map { person -> HTML in
            "<small>\(words("invitations.accepted_with", ["login": person.login.description]))</small>"
        }
        let isOpen = state == .pending || state == .expired
        return """
            <tr><th scope="row">\(invitation.email.description)</th>
            <td data-label="\(words("invitations.state"))">\(tag(state.tone, words("invitations.state.\(state.rawValue)")))\
            \(when(invitation.renewalAskedAt != nil && state == .expired, "<small>\(words("invitations.renewal.asked"))</small>"))\(account ?? .empty)</td>
            <td data-label="\(words("invitations.role"))">\(words("role.\(invitation.membership.role.rawValue)"))</td>
            <td data-label="\(words("invitations.by"))">\(people[invitation.invitedBy]?.name ?? "–")</td>
            <td data-label="\(words("invitations.sent"))">\(sent)</td>
            <td data-label="\(words("invitations.expires"))">\(isOpen ? words.moment(invitation.expiresAt, in: visit.zone) : "–")</td>
            <td class="act">\(actions(invitation, state))</td></tr>
            """
    }

    /// What cannot be done says why (PERM-4).
    private func actions(_ invitation: Invitation, _ state: Invitation.State) -> HTML {
        let title = words("invitations.resend")
        let id = "invitation-\(invitation.id)"
        if state == .cancelled || state == .declined {
            let again = Link("\(path: home.text)/new").query([("email", invitation.email.description)])
            return """
                <a href="\(again)">\(words("invitations.again"))\
                <span class="vh"> \(invitation.email.description)</span></a>
                """
        }
        guard state == .pending || state == .expired else {
            return lockedAction(title, reason: words("invitations.closed.accepted"), id: id)
        }
        let cancel: HTML = """
            <a class="btn quiet" href="\(Link("\(path: home.text)/\(invitation.id)/cancellation"))">\(words("invitations.cancel"))\
            <span class="vh"> \(invitation.email.description)</span></a>
            """
        if !MembershipRules.roles(givenBy: visit.standing).contains(invitation.membership.role) {
            return "\(lockedAction(title, reason: words("access.reason.legal_representative"), id: id))\(cancel)"
        }
        if invitation.timesSent >= Invitation.timesSentMax {
            return "\(lockedAction(title, reason: words("invitations.refused.times"), id: id))\(cancel)"
        }
        return """
            <form method="post" action="\(Link("\(path: home.text)/\(invitation.id)/resend"))">\(visit.visit.formFields)\
            <button class="btn quiet">\(title)<span class="vh"> \(invitation.email.description)</span></button></form>\(cancel)
            """
    }

}

extension Invitation.State {
    var tone: Tone {
        switch self {
        case .pending: .info
        case .accepted: .ok
        case .declined, .expired: .warn
        case .cancelled: .off
        }
    }
}
