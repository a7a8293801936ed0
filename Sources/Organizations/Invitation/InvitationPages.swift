import Accounts
import Kernel
import Storage
import Web

extension Organizations {
    /// What the link in the mail leads to, and what is open to whoever is signed in.
    func openInvitations(_ doors: Doors) {
        openInvitationWizard(doors)
        openInvitationList(doors)
        doors.signedIn.get("/invitations") { visit in .page(try await ownInvitationsPage(visit)) }
        doors.public.form("/invitations/{invite}", page: invitationPage) { visit, form in
            try visit.limit(.credentials)
            let invitation = try await invitation(visit)
            switch form.typed("act") {
            case "accept": return try await accept(invitation, visit, form)
            case "create": return try await signUp(with: invitation, visit)
            case "renew":
                _ = try await database.write {
                    try invitation.askForRenewal(by: visit.actor, at: visit.now, in: $0)
                }
                return .redirect(invitation.page(keys), notice: "invitations.renewal_asked")
            default: throw Problem(.invalid, code: "validation_rule_invalid", word: "problem.validation_failed")
            }
        }
        doors.public.form("/invitations/{invite}/refusal", page: refusalPage) { visit, _ in
            try visit.limit(.credentials)
            let invitation = try await invitation(visit)
            // The second click of a double click.
            if invitation.state(at: visit.now) != .declined {
                try await database.write { try invitation.decline(by: visit.actor, at: visit.now, in: $0) }
            }
            return .redirect(invitation.page(keys), notice: "invitations.declined")
        }
    }

    private func invitation(_ visit: Visit) async throws -> Invitation {
        let dead = DeadLink("invitations.link.dead", ("invitations.own", "/invitations"))
        return try await visit.linked("invite", "invitation", or: dead, nonce: \Invitation.nonce) { connection, id in
            try Invitation.find(InvitationID(rawValue: id), in: connection)
        }
    }

    /// The page names the account that accepts, and only that one does (USR-8): another tab may have signed in as somebody else.
    private func accept(_ invitation: Invitation, _ visit: Visit, _ form: Form) async throws -> Answer {
        guard let person = visit.person else { throw Problem.signInFirst }
        guard form.typed("as") == person.id.description else {
            throw Problem(.conflict, code: "other_account", word: "invitations.refused.account")
        }
        let organization = try await database.write { connection in
            try Invitation.accept(
                invitation.id, by: person.id, products: products, actor: visit.actor, at: visit.now, in: connection)
        }
        return .redirect("/organizations/\(organization)", notice: "invitations.accepted")
    }

    /// Who holds the link has proved the address. Its owner is told what a sign-up would have told them by mail.
    private func signUp(with invitation: Invitation, _ visit: Visit) async throws -> Answer {
        guard invitation.state(at: visit.now) == .pending else { return .redirect(invitation.page(keys)) }
        let nonce = surroundings.secret()
        let form = try await database.write { connection in
            try Accounts.signUpLink(
                for: invitation.email, from: invitation.id, page: invitation.page(keys), language: visit.language,
                nonce: nonce, keys: keys, at: visit.now, in: connection)
        }
        if let form { return .redirect(form) }
        let signIn = Link("/sign-in").query([("next", invitation.page(keys).text)])
        return .redirect(signIn, notice: "invitations.has_account")
    }

    private func invitationPage(_ visit: Visit, _ form: Form) async throws -> Page {
        let invitation = try await invitation(visit)
        let facts = try await database.read {
            try InvitationFacts(invitation, for: visit.person?.id, at: visit.now, in: $0)
        }
        return InvitationView(visit: visit, form: form, facts: facts, link: invitation.page(keys)).page
    }

    private func refusalPage(_ visit: Visit, _ form: Form) async throws -> Page {
        let words = visit.words
        let invitation = try await invitation(visit)
        let facts = try await database.read {
            try InvitationFacts(invitation, for: visit.person?.id, at: visit.now, in: $0)
        }
        guard facts.state == .pending else {
            return InvitationView(visit: visit, form: form, facts: facts, link: invitation.page(keys)).page
        }
        let title = words("invitations.decline.title")
        let action: Link = "\(path: invitation.page(keys).text)/refusal"
        return Page(
            title: title, layout: .gate,
            body: """
                \(form.summary(words))
                <h1>\(title)</h1>
                <p>\(words(
                    "invitations.decline.lead",
                    ["organization": facts.organization, "inviter": facts.inviter, "email": invitation.email.description]))</p>
                <form class="stack gap-above" method="post" action="\(action)">\(visit.formFields)
                \(button(words("invitations.decline"), isWide: true))
                <a class="btn large wide" href="\(invitation.page(keys))">\(words("form.cancel"))</a></form>
                """)
    }

    /// Invitations to the address with which somebody signed in: no mail is needed to answer them.
    private func ownInvitationsPage(_ visit: SignedInVisit) async throws -> Page {
        let words = visit.words
        let open = try await database.read { connection in
            guard let login = EmailAddress(visit.person.login) else { return [] as [InvitationFacts] }
            return try Invitation.open(to: login, at: visit.now, in: connection).map {
                try InvitationFacts($0, for: visit.person.id, at: visit.now, in: connection)
            }.filter { $0.state == .pending && !$0.isWithdrawn }
        }
        let cards = open.map { facts -> HTML in
            let page = facts.invitation.page(keys)
            let accept: HTML = """
                <form method="post" action="\(page)">\(visit.visit.formFields)\
                <input type="hidden" name="as" value="\(visit.person.id)">\
                <button class="btn primary" name="act" value="accept">\(words("invitations.accept"))\
                <span class="vh"> \(facts.organization)</span></button></form>
                """
            return card(
                facts.organization,
                """
                <p>\(facts.sentence(words))</p>
                <p class="muted">\(words("invitations.until", ["moment": words.moment(facts.invitation.expiresAt, in: visit.zone)]))</p>
                <div class="row gap-above">\(accept)\
                \(linkButton(words("invitations.decline"), "\(path: page.text)/refusal"))</div>
                """)
        }
        return Page(
            title: words("invitations.own"),
            body: """
                \(pageHead(words("invitations.own"), words("invitations.own.lead", ["email": visit.person.login])))
                \(open.isEmpty ? panel(emptyState(icon: "mail", words("invitations.own.none"))) : "<div class=\"stack\">\(cards)</div>")
                """)
    }
}
