import Access
import Kernel
import Web

/// A document as it was issued: readable on the screen, on A4 when printed (BILL-2, BILL-7).
struct DocumentPage {
    struct Content: Sendable {
        let document: Document
        let lines: [DocumentLine]
        let vat: [VATAmount]
        let payments: [Payment]
        /// Under which it can be paid by transfer.
        let transfer: TransferReference?
        /// First to last.
        let reminders: [Reminder]
    }

    let visit: OrganizationVisit<ManageBilling>
    let content: Content

    private var document: Document { content.document }

    var page: Page {
        let words = visit.words
        let title = "\(words("billing.kind.\(document.kind.rawValue)")) \(document.number)"
        let print: HTML =
            document.isPrintable
            ? "<button class=\"btn\" type=\"button\" data-print hidden>\(icon("print"))\(words("billing.print"))</button>"
            : lockedAction(words("billing.print"), reason: words("billing.print.locked"), id: "print")
        let pay: HTML =
            document.canBePaid
            ? linkButton(
                words("billing.pay"), "/organizations/\(document.organization)/billing/documents/\(document.id)/pay",
                isPrimary: true) : .empty
        return Page(
            title: title, current: "documents",
            body: """
                \(crumbs(words, [
                    (words("billing.documents"), "/organizations/\(document.organization)/billing/documents"),
                    (document.number, nil),
                ]))
                <div class="head"><div><h1>\(title)</h1>\
                <p>\(document.state(on: visit.organization.zone.day(of: visit.now)).tag(words))</p></div>\
                <div class="row">\(pay)\(print)</div></div>
                <article class="doc" aria-label="\(title)">
                \(head(title))
                \(lines)
                \(totals)
                \(foot)
                </article>
                <p class="row gap-above"><a class="btn" href="\(Link("/organizations/\(document.organization)/billing/documents/\(document.id)/pdf"))">\
                \(icon("download"))\(words("paper.download"))</a></p>
                \(reminders)
                \(transfer)
                \(eInvoices)
                """)
    }

    /// A pro forma and an invoice that is open are paid under the reference that is printed on them.
    private var transfer: HTML {
        guard document.asksForMoney, let reference = content.transfer else { return .empty }
        let asked = document.kind == .invoice ? reference.asking(document.open) : reference
        let instructions = TransferInstructions(asked, to: document.issuer, visit.words)
        return "<div class=\"gap-above\">\(instructions.card(for: visit.standing))</div>"
    }

    /// Which reminders went out, and where it is said what comes next.
    private var reminders: HTML {
        let words = visit.words
        if document.state != .overdue, content.reminders.isEmpty { return .empty }
        let lines = content.reminders.map { reminder -> HTML in
            let day = words.day(document.issuer.zone.day(of: reminder.sentAt))
            return "<li>\(words("billing.reminder.sent", ["level": String(reminder.level), "day": day]))</li>"
        }
        return """
            <div class="gap-above">\(when(!lines.isEmpty, "<ul role=\"list\">\(lines)</ul>"))
            <p><a href="\(Link("/organizations/\(document.organization)/billing/reminders"))">\(words("billing.reminders"))</a></p></div>
            """
    }

    /// For programs (EN 16931).
    private var eInvoices: HTML {
        guard EInvoice.exists(for: document) else { return .empty }
        let words = visit.words
        let home: Link = "/organizations/\(document.organization)/billing/documents/\(document.id)"
        return """
            <p class="row">\(words("billing.einvoice"))\
            <a href="\(Link("\(path: home.text)/ubl.xml"))">\(words("billing.einvoice.ubl"))</a>\
            <a href="\(Link("\(path: home.text)/cii.xml"))">\(words("billing.einvoice.cii"))</a></p>
            """
    }

    private func head(_ title: String) -> HTML {
        let words = visit.words
        let issuer = document.issuer
        let recipient = document.recipient
        let stamp: HTML =
            document.state == .paid
            ? "<p class=\"stamp\">\(words("billing.paid_on", ["day": words.day(visit.organization.zone.day(of: document.paidAt ?? document.issuedAt))]))</p>"
            : "<p class=\"stamp\" data-state=\"open\">\(words("billing.state.\(document.state.rawValue)"))</p>"
        return """
            <div class="doc-head"><span class="brand">\(icon("kontor"))\(issuer.name)</span>\
            <address>\(issuer.name)<br>\(issuer.street)<br>\(issuer.postcode) \(issuer.town)<br>\(words.country(issuer.country))\
            \(issuer.vatNumber.map { "<br>\($0)" as HTML })</address></div>
            <div class="doc-parties"><div><h2>\(words("billing.billed_to"))</h2>\
            <address>\(recipient.name)\(when(!recipient.contact.isEmpty, "<br>\(recipient.contact)"))\(when(!recipient.street.isEmpty, "<br>\(recipient.street)"))\
            \(when(!recipient.town.isEmpty, "<br>\(recipient.postcode) \(recipient.town)"))<br>\(words.country(recipient.country))\
            \(recipient.vatNumber.map { "<br>\($0)" as HTML })</address></div>
            <dl class="kv">
            <div><dt>\(words("billing.number"))</dt><dd>\(document.number)</dd></div>
            <div><dt>\(words("billing.issued_on"))</dt><dd>\(words.day(document.issuedOn))</dd></div>
            \(when(
                document.asksForMoney,
                "<div><dt>\(words("billing.due_on"))</dt><dd>\(words.day(document.dueOn))</dd></div>"))
            </dl></div>
            <div class="doc-title"><h2>\(title)</h2>\(stamp)</div>
            """
    }

