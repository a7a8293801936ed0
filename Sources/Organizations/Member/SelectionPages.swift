import Access
import Kernel
import Storage
import Web

/// Several members at once: those that were ticked, or all that match a filter.
struct Selection: Sendable {
    enum Act: String, Sendable {
        case remove, alert

        /// What the button says, with a number.
        var button: String { self == .remove ? "members.selection.remove.do" : "members.selection.alert.do" }
        /// What the result says, with a number.
        var outcome: String { self == .remove ? "members.selection.remove.done" : "members.selection.alert.done" }
    }

    /// A batch is answered while somebody waits.
    static let sizeMax = 10_000
    /// As many as anybody reads through before confirming; the others are counted.
    static let shownMax = 500
    /// Their numbers, and room for the rest.
    static let bodyLimit = 256 * 1024
    /// Each in a transaction of so many: others must not wait for the whole batch.
    static let chunk = 25

    let act: Act
    let people: [PersonID]

    /// What the confirmation carries: exactly those that were shown.
    init(_ form: Form) throws(Problem) {
        guard let act = Act(rawValue: form.typed("act")) else { throw .notFound }
        self.act = act
        people = Set<PersonID>(ids: form.typed("people")).sorted().prefix(Selection.sizeMax).map { $0 }
    }

    /// From the list: ticked boxes, or the filter.
    init(_ visit: OrganizationVisit<ManageMembers>, _ connection: Connection) throws {
        guard let act = Act(rawValue: visit.visit.query("act")) else { throw Problem.notFound }
        self.act = act
        if visit.visit.query("all") == "yes" {
            people = try Member.matching(
                MemberFilter(visit.visit.query), limit: Selection.sizeMax, by: visit.permit, in: connection)
        } else {
            let ticked = visit.visit.request.query["member"] ?? []
            people = Set<PersonID>(ids: ticked.joined(separator: ",")).sorted().prefix(Selection.sizeMax).map { $0 }
        }
    }
}

extension Organizations {
    func openSelection(_ doors: Doors) {
        doors.organization(ManageMembers.self).confirmed.form(
            "members/selection", bodyLimit: Selection.bodyLimit, page: selectionPage
        ) { visit, form in
            let selection = try Selection(form)
            let members = try await database.read {
                try Member.among(selection.people, by: visit.permit, in: $0)
            }
            var skipped: [(name: String, problem: Problem)] = []
            var done = 0
            var failed: [PersonID] = []
            for start in stride(from: 0, to: members.count, by: Selection.chunk) {
                let portion = Array(members[start..<min(start + Selection.chunk, members.count)])
                let outcome: [(name: String, problem: Problem?)]
                do {
                    outcome = try await database.write { connection in
                        try portion.map { member in
                            (member.name, try refusal(of: member, selection.act, visit, connection))
                        }
                    }
                } catch is StorageError {
                    // The others go on; these are offered again.
                    failed += portion.map(\.id)
                    continue
                }
                done += outcome.count { $0.problem == nil }
                skipped += outcome.compactMap { line in line.problem.map { (line.name, $0) } }
            }
            let gone = selection.people.count - members.count
            return .page(resultPage(visit, selection.act, done: done, skipped: skipped, failed: failed, gone: gone))
        }
    }

    /// Does it to one of a batch. The rules refuse before anything is written, so that the others of the transaction go on.
    private func refusal(
        of member: Member, _ act: Selection.Act, _ visit: OrganizationVisit<ManageMembers>, _ connection: Connection
    ) throws -> Problem? {
        do {
            switch act {
            case .remove:
                try Member.remove(
                    member.id, permit: visit.permit, actor: visit.actor, at: visit.now,
                    in: connection)
            case .alert:
                try Member.alert(
                    member.id, permit: visit.permit, actor: visit.actor, at: visit.now, in: connection)
            }
            return nil
        } catch let problem as Problem {
            return problem
        }
    }

