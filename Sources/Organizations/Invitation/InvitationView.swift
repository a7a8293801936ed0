import Access
import Kernel
import Web

/// The page that the mail leads to, for whoever opens it, in each state.
struct InvitationView {
    let visit: Visit
    let form: Form
    let facts: InvitationFacts
    let link: Link

    private var words: Words { visit.words }
    private var email: String { facts.invitation.email.description }
    private var login: EmailAddress? { visit.person.flatMap { EmailAddress($0.login) } }
    private var isAddressee: Bool { login?.key == facts.invitation.email.key }

    var page: Page {
        let title = words("invitations.page.title", ["organization": facts.organization])
        return Page(
            title: title, layout: .gate,
            body: """
                \(form.summary(words))
                <h1>\(title)</h1>
                \(content)
                """)
    }

    private var content: HTML {
        switch facts.state {
        case .accepted: closed("accepted")
        case .declined: closed("declined")
        case .cancelled: closed("cancelled")
        case .expired where facts.isMember: member
        case .expired: expired
        case .pending where facts.isMember: member
        case .pending where facts.isWithdrawn: closed("withdrawn")
        case .pending: pending
        }
    }

    // MARK: Decided

    private func closed(_ state: String) -> HTML {
        """
        <p>\(words("invitations.link.\(state)"))</p>
        <p class="gap-above">\(facts.isMember ? open : home)</p>
        """
    }

    private var member: HTML {
        """
        <p>\(words("invitations.refused.you_are_member"))</p>
        <p class="gap-above">\(open)</p>
        """
    }

    private var open: HTML {
        """
        <a class="btn primary large wide" href="\(Link("/organizations/\(facts.invitation.organization)"))">\
        \(words("invitations.open", ["organization": facts.organization]))</a>
        """
    }

    private var home: HTML { "<a class=\"btn large wide\" href=\"/\">\(words("error.home"))</a>" }

    /// The link is too old. Asked for once; asking again says that it was.
    private var expired: HTML {
        if facts.invitation.renewalAskedAt != nil {
            return """
                <p>\(words("invitations.link.expired"))</p>
                <p class="gap-above">\(words("invitations.renewal.was_asked", ["inviter": facts.inviter]))</p>
                """
        }
        return """
            <p>\(words("invitations.link.expired"))</p>
            <p>\(words("invitations.renewal.lead", ["inviter": facts.inviter]))</p>
            <form class="stack gap-above" method="post" action="\(link)">\(visit.formFields)
            \(act("renew", words("invitations.renewal"), isPrimary: true))</form>
            """
    }

    // MARK: Open

    private var pending: HTML {
        let until = words.moment(facts.invitation.expiresAt, in: visit.zone)
        return """
            <p>\(facts.sentence(words))</p>
            <p class="muted">\(words("invitations.role.\(facts.invitation.membership.role.rawValue)"))</p>
            <p class="muted">\(words("invitations.until", ["moment": until]))</p>
            \(visit.person == nil ? unknown : isAddressee ? addressee : somebodyElse)
            """
    }

    private var addressee: HTML {
        """
        <form class="stack gap-above" method="post" action="\(link)">\(visit.formFields)\(identity)
        \(act("accept", words("invitations.accept"), isPrimary: true))
        \(decline)</form>
        """
    }

    /// Signed in with another address: said clearly, with both, and accepted only on purpose (USR-8).
    private var somebodyElse: HTML {
        let login = visit.person?.login ?? ""
        let mayAccept = self.login.map(facts.invitation.mayAccept) ?? false
        let title = words("invitations.somebody_else.accept", ["login": login])
        let accept =
            mayAccept
            ? act("accept", title, isPrimary: false)
            : lockedAction(title, reason: words("invitations.refused.address", ["email": email]), id: "accept")
        return """
            \(banner(.warn, icon: "warning", HTML(words("invitations.somebody_else", ["login": login, "email": email]))))
            <form class="stack gap-above" method="post" action="/sign-out">\(visit.formFields)\
            <input type="hidden" name="next" value="\(link.text)">
            \(button(words("invitations.somebody_else.switch", ["email": email]), isWide: true))</form>
            <form class="stack gap-above" method="post" action="\(link)">\(visit.formFields)\(identity)
            \(accept)
            \(decline)</form>
            """
    }

    /// Not signed in. Both ways are offered, whether the address has an account or not.
    private var unknown: HTML {
        let signIn = Link("/sign-in").query([("next", link.text)])
        return """
            <form class="stack gap-above" method="post" action="\(link)">\(visit.formFields)
            <a class="btn primary large wide" href="\(signIn)">\(words("invitations.sign_in"))</a>
            \(act("create", words("invitations.create"), isPrimary: false))
            \(decline)</form>
            <p class="muted gap-above">\(words("invitations.create.hint", ["email": email]))</p>
            """
    }

    private var identity: HTML {
        "<input type=\"hidden\" name=\"as\" value=\"\(visit.person?.id.description ?? "")\">"
    }

    private func act(_ value: String, _ title: String, isPrimary: Bool) -> HTML {
        "<button class=\"btn\(isPrimary ? " primary" : "") large wide\" name=\"act\" value=\"\(value)\">\(title)</button>"
    }

    private var decline: HTML {
        "<a class=\"btn large wide\" href=\"\(Link("\(path: link.text)/refusal"))\">\(words("invitations.decline"))</a>"
    }
}
