import Kernel
import Storage
import Web

extension Sandbox {
    /// Few of each, for they share the page with the clock and the cards.
    private static let messagesMax = 10
    private static let chargesMax = 10

    /// Everything of the outside world on one page.
    func openDesk(_ doors: Doors) {
        doors.sandbox.get("") { visit in
            let recipient = String(visit.query("to").trimmed.prefix(254))
            let paging = Paging(page: visit.paging.page, size: Sandbox.messagesMax)
            let found = try await database.read { connection in
                try Message.page(
                    ofRecipientsContaining: recipient, size: paging.size, number: paging.page, in: connection)
            }
            let messages = Listing(items: found.messages, total: found.total, paging: paging)
            let charges = try await processor.charges(limit: Sandbox.chargesMax)
            let refunds = try await processor.refunds(limit: Sandbox.chargesMax)
            let disputes = try await database.read { try $0.sandboxDisputes(of: charges.map(\.id)) }
            return .page(page(visit, recipient: recipient, messages, charges, disputes, refunds))
        }
    }

    private func page(
        _ visit: Visit, recipient: String, _ messages: Listing<Message>, _ charges: [SandboxCharge],
        _ disputes: [Int64: SandboxDispute], _ refunds: [SandboxRefund]
    ) -> Page {
        let words = visit.words
        return Page(
            title: words("sandbox.title"), isBroad: true,
            body: """
                \(pageHead(words("sandbox.title"), words("sandbox.lead")))
                <div class="split">
                <div class="stack">
                \(part(words("sandbox.messages.title"), visit, isFlush: true, mailbox(visit, recipient: recipient, messages)))
                \(part(words("sandbox.charges.title"), visit, isFlush: true, table(visit, charges, disputes)))
                \(part(words("sandbox.refunds.title"), visit, isFlush: true, refundTable(visit, refunds)))
                </div>
                <div class="stack">
                \(part(words("sandbox.clock.title"), visit, clockForm(visit, Form())))
                \(part(words("sandbox.bank.title"), visit, bankForm(visit)))
                \(part(words("sandbox.cards.title"), visit, cards(words)))
                \(part(words("sandbox.programs.title"), visit, programs(words)))
                </div>
                </div>
                """)
    }

    private func mailbox(_ visit: Visit, recipient: String, _ messages: Listing<Message>) -> HTML {
        let words = visit.words
        let rows = messages.items.map { message -> HTML in
            """
            <li><a href="\(Link("/sandbox/messages/\(message.id)"))">\(icon("mail"))<strong>\(message.subject)</strong>\
            <span>\(words("sandbox.messages.to", ["recipient": message.recipient]))</span>\
            \(time(message.sentAt, visit))</a></li>
            """
        }
        let none = words(recipient.isEmpty ? "sandbox.messages.none" : "sandbox.messages.none_found")
        let isFiltering = !recipient.isEmpty
        return """
            <form class="filters" method="get" action="/sandbox">
            <label for="recipient">\(words("sandbox.messages.recipient"))</label>
            <input class="input grow" id="recipient" name="to" type="search" inputmode="email" maxlength="254" value="\(recipient)">
            <button class="btn">\(words("sandbox.messages.filter"))</button>
            \(when(isFiltering, "<a class=\"btn quiet\" href=\"/sandbox\">\(words("sandbox.messages.all"))</a>"))
            </form>
            \(rows.isEmpty ? emptyState(icon: "mail", none) : "<ul class=\"mailbox\" role=\"list\">\(rows)</ul>")
            \(pager(messages, words) { page in
                Link("/sandbox").query([("to", recipient), ("page", String(page))])
            })
            """
    }

    private func table(_ visit: Visit, _ charges: [SandboxCharge], _ disputes: [Int64: SandboxDispute]) -> HTML {
        let words = visit.words
        if charges.isEmpty { return emptyState(icon: "card", words("sandbox.charges.none")) }
        return """
            <table class="table"><caption class="vh">\(words("sandbox.charges.title"))</caption>
            <thead><tr><th scope="col">\(words("sandbox.charge.card"))</th>\
            <th scope="col" class="num">\(words("sandbox.charge.amount"))</th>\
            <th scope="col">\(words("sandbox.charge.state"))</th>\
            <th scope="col">\(words("sandbox.charge.when"))</th></tr></thead>
            <tbody>\(charges.map { row(visit, $0, disputes[$0.id]) })</tbody></table>
            """
    }

    private func row(_ visit: Visit, _ charge: SandboxCharge, _ dispute: SandboxDispute?) -> HTML {
        let words = visit.words
        let answer: HTML =
            Link(own: charge.actionPath).flatMap { link in
                guard charge.state == .needsAction else { return nil }
                return "<span class=\"row\"><a href=\"\(link)\">\(words("sandbox.charge.answer"))</a></span>"
            } ?? .empty
        let reason = charge.reason.map { "<small>\(words($0))</small>" as HTML }
        return """
            <tr><th scope="row">\(charge.title(words))\(reason)\(answer)\(disputeForm(visit, charge, dispute))</th>
            <td class="num" data-label="\(words("sandbox.charge.amount"))">\(words.money(charge.amount))</td>
            <td data-label="\(words("sandbox.charge.state"))">\(stateTag(charge.state, words))</td>
            <td data-label="\(words("sandbox.charge.when"))">\(time(charge.createdAt, visit))</td></tr>
            """
    }

    private func cards(_ words: Words) -> HTML {
        let rows = SandboxCard.samples.map { number, card -> HTML in
            """
            <div><dt><code>\(number)</code></dt><dd>\(words("sandbox.card.\(card.rawValue)"))</dd></div>
            """
        }
        return """
            <dl class="kv">\(rows)</dl>
            <p class="hint gap-above">\(words("sandbox.cards.lead"))</p>
            """
    }

    private func programs(_ words: Words) -> HTML {
        let rows = Sandbox.programs.map { name, link -> HTML in
            """
            <li class="row"><a href="\(link)">\(words("sandbox.programs.\(name)"))</a></li>
            """
        }
        return "<ul role=\"list\">\(rows)</ul>"
    }

    private static let programs: [(name: String, link: Link)] = [
        ("messages", "/sandbox/messages.json"), ("clock", "/sandbox/clock.json"), ("description", "/openapi.json"),
        ("metrics", "/metrics"),
    ]
}
