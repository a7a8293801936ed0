import Access
import Kernel
import Web

/// One request: who asks for what and why, what granting it would change, and the two buttons.
struct RequestReview: Sendable {
    let request: AccessRequest
    let right: any Right.Type
    let product: String?
    /// Nil where the person has gone.
    let member: Member?
    let remedy: Remedy?
    let choices: MembershipChoices
    let decider: String?

    private func link(_ rest: String) -> Link {
        "/organizations/\(request.organization)/access-requests/\(request.id)/\(path: rest)"
    }

    func page(_ visit: OrganizationVisit<ManageMembers>, _ form: Form) -> Page {
        let words = visit.words
        let title = words("requests.of", ["name": request.personName])
        let home: Link = "/organizations/\(visit.organization.id)/access-requests"
        let person: HTML = member.map { "<a href=\"\($0.link())\">\($0.name)</a>" } ?? HTML(request.personName)
        var facts: [(name: String, value: HTML, action: HTML)] = [
            (words("members.name"), person, .empty),
            (words("requests.right"), HTML(words.right(right.name)), .empty),
        ]
        if let product { facts.append((words("requests.product"), HTML(product), .empty)) }
        facts.append((words("requests.note"), HTML(request.note.isEmpty ? "–" : request.note), .empty))
        facts.append((words("requests.asked"), HTML(words.moment(request.askedAt, in: visit.zone)), .empty))
        return Page(
            title: title, current: "members",
            body: """
                \(crumbs(words, [
                    (words("members.title"), "/organizations/\(visit.organization.id)/members"),
                    (words("requests.title"), home), (title, nil),
                ]))
                \(form.summary(words))
                \(pageHead(title))
                <div class="stack">
                \(card(words("requests.request"), summary(facts)))
                \(request.state == .pending ? decision(visit, form) : decided(visit))
                </div>
                """)
    }

    private func decided(_ visit: OrganizationVisit<ManageMembers>) -> HTML {
        let words = visit.words
        let moment = request.decidedAt.map { words.moment($0, in: visit.zone) } ?? "–"
        let sentence = words(
            "requests.state.\(request.state.rawValue)",
            ["name": decider ?? words("requests.nobody"), "moment": moment])
        return banner(
            request.state == .granted ? .ok : .off, icon: "info",
            "<p>\(sentence)</p>\(when(!request.answer.isEmpty, "<p>\(request.answer)</p>"))")
    }

    /// What granting would change, and the way to do it.
    private func decision(_ visit: OrganizationVisit<ManageMembers>, _ form: Form) -> HTML {
        let words = visit.words
        let answer = Field(
            "answer", label: words("requests.answer"), hint: words("requests.answer.hint"),
            max: AccessRequest.noteLengthMax, isRequired: false)
        return """
            \(card(words("requests.grant"), grant(visit, form)))
            \(card(
                words("requests.refuse"),
                """
                <form class="stack measure" method="post" action="\(link("refuse"))">\(visit.visit.formFields)
                \(form.field(answer, words))
                <div><button class="btn danger">\(words("requests.refuse"))</button></div></form>
                """))
            """
    }

    private func grant(_ visit: OrganizationVisit<ManageMembers>, _ form: Form) -> HTML {
        let words = visit.words
        guard let member, let remedy else { return "<p>\(words("requests.gone"))</p>" }
        let sentence: String
        var fields = HTML.empty
        switch remedy {
        case .nothing: sentence = words("requests.effect.nothing", ["name": member.name])
        case .accounting: sentence = words("requests.effect.accounting", ["name": member.name])
        case .product(.some):
            sentence = words("requests.effect.product", ["name": member.name, "product": product ?? ""])
        case .product(nil):
            sentence = words("requests.effect.products", ["name": member.name])
            fields = choices.productBoxes(form, words)
        case .role(let role):
            let title = words("role.\(role.rawValue)")
            if !MembershipRules.roles(givenBy: visit.standing).contains(role) {
                return lockedAction(
                    words("requests.change_role", ["role": title]),
                    reason: words("rights.grantable.legal_representative"), id: "grant")
            }
            return """
                <p>\(words("requests.effect.role", ["name": member.name, "role": title]))</p>
                <p class="gap-above">\(linkButton(
                    words("requests.change_role", ["role": title]),
                    member.link("change").query([("role", role.rawValue)]), icon: "pencil", isPrimary: true))</p>
                """
        }
        return """
            <form class="stack" method="post" action="\(link("grant"))">\(visit.visit.formFields)
            <p>\(sentence)</p>\(fields)
            <div>\(button(words("requests.grant"), icon: "check"))</div></form>
            """
    }
}
