import Access
import Kernel
import Storage
import Web

extension Billing {
    /// How an organisation stands with reminders (REM-6): for each open invoice, which went out, what comes next and when, and where
    /// that is set.
    func openReminders(_ doors: Doors) {
        doors.organization(ManageBilling.self).get("billing/reminders") { visit in
            let paging = visit.paging
            let organization = visit.permit.organization
            let list = try await database.read { connection in
                Listing(
                    items: try connection.openInvoices(of: organization, limit: paging.size, offset: paging.offset),
                    total: try connection.openDocuments(of: organization, limit: 0).total, paging: paging)
            }
            return .page(remindersPage(visit, list))
        }
        doors.banner(Billing.overdueBanner)
    }

    private func remindersPage(_ visit: OrganizationVisit<ManageBilling>, _ list: Listing<OpenInvoice>) -> Page {
        let words = visit.words
        let home = "/organizations/\(visit.organization.id)/billing"
        let today = payments.issuer.zone.day(of: visit.now)
        let rows = list.items.map { open -> HTML in
            let document = open.document
            return """
                <tr><th scope="row"><a href="\(Link("\(path: home)/documents/\(document.id)"))">\(document.title(words))</a>\
                <small><a href="\(Link("\(path: home)/documents/\(document.id)/pay"))">\(words("billing.pay"))<span class="vh"> \(document.number)</span></a></small></th>
                <td data-label="\(words("billing.state"))">\(document.state(on: today).tag(words))</td>
                <td class="date" data-label="\(words("billing.due_on"))">\(words.day(document.dueOn))</td>
                <td data-label="\(words("billing.reminders.sent"))">\(sent(open.reminders, words))</td>
                <td data-label="\(words("billing.reminders.next"))">\(next(open, words))</td>
                <td class="num" data-label="\(words("billing.desk.open"))">\(words.money(document.open))</td></tr>
                """
        }
        let table: HTML = """
            <table class="table"><caption>\(words.count("billing.reminders.count", list.total))</caption>
            <thead><tr><th scope="col">\(words("billing.document"))</th><th scope="col">\(words("billing.state"))</th>\
            <th scope="col">\(words("billing.due_on"))</th><th scope="col">\(words("billing.reminders.sent"))</th>\
            <th scope="col">\(words("billing.reminders.next"))</th>\
            <th scope="col" class="num">\(words("billing.desk.open"))</th></tr></thead>
            <tbody>\(rows)</tbody></table>
            """
        return Page(
            title: words("billing.reminders"), current: "documents",
            body: """
                \(crumbs(words, [
                    (words("billing.documents"), Link("\(path: home)/documents")), (words("billing.reminders"), nil),
                ]))
                \(pageHead(words("billing.reminders"), lead(words)))
                \(panel(isFlush: true, list.items.isEmpty ? emptyState(icon: "check", words("billing.reminders.none")) : table))
                \(pager(list, words) { Link("\(path: home)/reminders").query([("page", String($0))]) })
                <p class="row gap-above">\(linkButton(words("billing.preferences"), Link("\(path: home)/preferences"), icon: "pencil"))\
                \(linkButton(words("billing.profiles"), Link("\(path: home)/methods"), icon: "card"))\
                \(linkButton(words("billing.help.title"), Link("\(path: home)/transfers/help"), icon: "help"))</p>
                """)
    }

    private func lead(_ words: Words) -> String {
        let days = reminders.rule.days.map(String.init).joined(separator: ", ")
        return days.isEmpty ? words("billing.reminders.lead.never") : words("billing.reminders.lead", ["days": days])
    }

    private func sent(_ sent: [Reminder], _ words: Words) -> HTML {
        if sent.isEmpty { return "–" }
        let zone = payments.issuer.zone
        let lines = sent.map { reminder -> HTML in
            let day = words.day(zone.day(of: reminder.sentAt))
            return "<li>\(words("billing.reminder.sent", ["level": String(reminder.level), "day": day]))</li>"
        }
        return "<ul role=\"list\">\(lines)</ul>"
    }

    /// Nothing is announced that will not happen: after the last reminder nothing comes by itself.
    private func next(_ open: OpenInvoice, _ words: Words) -> String {
        guard let due = open.due, let next = due.nextOn else {
            return words(open.document.state == .overdue ? "billing.reminders.no_more" : "billing.reminders.nothing")
        }
        return due.isOverdue
            ? words(
                "billing.reminders.next.reminder",
                ["level": String(open.reminders.count + 1), "day": words.day(next)])
            : words("billing.reminders.next.overdue", ["day": words.day(next)])
    }
}

/// An invoice that is open, with its reminders.
private struct OpenInvoice: Sendable {
    let document: Document
    let due: DueInvoice?
    let reminders: [Reminder]
}

extension Connection {
    /// Oldest first: what was to be paid longest ago.
    fileprivate func openInvoices(of organization: OrganizationID, limit: Int, offset: Int) throws -> [OpenInvoice] {
        let documents = try documents(
            """
            d.organization_id = \(organization) AND b.amount > 0
            ORDER BY d.due_on, d.id LIMIT \(limit) OFFSET \(offset)
            """)
        let sent = try reminders(of: documents.map(\.id))
        return try documents.map { document in
            OpenInvoice(
                document: document, due: try dueInvoice(document.id), reminders: sent[document.id] ?? [])
        }
    }
}
