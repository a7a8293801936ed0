import Access
import Kernel
import Web

/// The members as a table: the name opens, the checkbox selects, filters stay visible (USR-15, USR-16, interface.md "Tables").
struct MemberList {
    let visit: OrganizationVisit<ManageMembers>
    let filter: MemberFilter
    let list: Listing<Member>
    let teams: [Team]
    /// Of the whole organisation, for what can be refused beforehand.
    let all: MembershipRules.Others
    let openRequests: Int

    private var words: Words { visit.words }
    private var home: Link { "/organizations/\(visit.organization.id)/members" }

    private func link(_ change: (inout MemberFilter) -> Void, page: Int = 1) -> Link {
        var filter = filter
        change(&filter)
        return home.query(filter.items + [("page", page > 1 ? String(page) : "")])
    }

    var page: Page {
        let organization = visit.organization.id
        return Page(
            title: words("members.title"), current: "members",
            body: """
                \(pageHead(
                    words("members.title"), words("members.lead"),
                    action: linkButton(
                        words("members.invite"), "/organizations/\(organization)/invitations/new", icon: "plus",
                        isPrimary: true)))
                <p class="row gap-below">\
                <a class="btn" href="\(Link("/organizations/\(organization)/invitations"))">\(icon("mail"))\(words("members.invitations"))</a>\
                <a class="btn" href="\(Link("/organizations/\(organization)/access-requests"))">\(icon("key"))\
                \(words.count("members.requests", openRequests))</a>\
                <a class="btn" href="\(Link("/organizations/\(organization)/partners"))">\(icon("building"))\(words("partners.title"))</a>\
                <a class="btn" href="\(Link("\(path: home.text).csv").query(filter.items))">\(icon("download"))\(words("members.csv"))</a></p>
                \(panel(
                    isFlush: true,
                    """
                    \(filters)
                    \(list.items.isEmpty ? emptyState(icon: "people", words("members.none_found"), action: linkButton(words("members.filter.clear"), home)) : table)
                    """))
                \(pager(list, words) { page in link({ _ in }, page: page) })
                """)
    }

    private var filters: HTML {
        let roles = Role.allCases.map { role -> HTML in
            "<option value=\"\(role.rawValue)\"\(when(role == filter.role, " selected"))>\(words("role.\(role.rawValue)"))</option>"
        }
        let teamOptions = teams.map { team -> HTML in
            "<option value=\"\(team.id)\"\(when(team.id == filter.team, " selected"))>\(team.name)</option>"
        }
        let team = teams.first { $0.id == filter.team }
        return """
            <form class="filters" method="get" action="\(home)" role="search" aria-label="\(words("members.filter"))">
            <label class="vh" for="search">\(words("members.filter.search"))</label>
            <input class="input grow" id="search" name="search" type="search" maxlength="\(MemberFilter.searchLengthMax)" \
            value="\(filter.search)" placeholder="\(words("members.filter.search"))">
            <label class="vh" for="role">\(words("members.role"))</label>
            <select class="input" id="role" name="role"><option value="">\(words("members.filter.any_role"))</option>\(roles)</select>
            \(when(
                !teams.isEmpty,
                """
                <label class="vh" for="team">\(words("members.team"))</label>
                <select class="input" id="team" name="team"><option value="">\(words("members.filter.any_team"))</option>\
                \(teamOptions)</select>
                """))
            <label class="check"><input type="checkbox" id="lacking" name="lacking" value="yes"\
            \(when(filter.lacksSecondFactor, " checked"))><span>\(words("members.filter.lacking"))</span></label>
            \(when(filter.order != .name, "<input type=\"hidden\" name=\"order\" value=\"\(filter.order.rawValue)\">"))
            <button class="btn">\(words("members.filter"))</button>
            \(when(!filter.search.isEmpty, chip("“\(filter.search)”", link { $0.search = "" })))
            \(when(filter.role != nil, chip(words("role.\(filter.role?.rawValue ?? "external")"), link { $0.role = nil })))
            \(when(team != nil, chip(team?.name ?? "", link { $0.team = nil })))
            \(when(filter.lacksSecondFactor, chip(words("members.lacking"), link { $0.lacksSecondFactor = false })))
            </form>
            """
    }

    private func chip(_ title: String, _ link: Link) -> HTML {
        """
        <a class="chip" href="\(link)">\(title) <span aria-hidden="true">×</span><span class="vh">: \
        \(words("members.filter.remove"))</span></a>
        """
    }

