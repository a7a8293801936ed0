import Accounts
import Kernel
import Organizations
import Storage
import Web

extension Billing {
    /// What waits for another operator, and what became of the rest.
    func openDeskRequests(_ doors: Doors) {
        doors.staff.get("corrections") { visit in
            let paging = visit.paging
            let (list, disputes) = try await database.read { connection in
                let list = Listing(
                    items: try connection.deskRequests(limit: paging.size, offset: paging.offset).map {
                        try Asked($0, connection)
                    }, total: try connection.deskRequestCount(), paging: paging)
                return (list, try connection.openDisputes())
            }
            return .page(requestsPage(visit, list, disputes))
        }
        doors.staff.confirmed.form("corrections/{correction}", page: requestPage) { visit, form in
            let id: DeskRequestID = try visit.visit.id("correction")
            let agrees: Bool
            switch form.typed("decision") {
            case "agree": agrees = true
            case "refuse": agrees = false
            default:
                throw Problem.field("decision", "billing.desk.choose", code: "validation_rule_required")
            }
            try await database.write { [desk] connection in
                try desk.decide(id, agrees: agrees, by: visit.actor, in: connection, at: visit.now)
            }
            return .redirect("/staff/corrections", notice: agrees ? "billing.desk.done" : "billing.desk.refused")
        }
        doors.subject("desk_request", .billing)
    }

    /// A request with the names that a page shows.
    private struct Asked: Sendable {
        let request: DeskRequest
        let organization: String
        let askedBy: String
        let decidedBy: String?
        /// What it is about: the invoice, and the parts of its lines.
        let document: String?
        let parts: [(line: String, net: Money)]

        init(_ request: DeskRequest, _ connection: Connection) throws {
            self.request = request
            organization = try Organization.find(request.organization, in: connection)?.name ?? "–"
            askedBy = try Person.find(request.askedBy, in: connection)?.name ?? "–"
            decidedBy = try request.decidedBy.flatMap { try Person.find($0, in: connection)?.name }
            let invoice = try request.act.document.flatMap { try connection.document($0, in: request.organization) }
            document = invoice?.number
            guard let invoice, case .credit(_, _, _, let credited?) = request.act else {
                parts = []
                return
            }
            let lines = try connection.lines(of: invoice)
            parts = credited.map { part in
                let text = lines.first { $0.position == part.position }?.description ?? ""
                return ("\(part.position). \(text)", Money(minorUnits: part.minorUnits, invoice.currency))
            }
        }
    }

    private func requestsPage(_ visit: SignedInVisit, _ listing: Listing<Asked>, _ disputes: [OpenDispute]) -> Page {
        let words = visit.words
        let rows = listing.items.map { asked -> HTML in
            let request = asked.request
            let who =
                asked.decidedBy.map { words("billing.desk.by_both", ["asked": asked.askedBy, "decided": $0]) }
                ?? words("billing.desk.by_one", ["asked": asked.askedBy])
            let what = [words("billing.desk.\(request.act.name)"), asked.document].compactMap(\.self)
            let name = "\(what.joined(separator: " ")), \(asked.organization)"
            let title: HTML =
                request.state == .pending
                ? "<a href=\"\(Link("/staff/corrections/\(request.id)"))\">\(name)</a>" : HTML(name)
            return """
                <tr><th scope="row">\(title)<small>\(request.reason) · \(who)</small></th>
                <td data-label="\(words("billing.state"))">\(tag(request.state.tone, words("billing.desk.state.\(request.state.rawValue)")))</td>
                <td class="date" data-label="\(words("billing.movement.when"))">\(words.moment(request.askedAt, in: visit.zone))</td>
                <td class="num" data-label="\(words("billing.movement.amount"))">\(words.money(request.amount))</td></tr>
                """
        }
        return Page(
            title: words("billing.desk.requests"), current: "staff",
            body: """
                \(pageHead(words("billing.desk.requests"), words("billing.desk.requests.lead")))
                <div class="stack">
                \(disputesCard(disputes, visit))
                \(list(
                    words("billing.desk.requests"), words, rows,
                    heads: ["billing.what", "billing.state", "billing.movement.when", "billing.movement.amount"]))
                \(pager(listing, words) { page in Link("/staff/corrections").query([("page", String(page))]) })
                </div>
                """)
    }

    private func requestPage(_ visit: SignedInVisit, _ form: Form) async throws -> Page {
        let id: DeskRequestID = try visit.visit.id("correction")
        let words = visit.words
        let (asked, target) = try await database.read { [desk] connection in
            let request = try connection.deskRequest(id)
            return (
                try request.map { try Asked($0, connection) },
                try request.flatMap { try desk.target(of: $0, in: connection) }
            )
        }
        guard let asked else { throw Problem.notFound }
        var account: [(name: String, value: HTML, action: HTML)] = []
        if case .bank(let iban, let holder) = target {
            account.append((words("billing.withdrawal.iban"), HTML(iban.grouped), .empty))
            account.append((words("billing.withdrawal.holder"), HTML(holder), .empty))
        }
        let request = asked.request
        let isOwn = request.askedBy == visit.person.id
        let decision: HTML =
            request.state != .pending
            ? "<p>\(tag(request.state.tone, words("billing.desk.state.\(request.state.rawValue)")))</p>"
            : isOwn
                ? "<p class=\"hint\">\(words("billing.desk.own_request"))</p>"
                : """
                <form class="row" method="post" action="\(Link("/staff/corrections/\(id)"))">\(visit.visit.formFields)
                <button class="btn primary" id="decision" name="decision" value="agree">\(words("billing.desk.agree"))</button>
                <button class="btn" name="decision" value="refuse">\(words("billing.desk.refuse"))</button></form>
                """
        var facts: [(name: String, value: HTML, action: HTML)] = []
        if let document = asked.document { facts.append((words("billing.document"), HTML(document), .empty)) }
        for part in asked.parts { facts.append((part.line, HTML(words.money(part.net)), .empty)) }
        facts += [
            (words("billing.movement.amount"), HTML(words.money(request.amount)), .empty),
            (words("billing.desk.reason"), HTML(request.reason), .empty),
            (words("billing.desk.asked_by"), HTML(asked.askedBy), .empty),
            (words("billing.desk.expires"), HTML(words.moment(request.expiresAt, in: visit.zone)), .empty),
        ]
        return Page(
            title: words("billing.desk.\(request.act.name)"), current: "staff",
            body: """
                \(crumbs(words, [(words("billing.desk.requests"), "/staff/corrections"), (words("billing.desk.\(request.act.name)"), nil)]))
                \(form.summary(words))
                \(pageHead(words("billing.desk.\(request.act.name)"), words("billing.desk.request.lead")))
                <div class="stack">
                \(card(asked.organization, summary(account + facts)))
                \(decision)
                </div>
                """)
    }
}

extension DeskRequest.State {
    fileprivate var tone: Tone {
        switch self {
        case .pending: .warn
        case .done: .ok
        case .refused, .expired: .off
        }
    }
}
