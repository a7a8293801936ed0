import Access
import Kernel
import Storage
import Web

extension Organizations {
    /// Open before the wall of the second factor: whoever refuses one may leave (POL-4).
    func openLeaving(_ doors: Doors) {
        doors.organization(SeeOrganization.self, isBeforeWall: true).form("leave", page: leavePage) { visit, form in
            let revision = Int(form.typed("revision")) ?? 0
            try await database.write { connection in
                try Organization.leave(
                    visit.organization.id, visit.person.id, revision: revision, conditions: endings.leaving,
                    actor: visit.actor, at: visit.now, in: connection)
            }
            return .redirect("/", notice: "organizations.left")
        }
    }

    private func leavePage(_ visit: OrganizationVisit<SeeOrganization>, _ form: Form) async throws -> Page {
        let words = visit.words
        let name = visit.organization.name
        let leaving = try await database.read { connection in
            try Leaving.find(
                visit.person.id, in: visit.organization.id, conditions: endings.leaving, connection)
        }
        guard let leaving else { throw Problem.notFound }
        return Page(
            title: words("organizations.leave"), current: "settings",
            body: """
                \(crumbs(words, [(words("organizations.mine"), "/profile/organizations"), (words("organizations.leave"), nil)]))
                \(leaving.hindrances.isEmpty ? form.summary(words) : .empty)
                \(pageHead(
                    words("organizations.leave.title", ["organization": name]), words("organizations.leave.lead")))
                \(leaving.hindrances.isEmpty ? question(visit, leaving, form) : refusal(leaving, words))
                """)
    }

    private func question(
        _ visit: OrganizationVisit<SeeOrganization>, _ leaving: Leaving, _ form: Form
    ) -> HTML {
        let words = visit.words
        var form = form
        form.refresh("revision", String(leaving.member.revision))
        var effects = [
            words("organizations.leave.effect.role", ["role": words("role.\(leaving.member.role.rawValue)")])
        ]
        if let products = leaving.products {
            effects.append(words.count("organizations.leave.effect.products", products))
        } else {
            effects.append(words("organizations.leave.effect.all_products"))
        }
        if leaving.teams > 0 { effects.append(words.count("organizations.leave.effect.teams", leaving.teams)) }
        if leaving.teamsLed > 0 { effects.append(words.count("organizations.leave.effect.leads", leaving.teamsLed)) }
        if !leaving.handedOver.isEmpty { effects.append(words("organizations.leave.effect.messages")) }
        if leaving.invitations > 0 {
            effects.append(words.count("organizations.leave.effect.invitations", leaving.invitations))
        }
        effects.append(words("organizations.leave.effect.account"))
        return Destructive(
            title: words("organizations.leave.button", ["organization": visit.organization.name]),
            action: "/organizations/\(visit.organization.id)/leave", effects: effects.map { Destructive.Effect($0) },
            back: "/profile/organizations"
        ).show(form, visit.visit, fields: form.hidden("revision"))
    }

    /// Each condition that fails, and what to do about it (ORG-9).
    private func refusal(_ leaving: Leaving, _ words: Words) -> HTML {
        let banners = leaving.hindrances.map { hindrance in
            banner(
                .warn, icon: "lock", "<strong>\(words(hindrance.word, hindrance.arguments))</strong>",
                action: "<span class=\"row\">\(hindrance.remedies.map { linkButton(words($0.word), $0.link) })</span>")
        }
        return "\(banners)\(linkButton(words("organizations.leave.back"), "/profile/organizations"))"
    }
}
