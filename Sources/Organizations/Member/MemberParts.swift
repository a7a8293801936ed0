import Access
import Kernel
import Web

/// How members are written on several pages.
extension Member {
    func link(_ rest: String = "") -> Link {
        Link("/organizations/\(organization)/members/\(id)\(path: rest.isEmpty ? "" : "/\(rest)")")
    }

    /// The picture, or the initials; always beside the name.
    var badge: HTML {
        guard let version = pictureVersion else {
            return """
                <span class="badge round" aria-hidden="true">\(SignedIn.initials(of: [firstName, lastName]))</span>
                """
        }
        return """
            <img class="avatar" src="\(link("picture/\(version)"))" alt="" width="32" height="32" loading="lazy">
            """
    }

    /// Red, with words, for who has no second step (USR-15); blocked, where that is so (BLK-7).
    func marks(_ words: Words) -> HTML {
        """
        \(when(!hasSecondFactor, "\(tag(.danger, words("members.lacking"))) "))\
        \(when(isBlocked, tag(.danger, words("members.blocked"))))
        """
    }

    func roleTag(_ words: Words) -> HTML {
        tag(role == .legalRepresentative ? .info : role == .administrator ? .ok : .off, words("role.\(role.rawValue)"))
    }

    /// Why the visitor cannot remove them; nil where they can.
    func removal(by standing: Standing, all: MembershipRules.Others) -> Problem? {
        MembershipRules.removing(id, role, by: standing, others: all.without(self))
    }
}

extension Membership {
    func contactText(_ words: Words) -> String {
        contacts.names.isEmpty
            ? words("members.contacts.none")
            : contacts.names.map { words("members.contacts.\($0)") }.joined(separator: ", ")
    }
}

extension Reason {
    func sentence(_ role: Role, _ words: Words) -> String {
        switch self {
        case .member: words("rights.why.member")
        case .role: words("rights.why.role", ["role": words("role.\(role.rawValue)")])
        case .accounting: words("rights.why.accounting")
        case .products(let count): words.count("rights.why.products", count)
        case .partnership: words("rights.why.partnership")
        }
    }
}

extension Reach {
    /// Every right: yes and why, or no and who can grant it.
    /// - Parameter asking: where the reader can ask for what is missing; nil on the page of somebody else.
    func rights(asking organization: OrganizationID?, _ words: Words) -> HTML {
        summary(
            Rights.all.map { right in
                let title = words.right(right.name)
                if let reason = Reason.of(right, standing) {
                    return (
                        title,
                        "\(tag(.ok, words("rights.yes"))) <small>\(reason.sentence(standing.role, words))</small>",
                        .empty
                    )
                }
                let ask: HTML =
                    organization.map { organization -> HTML in
                        """
                        <a href="\(Link.askForRight(right.name, in: organization))">\(words("access.ask"))\
                        <span class="vh">: \(title)</span></a>
                        """
                    } ?? .empty
                return (
                    title,
                    """
                    \(tag(.off, words("rights.no"))) <small>\(words("rights.grantable.\(standing.isMember ? right.grantedBy.rawValue : "partner")"))</small>
                    """, ask
                )
            })
    }

    /// The products with what each came by.
    func productList(_ words: Words) -> HTML {
        if standing.products == .all {
            return
                "<p>\(words.count("members.products.all", products.count, ["role": words("role.\(standing.role.rawValue)")]))</p>"
        }
        if products.isEmpty { return "<p>\(words("members.products.none"))</p>" }
        let rows = products.prefix(Reach.shownMax).map { entry -> HTML in
            let reasons = (sources[entry.id] ?? []).map { source -> String in
                switch source {
                case .given: words("members.products.given")
                case .team(_, let name): words("members.products.team", ["team": name])
                }
            }
            return """
                <div><dt>\(entry.name) <small>\(entry.type(words))</small></dt>\
                <dd>\(reasons.joined(separator: "; "))</dd></div>
                """
        }
        return """
            <dl class="summary">\(rows)</dl>
            \(when(
                products.count > Reach.shownMax,
                "<p>\(words("members.more", ["count": String(products.count - Reach.shownMax)]))</p>"))
            """
    }

    func teamList(_ words: Words) -> HTML {
        if teams.isEmpty { return "<p>\(words("members.teams.none"))</p>" }
        let rows = teams.map { team -> HTML in
            """
            <li><a href="\(Link("/organizations/\(team.organization)/teams/\(team.id)"))">\(team.name)</a>\
            \(when(team.leader == standing.person, " \(tag(.info, words("members.leader")))"))</li>
            """
        }
        return "<ul class=\"stack\" role=\"list\">\(rows)</ul>"
    }
}