    /// Every line links to its product and says how it was computed (interface.md, "Money").
    private var lines: HTML {
        let words = visit.words
        let rows = content.lines.map { line -> HTML in
            let name: HTML =
                line.product.map { product in
                    visit.standing.has(SeeProducts.self)
                        ? "<a href=\"\(Link("/organizations/\(document.organization)/products/\(product)"))\">\(line.description)</a>"
                        : HTML(line.description)
                } ?? HTML(line.description)
            return """
                <tr><th scope="row">\(name)\(computation(line))</th>
                <td data-label="\(words("billing.period"))">\(line.period.map { words.period($0) } ?? "–")</td>
                <td class="num" data-label="\(words("billing.net"))">\(words.money(line.net))</td></tr>
                """
        }
        return """
            <table class="table"><thead><tr><th scope="col">\(words("billing.what"))</th>\
            <th scope="col">\(words("billing.period"))</th><th scope="col" class="num">\(words("billing.net"))</th></tr></thead>
            <tbody>\(rows)</tbody></table>
            """
    }

    /// From the list price to the net, a row for each step on what remains, and why that rate: dated, since rates change.
    private func computation(_ line: DocumentLine) -> HTML {
        let words = visit.words
        var before = line.list.minorUnits
        let steps = line.steps.map { step -> HTML in
            defer { before = step.remainingMinorUnits }
            let off = Money(minorUnits: step.remainingMinorUnits - before, document.currency)
            return """
                <br>\(words("billing.computed.step", [
                    "name": step.label, "rate": words.percentage(Percentage(basisPoints: step.basisPoints)),
                    "off": words.money(off), "rest": words.money(Money(minorUnits: step.remainingMinorUnits, document.currency)),
                ]))
                """
        }
        let days: HTML =
            line.period.map { period in
                "<br>\(words.count("billing.computed.period", period.days, ["period": words.period(period)]))"
            } ?? .empty
        return """
            <details><summary>\(words("billing.computed"))</summary><small>\
            \(words("billing.computed.list", ["quantity": String(line.quantity), "price": words.money(line.unitListPrice), "list": words.money(line.list)]))\
            \(steps)<br>\(words("billing.computed.net", ["net": words.money(line.net)]))\(days)<br>\(rateReason(line))</small></details>
            """
    }

    private func rateReason(_ line: DocumentLine) -> String {
        let words = visit.words
        if let note = document.treatment.note { return words(note) }
        if line.vatClass == .none { return words("billing.computed.no_supply") }
        return words(
            "billing.computed.vat",
            [
                "rate": words.percentage(line.vatRate), "class": words("billing.vat_class.\(line.vatClass.rawValue)"),
                "day": words.day(line.period?.start ?? document.issuedOn),
            ])
    }

    private var totals: HTML {
        let words = visit.words
        let vat = content.vat.map { row -> HTML in
            """
            <div><dt>\(words("billing.vat_on", ["rate": words.percentage(row.rate), "net": words.money(row.net)]))</dt>\
            <dd>\(words.money(row.vat))</dd></div>
            """
        }
        return """
            <dl class="price">
            <div><dt>\(words("billing.net"))</dt><dd>\(words.money(document.net))</dd></div>
            \(vat)
            \(when(!document.rounding.isZero, "<div><dt>\(words("billing.rounding"))</dt><dd>\(words.money(document.rounding))</dd></div>"))
            <div class="total"><dt>\(words("billing.total"))</dt><dd>\(words.money(document.total))</dd></div>
            </dl>
            """
    }

    private var foot: HTML {
        let words = visit.words
        let paid = content.payments.filter { $0.state == .posted }.map { payment -> HTML in
            let otherwise = words(payment.method == .transfer ? "billing.by_transfer" : "billing.by_prepaid")
            let how = payment.card.map { words("billing.by_card", ["brand": $0.brandName, "last4": $0.last4]) }
            return
                "<br>\(words("billing.payment_line", ["amount": words.money(payment.amount), "how": how ?? otherwise, "day": words.day(visit.organization.zone.day(of: payment.settledAt ?? payment.createdAt))]))"
        }
        return """
            <p class="doc-foot">\(when(document.treatment.note != nil, HTML(words(document.treatment.note ?? "billing.vat.export"))))\(paid)</p>
            """
    }
}