    private func column(_ title: String, _ order: MemberFilter.Order) -> HTML {
        let isCurrent = filter.order == order
        let sort: HTML = order == .joined ? " aria-sort=\"descending\"" : " aria-sort=\"ascending\""
        let arrow: HTML =
            order == .joined ? "<span aria-hidden=\"true\">↓</span>" : "<span aria-hidden=\"true\">↑</span>"
        return """
            <th scope="col"\(when(isCurrent, sort))><a href="\(link { $0.order = order })">\(title) \(when(isCurrent, arrow))</a></th>
            """
    }

    private var table: HTML {
        """
        <table class="table"><caption>\(words.count("members.count", list.total))</caption>
        <thead><tr><th class="pick"><span class="vh">\(words("members.select"))</span></th>\
        \(column(words("members.name"), .name))\(column(words("members.role"), .role))\
        <th scope="col">\(words("members.sign_in"))</th><th scope="col" class="num">\(words("members.teams"))</th>\
        \(column(words("members.joined"), .joined))\
        <th scope="col"><span class="vh">\(words("members.actions"))</span></th></tr></thead>
        <tbody>\(list.items.map(row))</tbody></table>
        \(batch)
        """
    }

    private func row(_ member: Member) -> HTML {
        let marks: HTML =
            member.hasSecondFactor && !member.isBlocked
            ? tag(.ok, words("members.second_factor")) : member.marks(words)
        return """
            <tr><td class="pick"><input type="checkbox" form="selection" name="member" value="\(member.id)" \
            aria-label="\(words("members.select.person", ["name": member.name]))"></td>
            <th scope="row"><span class="row">\(member.badge)<span><a href="\(member.link())">\(member.name)</a>\
            <small>\(member.login.description)</small></span></span></th>
            <td data-label="\(words("members.role"))"><span>\(member.roleTag(words))\
            \(when(member.membership.hasBillingRight, " \(tag(.off, words("members.billing")))"))</span></td>
            <td data-label="\(words("members.sign_in"))"><span>\(marks)</span></td>
            <td class="num" data-label="\(words("members.teams"))">\(member.teamCount)</td>
            <td class="date" data-label="\(words("members.joined"))">\
            \(words.day(visit.organization.zone.day(of: member.joinedAt)))</td>
            <td class="act">\(menu(member))</td></tr>
            """
    }

    private func menu(_ member: Member) -> HTML {
        let problem = member.removal(by: visit.standing, all: all)
        let id = "m\(member.id)"
        let remove: HTML =
            problem.map { problem in
                """
                <li><button type="button" data-state="locked" aria-disabled="true" aria-describedby="\(id)-reason">\
                \(icon("lock"))<span>\(words("members.remove"))<small id="\(id)-reason">\(words(problem.word))</small></span></button></li>
                """
            } ?? "<li><a href=\"\(member.link("remove"))\">\(icon("trash"))\(words("members.remove"))</a></li>"
        return """
            <button class="btn quiet" type="button" popovertarget="\(id)">\(icon("more"))\
            <span class="vh">\(words("members.actions.of", ["name": member.name]))</span></button>
            <div class="menu-panel" id="\(id)" popover data-side="end"><ul role="list">
            <li><a href="\(member.link("change"))">\(icon("pencil"))\(words("form.change"))</a></li>
            \(remove)</ul>
            <form method="post" action="\(member.link("security-alert"))">\(visit.visit.formFields)\
            <button>\(icon("shield"))\(words("members.alert"))</button></form></div>
            """
    }

    /// What can be done with those that are ticked, or with all that match.
    private var batch: HTML {
        let hidden = filter.items.filter { !$0.value.isEmpty }.map { item -> HTML in
            "<input type=\"hidden\" name=\"\(item.name)\" value=\"\(item.value)\">"
        }
        let most = min(list.total, Selection.sizeMax)
        return """
            <form class="batch row" id="selection" method="get" action="\(Link("\(path: home.text)/selection"))" \
            data-picked="\(words("batch.selected"))">\(hidden)
            \(when(
                list.total > list.items.count,
                """
                <label class="check"><input type="checkbox" id="all" name="all" value="yes">\
                <span>\(words("members.select.all", ["count": String(most)]))</span></label>
                """))
            <button class="btn" name="act" value="alert">\(icon("shield"))\(words("members.alert.selected"))</button>
            <button class="btn danger" name="act" value="remove">\(icon("trash"))\(words("members.remove.selected"))</button>
            </form>
            """
    }
}