    private func selectionPage(_ visit: OrganizationVisit<ManageMembers>, _ form: Form) async throws -> Page {
        let words = visit.words
        let (selection, members, all) = try await database.read {
            connection -> (Selection, [Member], MembershipRules.Others) in
            let selection = form.isEmpty ? try Selection(visit, connection) : try Selection(form)
            return (
                selection, try Member.among(selection.people, by: visit.permit, in: connection),
                try Member.others(than: [], in: visit.organization.id, connection)
            )
        }
        let home: Link = "/organizations/\(visit.organization.id)/members"
        let rows = members.prefix(Selection.shownMax).map { member -> HTML in
            let problem = selection.act == .remove ? member.removal(by: visit.standing, all: all) : nil
            return """
                <tr><th scope="row">\(member.name)<small>\(member.login.description)</small></th>
                <td data-label="\(words("members.role"))">\(words("role.\(member.role.rawValue)"))</td>
                <td data-label="\(words("members.teams"))" class="num">\(member.teamCount)</td>
                <td data-label="\(words("members.selection.what"))">\
                \(problem.map { HTML(words("members.selection.skipped_because", ["reason": words($0.word)])) } ?? HTML(words("members.selection.\(selection.act.rawValue)")))</td></tr>
                """
        }
        let ids = Set(members.map(\.id)).idText
        let title = words("members.selection.\(selection.act.rawValue).title")
        let isRemoval = selection.act == .remove
        let hidden = members.count - rows.count
        let send: HTML = """
            <form class="row gap-above" method="post" action="\(Link("\(path: home.text)/selection"))">\(visit.visit.formFields)\
            <input type="hidden" name="act" value="\(selection.act.rawValue)"><input type="hidden" name="people" value="\(ids)">
            <button class="btn\(isRemoval ? " danger" : " primary")">\(words.count(selection.act.button, members.count))</button>\
            <a class="btn" href="\(home)">\(words("form.cancel"))</a></form>
            """
        return Page(
            title: title, current: "members",
            body: """
                \(crumbs(words, [(words("members.title"), home), (title, nil)]))
                \(form.summary(words))
                \(pageHead(title, words(isRemoval ? "members.selection.remove.lead" : "members.selection.alert.lead")))
                \(panel(
                    isFlush: true,
                    members.isEmpty
                        ? emptyState(icon: "people", words("members.selection.none"), action: linkButton(words("members.title"), home))
                        : """
                        <table class="table"><caption>\(words.count("members.count", members.count))</caption>
                        <thead><tr><th scope="col">\(words("members.name"))</th><th scope="col">\(words("members.role"))</th>\
                        <th scope="col" class="num">\(words("members.teams"))</th>\
                        <th scope="col">\(words("members.selection.what"))</th></tr></thead><tbody>\(rows)</tbody></table>
                        \(when(hidden > 0, "<p class=\"pager\">\(words.count("members.selection.more", hidden))</p>"))
                        """))
                \(when(!members.isEmpty, send))
                """)
    }

    private func resultPage(
        _ visit: OrganizationVisit<ManageMembers>, _ act: Selection.Act, done: Int,
        skipped: [(name: String, problem: Problem)], failed: [PersonID], gone: Int
    ) -> Page {
        let words = visit.words
        let retry: HTML = """
            <p>\(words.count("members.selection.failed.text", failed.count))</p>
            <form class="gap-above" method="post" \
            action="\(Link("/organizations/\(visit.organization.id)/members/selection"))">\(visit.visit.formFields)\
            <input type="hidden" name="act" value="\(act.rawValue)">\
            <input type="hidden" name="people" value="\(Set(failed).idText)">\
            <button class="btn">\(words("members.selection.retry"))</button></form>
            """
        let rows = skipped.map {
            "<li><strong>\($0.name)</strong>: \(words($0.problem.word, $0.problem.arguments))</li>" as HTML
        }
        let title = words("members.selection.result")
        return Page(
            title: title, current: "members",
            body: """
                \(pageHead(title))
                \(card(
                    words("members.selection.done"),
                    "<p>\(words.count(act.outcome, done))</p>"))
                \(when(!failed.isEmpty, card(words("members.selection.failed"), retry)))
                \(when(
                    !rows.isEmpty || gone > 0,
                    card(
                        words("members.selection.skipped"),
                        """
                        <ul class="stack" role="list">\(rows)\
                        \(when(gone > 0, "<li>\(words.count("members.selection.gone", gone))</li>"))</ul>
                        """)))
                <p class="gap-above">\(linkButton(words("members.selection.back"), "/organizations/\(visit.organization.id)/members"))</p>
                """)
    }
}
