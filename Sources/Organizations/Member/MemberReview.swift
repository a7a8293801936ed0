import Access
import Kernel
import Web

/// The difference that a change makes, before it is saved: before and after, and what is gained and lost by it.
struct MemberReview: Sendable {
    let member: Member
    let choices: MembershipChoices
    let difference: MembershipDifference

    /// More names than a sentence holds.
    private static let namesMax = 20

    func page(_ visit: OrganizationVisit<ManageMembers>) -> Page {
        let words = visit.words
        let title = words("members.review.title", ["name": member.name])
        let save = "<button class=\"btn primary\" name=\"step\" value=\"save\">\(words("form.save"))</button>" as HTML
        let givesUp = member.id == visit.person.id && !difference.rightsLost.isEmpty
        return Page(
            title: title, current: "members",
            body: """
                \(crumbs(words, [
                    (words("members.title"), "/organizations/\(visit.organization.id)/members"),
                    (member.name, member.link()), (words("members.review"), nil),
                ]))
                \(pageHead(title, words(difference.isNothing ? "members.review.nothing" : "members.review.lead")))
                \(when(givesUp, banner(.warn, icon: "warning", "<p>\(words("members.review.yourself"))</p>")))
                \(when(!difference.isNothing, card(words("members.review.before_after"), summary(changes(words)))))
                \(when(!effects(words).isEmpty, card(words("members.review.effects"), summary(effects(words)))))
                <form class="gap-above" method="post" action="\(member.link("change"))">\(visit.visit.formFields)\
                \(MembershipForm.hidden(difference.new, revision: String(member.revision)))
                <div class="row">\(when(!difference.isNothing, save))\
                <button class="btn" name="step" value="edit">\(words("members.review.back"))</button>\
                <a class="btn" href="\(member.link())">\(words("form.cancel"))</a></div></form>
                """)
    }

    private typealias Line = (name: String, value: HTML, action: HTML)

    /// What is written, before and after.
    private func changes(_ words: Words) -> [Line] {
        let (old, new) = (difference.old, difference.new)
        var lines: [Line] = []
        func note(_ name: String, _ before: String, _ after: String) {
            guard before != after else { return }
            lines.append(
                (
                    name, "<span class=\"muted\">\(before)</span> → <strong>\(after)</strong>",
                    .empty
                ))
        }
        note(words("members.role"), words("role.\(old.role.rawValue)"), words("role.\(new.role.rawValue)"))
        note(
            words("members.billing"), words(old.hasBillingRight ? "rights.yes" : "rights.no"),
            words(new.hasBillingRight ? "rights.yes" : "rights.no"))
        note(words("members.contacts"), old.contactText(words), new.contactText(words))
        if old.teams != new.teams {
            lines.append(
                (
                    words("members.teams"),
                    sets(teams(new.teams.subtracting(old.teams)), teams(old.teams.subtracting(new.teams))), .empty
                ))
        }
        if old.products != new.products {
            let (given, taken) = (new.products.subtracting(old.products), old.products.subtracting(new.products))
            lines.append((words("members.products.own"), sets(names(given, words), names(taken, words)), .empty))
        }
        return lines
    }

    private func sets(_ added: [String], _ removed: [String]) -> HTML {
        "\(added.map { "<div>+ \($0)</div>" as HTML })\(removed.map { "<div class=\"muted\">− \($0)</div>" as HTML })"
    }

    private func teams(_ ids: Set<TeamID>) -> [String] { choices.teams.filter { ids.contains($0.id) }.map(\.name) }

    private func names(_ ids: Set<ProductID>, _ words: Words) -> [String] {
        let named = choices.products.filter { ids.contains($0.id) }.map { "\($0.name) (\($0.type(words)))" }
        if named.count <= MemberReview.namesMax { return named }
        return named.prefix(MemberReview.namesMax)
            + [words("members.more", ["count": String(named.count - MemberReview.namesMax)])]
    }

    /// What comes of it, through role and teams too.
    private func effects(_ words: Words) -> [Line] {
        var lines: [Line] = []
        func note(_ word: String, _ items: [String]) {
            if items.isEmpty { return }
            lines.append((words(word), HTML.joined(items.map { "<div>\($0)</div>" as HTML }), .empty))
        }
        note("members.review.rights_gained", difference.rightsGained.map { words.right($0.name) })
        note("members.review.rights_lost", difference.rightsLost.map { words.right($0.name) })
        note("members.review.products_gained", reached(difference.productsGained, words))
        note("members.review.products_lost", reached(difference.productsLost, words))
        return lines
    }

    private func reached(_ reached: MembershipDifference.Reached, _ words: Words) -> [String] {
        switch reached {
        case .none: []
        case .some(let ids): names(ids, words)
        case .allBut(let ids):
            [words.count("members.products.count", choices.products.count { !ids.contains($0.id) })]
        }
    }
}
