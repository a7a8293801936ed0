import Access
import Kernel
import Storage
import Web

/// A membership as a form carries it: ticked one by one on the first page, in a line each on the review.
enum MembershipForm {
    /// A note of a hundred characters a box would not fit; this is what 400 products, 500 teams and a line each need.
    static let bodyLimit = 128 * 1024

    static func filled(with membership: Membership, revision: Int) -> Form {
        var values: [String: [String]] = [:]
        values["role"] = [membership.role.rawValue]
        if membership.hasBillingRight { values["billing"] = ["yes"] }
        values["contacts"] = [membership.contacts.names.joined(separator: ",")]
        values["products"] = [membership.products.idText]
        values["teams"] = [membership.teams.idText]
        values["revision"] = [String(revision)]
        return Form(values: values)
    }

    static func parts(_ form: Form, _ name: String) -> Set<String> {
        Set(form.list(name).flatMap { $0.split(separator: ",").map(String.init) })
    }

    /// - Returns: nil where no role was chosen; then the form has the problem.
    static func read(_ form: inout Form) -> Membership? {
        guard let role = Role(rawValue: form.typed("role")) else {
            form.add(.field("role", "members.role.choose", code: "validation_rule_required"))
            return nil
        }
        let names = parts(form, "contacts")
        let contacts = ContactKinds.named.filter { names.contains($0.name) }.map(\.kind)
        return Membership(
            role: role, hasBillingRight: form.isChecked("billing"), contacts: ContactKinds(contacts),
            products: Set(ids: parts(form, "products").joined(separator: ",")),
            teams: Set(ids: parts(form, "teams").joined(separator: ",")))
    }

    /// Everything chosen, in hidden fields.
    static func hidden(_ membership: Membership, revision: String) -> HTML {
        let fields: [(name: String, value: String)] = [
            ("role", membership.role.rawValue), ("billing", membership.hasBillingRight ? "yes" : "no"),
            ("contacts", membership.contacts.names.joined(separator: ",")), ("products", membership.products.idText),
            ("teams", membership.teams.idText), ("revision", revision),
        ]
        return HTML.joined(
            fields.map { "<input type=\"hidden\" name=\"\($0.name)\" value=\"\($0.value)\">" as HTML })
    }
}

extension HTML {
    static func joined(_ parts: [HTML]) -> HTML { "\(parts)" }
}

/// What the page of a change chooses from.
struct MembershipChoices: Sendable {
    let products: [ProductDirectory.Entry]
    let teams: [Team]

    static func of(
        _ organization: OrganizationID, _ directory: ProductDirectory, _ connection: Connection
    ) throws -> MembershipChoices {
        MembershipChoices(
            products: try directory.list(organization, connection), teams: try Team.all(in: organization, connection))
    }

    /// The fields of a membership: role, accounting right, messages, teams, products.
    func fields(_ form: Form, givenBy giver: Standing, fixed: Role?, _ words: Words) -> HTML {
        """
        \(roles(form, giver, fixed, words))
        <fieldset class="stack"><legend>\(words("members.billing"))</legend>
        <label class="check"><input type="checkbox" id="billing" name="billing" value="yes"\
        \(when(form.isChecked("billing"), " checked"))><span>\(words("members.billing.label"))\
        <small>\(words("members.billing.hint"))</small></span></label></fieldset>
        <fieldset class="stack" id="contacts"><legend>\(words("members.contacts"))</legend>
        \(boxes("contacts", form, ContactKinds.named.map { ($0.name, words("members.contacts.\($0.name)"), nil) }))
        \(error("contacts", form, words))</fieldset>
        \(when(
            !teams.isEmpty,
            """
            <fieldset class="stack"><legend>\(words("members.teams"))</legend>
            \(boxes("teams", form, teams.map { ($0.id.description, $0.name, words.count("members.products.count", $0.products)) }))
            </fieldset>
            """))
        \(productBoxes(form, words))
        """
    }

    func productBoxes(_ form: Form, _ words: Words) -> HTML {
        """
        <fieldset class="stack" id="products"><legend>\(words("members.products.own"))</legend>
        <p class="hint">\(words("members.products.hint"))</p>
        \(when(products.isEmpty, "<p>\(words("members.products.nothing"))</p>"))
        \(boxes("products", form, products.map { ($0.id.description, $0.name, $0.type(words)) }))
        \(error("products", form, words))</fieldset>
        """
    }

    /// Roles that one may not give are there, greyed, with the reason (USR-5, PERM-4).
    private func roles(_ form: Form, _ giver: Standing, _ fixed: Role?, _ words: Words) -> HTML {
        if let fixed {
            return """
                <div class="field"><p><strong>\(words("members.role"))</strong></p>
                <input type="hidden" name="role" value="\(fixed.rawValue)">
                \(lockedAction(words("role.\(fixed.rawValue)"), reason: words("members.refused.outranked"), id: "role"))</div>
                """
        }
        let mine = MembershipRules.roles(givenBy: giver)
        let others = Role.allCases.filter { !mine.contains($0) }.map { role in
            lockedAction(
                words("role.\(role.rawValue)"), reason: words("rights.grantable.legal_representative"),
                id: "role-\(role.rawValue)")
        }
        return """
            \(form.choices(
                "role", legend: words("members.role"),
                options: mine.map { ($0.rawValue, words("role.\($0.rawValue)"), words("members.role.\($0.rawValue)")) }, words))
            \(others)
            """
    }

    private func boxes(_ name: String, _ form: Form, _ options: [(value: String, title: String, detail: String?)])
        -> HTML
    {
        let chosen = MembershipForm.parts(form, name)
        let rows = options.map { option -> HTML in
            """
            <li><label class="check"><input type="checkbox" name="\(name)" value="\(option.value)"\
            \(when(chosen.contains(option.value), " checked"))><span>\(option.title)\
            \(option.detail.map { "<small>\($0)</small>" as HTML })</span></label></li>
            """
        }
        return when(!rows.isEmpty, "<ul role=\"list\">\(rows)</ul>")
    }

    private func error(_ name: String, _ form: Form, _ words: Words) -> HTML {
        guard let problem = form.problem(of: name) else { return .empty }
        return "<p class=\"error\">\(icon("warning"))\(words(problem.word, problem.arguments))</p>"
    }
}
