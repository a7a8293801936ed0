import Access
import Kernel
import Storage
import Web

extension Organizations {
    /// What the organisation asks of its members (POL-1, POL-5, POL-6).
    func openPolicy(_ doors: Doors) {
        let door = doors.organization(ManagePolicy.self)
        door.get("policy") { visit in .page(policyPage(visit, try await policy(visit))) }
        door.confirmed.form("policy/second-factor", page: policyChangePage) { visit, form in
            let wanted = form.typed("required")
            guard wanted == "yes" || wanted == "no" else { throw Problem.field("required", "policy.choose") }
            let isNew = try await database.write { connection in
                try Policy.require(
                    wanted == "yes", by: visit.permit, actor: visit.actor, at: visit.now, in: connection)
            }
            let notice = wanted == "yes" ? "policy.required" : "policy.not_required"
            return .redirect(
                "/organizations/\(visit.organization.id)/policy", notice: isNew ? notice : "policy.unchanged")
        }
        door.post("policy/reminders") { visit, _ in
            let home: Link = "/organizations/\(visit.organization.id)/policy"
            do {
                try await database.write { connection in
                    try Policy.remind(by: visit.permit, actor: visit.actor, at: visit.now, in: connection)
                }
            } catch let problem as Problem where problem.kind == .conflict {
                // The second of two clicks, or two people at once: it is done.
                return .redirect(home, notice: "policy.already_written")
            }
            return .redirect(home, notice: "policy.written")
        }
        openWall(doors)
    }

    private func policy(_ visit: OrganizationVisit<ManagePolicy>) async throws -> Policy {
        try await database.read { try Policy.find(by: visit.permit, in: $0) }
    }

    private func policyPage(_ visit: OrganizationVisit<ManagePolicy>, _ policy: Policy) -> Page {
        let words = visit.words
        let change: Link = "/organizations/\(visit.organization.id)/policy/second-factor"
        let state =
            policy.requiresSecondFactor
            ? tag(.ok, words("policy.second_factor.on")) : tag(.off, words("policy.second_factor.off"))
        let turn: HTML =
            policy.requiresSecondFactor
            ? linkButton(words("policy.stop"), change)
            : policy.hasOwn
                ? linkButton(words("policy.start"), change, icon: "shield", isPrimary: true)
                : lockedAction(
                    words("policy.start"), reason: words("policy.refused.own"), id: "start",
                    action: "<a href=\"/security/second-factor\">\(words("policy.own"))</a>")
        return Page(
            title: words("policy.title"), current: "settings",
            body: """
                \(settingsCrumbs(visit, words("policy.title")))
                \(pageHead(words("policy.title"), words("policy.lead")))
                <div class="stack">
                \(card(
                    words("policy.second_factor"), action: state,
                    """
                    <div class="stack measure">
                    <p>\(words("policy.second_factor.text"))</p>
                    <p class="muted">\(words("policy.second_factor.apps"))</p>
                    <div>\(turn)</div>
                    </div>
                    """))
                \(card(words("policy.members"), action: lacking(policy, words), members(visit, policy)))
                </div>
                """)
    }

    private func lacking(_ policy: Policy, _ words: Words) -> HTML {
        policy.lacking == 0
            ? tag(.ok, words("policy.all_have_one")) : tag(.danger, words.count("policy.lacking", policy.lacking))
    }

    private func members(_ visit: OrganizationVisit<ManagePolicy>, _ policy: Policy) -> HTML {
        let words = visit.words
        if policy.lacking == 0 { return "<p>\(words.count("policy.members.all", policy.members))</p>" }
        let list = membersLacking(visit.organization.id)
        let remind: HTML =
            policy.mayRemind(at: visit.now)
            ? """
            <form method="post" action="\(Link("/organizations/\(visit.organization.id)/policy/reminders"))">\
            \(visit.visit.formFields)<button class="btn">\(icon("mail"))\(words("policy.remind"))</button></form>
            """
            : lockedAction(words("policy.remind"), reason: words("policy.refused.sent"), id: "remind")
        return """
            <div class="stack measure">
            <p>\(words.count("policy.members.lacking", policy.lacking, ["members": String(policy.members)]))</p>
            <p>\(words("policy.advice"))</p>
            <div class="row">\(linkButton(words("policy.show_lacking"), list, icon: "people"))\(remind)</div>
            </div>
            """
    }

    /// What the change does, counted from what there is now, before it is done.
    private func policyChangePage(_ visit: OrganizationVisit<ManagePolicy>, _ form: Form) async throws -> Page {
        let words = visit.words
        let policy = try await policy(visit)
        let home: Link = "/organizations/\(visit.organization.id)/policy"
        let starts = !policy.requiresSecondFactor
        let title = words(starts ? "policy.start" : "policy.stop")
        let effects: [String] =
            starts
            ? [
                words.count("policy.effects.shut_out", policy.lacking), words("policy.effects.at_once"),
                words("policy.effects.elsewhere"), words("policy.effects.apps"), words("policy.effects.letters"),
            ]
            : [
                words.count("policy.effects.let_in", policy.lacking), words("policy.effects.keep"),
                words("policy.effects.letters"),
            ]
        let send: HTML =
            starts && !policy.hasOwn
            ? lockedAction(
                title, reason: words("policy.refused.own"), id: "start",
                action: "<a href=\"/security/second-factor\">\(words("policy.own"))</a>")
            : """
            <form method="post" action="\(Link("/organizations/\(visit.organization.id)/policy/second-factor"))">\
            \(visit.visit.formFields)<input type="hidden" name="required" value="\(starts ? "yes" : "no")">\
            \(button(title))</form>
            """
        return Page(
            title: title, current: "settings",
            body: """
                \(settingsCrumbs(visit, title, below: (words("policy.title"), home)))
                \(form.summary(words))
                \(pageHead(title))
                \(when(
                    starts && policy.lacking > 0,
                    banner(.warn, icon: "warning", "<p>\(words("policy.advice"))</p>")))
                \(card(
                    words("policy.effects"),
                    """
                    <ul class="gap-below">\(effects.map { "<li>\($0)</li>" as HTML })</ul>
                    <div class="row">\(send)<a class="btn" href="\(home)">\(words("form.cancel"))</a></div>
                    """))
                """)
    }

    /// Those without a second factor (USR-16).
    func membersLacking(_ organization: OrganizationID) -> Link {
        Link("/organizations/\(organization)/members").query([("lacking", "yes")])
    }

    func settingsCrumbs<R: Right>(
        _ visit: OrganizationVisit<R>, _ title: String, below: (title: String, link: Link)? = nil
    ) -> HTML {
        let settings: (title: String, link: Link?) = (
            visit.words("organizations.settings"), "/organizations/\(visit.organization.id)/settings"
        )
        let between: [(title: String, link: Link?)] = below.map { [($0.title, $0.link)] } ?? []
        return crumbs(visit.words, [settings] + between + [(title, nil)])
    }
}
