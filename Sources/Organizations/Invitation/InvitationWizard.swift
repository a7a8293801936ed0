import Access
import Kernel
import Web

/// The three steps of inviting, at one address.
struct InvitationWizard {
    let visit: OrganizationVisit<ManageMembers>
    let form: Form
    let draft: InvitationDraft
    let options: InvitationOptions
    let step: InvitationDraft.Step

    var words: Words { visit.words }
    var home: Link { "/organizations/\(visit.organization.id)/invitations" }
    private var action: Link { "/organizations/\(visit.organization.id)/invitations/new" }

    var page: Page {
        let title = words("invitations.new")
        return Page(
            title: title, current: "members",
            body: """
                \(crumbs(
                    words,
                    [
                        (words("invitations.members"), "/organizations/\(visit.organization.id)/members"),
                        (words("invitations.title"), home), (title, nil),
                    ]))
                \(form.summary(words))
                \(pageHead(title, words("invitations.new.lead", ["organization": visit.organization.name])))
                <ol class="steps" role="list">\(steps)</ol>
                \(panel(step == .review ? review : asking))
                """)
    }

    private var steps: [HTML] {
        InvitationDraft.Step.allCases.map { each in
            let title = words("invitations.step.\(each.rawValue)")
            if each == step { return "<li aria-current=\"step\">\(title)</li>" }
            return "<li\(when(each.rawValue < step.rawValue, " data-state=\"done\""))>\(title)</li>"
        }
    }

    /// The way on comes first, so that the Enter key takes it.
    private var asking: HTML {
        """
        <form class="stack measure" method="post" action="\(action)">\(visit.visit.formFields)\(kept)
        \(step == .people ? people : access)
        <div class="row"><button class="btn primary" name="to" value="\(step.rawValue + 1)">\
        \(words("invitations.continue"))</button>\
        \(step == .people
            ? linkButton(words("form.cancel"), home)
            : "<button class=\"btn\" name=\"to\" value=\"1\" formnovalidate>\(words("invitations.back"))</button>")</div>
        </form>
        """
    }

    private var review: HTML {
        """
        <form class="stack measure" method="post" action="\(home)">\(visit.visit.formFields)\(kept)
        \(InvitationReview(visit: visit, draft: draft, options: options).html)
        <div class="row">\(button(words.count("invitations.send", draft.list.addresses.count), icon: "mail"))\
        <button class="btn" formaction="\(action)" name="to" value="2">\(words("invitations.back"))</button>\
        <button class="btn" formaction="\(action)" name="to" value="1">\(words("invitations.back.people"))</button></div>
        </form>
        """
    }

    /// Everything that this step does not ask.
    private var kept: HTML {
        var fields: [(String, String)] = [("step", String(step.rawValue)), ("client_key", draft.key)]
        if step != .people {
            fields.append(("emails", draft.emails))
            fields.append(("role", draft.role?.rawValue ?? ""))
            if draft.hasBillingRight { fields.append(("billing", "yes")) }
        }
        if step != .access || !draft.choosesProducts { fields.append(("products", draft.products.idText)) }
        if step != .access {
            fields.append(("teams", draft.teams.idText))
            fields += draft.contacts.names.map { ("contact", $0) }
        }
        return "\(fields.map { "<input type=\"hidden\" name=\"\($0.0)\" value=\"\($0.1)\">" as HTML })"
    }

    // MARK: Whom, as what

    private var people: HTML {
        let problems = form.problems.filter { $0.field == "emails" }
        let errors = problems.map { problem -> HTML in
            "<p class=\"error\">\(icon("warning"))\(words(problem.word, problem.arguments))</p>"
        }
        return """
            <div class="field">
            <label for="emails">\(words("invitations.emails"))</label>
            <p class="hint" id="emails-hint">\(words("invitations.emails.hint", ["max": String(Invitation.batchMax)]))</p>
            <textarea class="input" id="emails" name="emails" rows="5" required autocomplete="off" spellcheck="false"\
            \(when(!problems.isEmpty, " aria-invalid=\"true\"")) \
            aria-describedby="emails-hint\(problems.isEmpty ? "" : " emails-error")">\(draft.emails)</textarea>
            \(when(!problems.isEmpty, "<div id=\"emails-error\">\(errors)</div>"))
            </div>
            \(form.choices("role", legend: words("invitations.role"), options: roles, words))
            \(notMine)
            \(tick("billing", "yes", words("invitations.billing"), hint: words("invitations.billing.hint"), draft.hasBillingRight))
            """
    }

    private var mine: [Role] { MembershipRules.roles(givenBy: visit.standing) }

    private var roles: [(value: String, title: String, detail: String?)] {
        mine.map { ($0.rawValue, words("role.\($0.rawValue)"), words("invitations.role.\($0.rawValue)")) }
    }

    /// Roles that one may not give are there, greyed, with the reason (PERM-4, USR-5).
    private var notMine: [HTML] {
        Role.allCases.filter { !mine.contains($0) }.map { role in
            lockedAction(
                words("role.\(role.rawValue)"), reason: words("invitations.role.locked"), id: "role-\(role.rawValue)")
        }
    }

    // MARK: What they reach and receive

    private var access: HTML {
        """
        \(when(draft.choosesProducts, products))
        \(when(!draft.choosesProducts, "<p>\(words("invitations.products.all"))</p>"))
        \(teams)
        <fieldset class="stack"><legend>\(words("invitations.contacts"))</legend>
        <p class="hint">\(words("invitations.contacts.hint"))</p>
        \(ContactKinds.named.map {
            tick("contact", $0.name, words("invitations.contact.\($0.name)"), draft.contacts.contains($0.kind))
        })
        </fieldset>
        """
    }

    private var products: HTML {
        if options.products.isEmpty { return "<p>\(words("invitations.products.empty"))</p>" }
        var groups: [(type: String, entries: [ProductDirectory.Entry])] = []
        for entry in options.products {
            let type = entry.type(words)
            if let index = groups.firstIndex(where: { $0.type == type }) {
                groups[index].entries.append(entry)
            } else {
                groups.append((type, [entry]))
            }
        }
        // Whoever chose all is shown one tick, not a thousand, which would not fit into a form.
        let isEvery = options.products.count > 1 && draft.products.isSuperset(of: options.products.map(\.id))
        let all = tick(
            "all_products", "yes", words.count("invitations.products.every", options.products.count), isEvery)
        return """
            <fieldset class="stack" id="product"><legend>\(words("invitations.products"))</legend>
            <p class="hint">\(words("invitations.products.hint"))</p>
            \(error("product"))
            \(when(options.products.count > 1, all))
            \(groups.map { group in
                """
                <fieldset><legend>\(group.type)</legend>
                \(group.entries.map {
                    tick("product", $0.id.description, $0.name, !isEvery && draft.products.contains($0.id))
                })
                </fieldset>
                """ as HTML
            })
            </fieldset>
            """
    }

    private var teams: HTML {
        if options.teams.isEmpty { return error("team") }
        return """
            <fieldset class="stack" id="team"><legend>\(words("invitations.teams"))</legend>
            <p class="hint">\(words("invitations.teams.hint"))</p>
            \(error("team"))
            \(options.teams.map { tick("team", $0.id.description, $0.name, draft.teams.contains($0.id)) })
            </fieldset>
            """
    }

    private func error(_ field: String) -> HTML {
        guard let problem = form.problem(of: field) else { return .empty }
        return "<p class=\"error\">\(icon("warning"))\(words(problem.word, problem.arguments))</p>"
    }

    private func tick(
        _ name: String, _ value: String, _ label: String, hint: String? = nil, _ isChecked: Bool
    ) -> HTML {
        """
        <label class="check"><input type="checkbox" name="\(name)" value="\(value)"\(when(isChecked, " checked"))>\
        <span>\(label)\(hint.map { "<small>\($0)</small>" as HTML })</span></label>
        """
    }
}
