import Access
import Accounts
import Delivery
import Kernel
import Storage
import Web

extension Billing {
    /// Invoices that go along with one reminder: more would not fit into a mailbox, and are on the page.
    private static let remindedFilesMax = 10

    /// "Reminder 2 of invoice …": what is open, how to pay it, how to tell that the mail is genuine (REM-1), and what if it
    /// crossed with a transfer (REM-5).
    func reminderLetter(_ recorded: RecordedEvent, _ connection: Connection) throws -> [Dispatch] {
        let event = recorded.event
        guard let organization = event.organization, let level = Int(event.payload["level"] ?? ""),
            let invoice = try connection.document(DocumentID(rawValue: event.subjectID), in: organization),
            // Settled before the mail was written.
            invoice.state == .overdue
        else { return [] }
        let next = try connection.dueInvoice(invoice.id)?.nextOn
        let reference = try connection.transferReference(of: invoice.id)?.asking(invoice.open)
        var others: [Document] = []
        if try connection.billingPreference(of: organization).attachesAllOpen {
            others = try connection.openDocuments(of: organization, limit: Billing.remindedFilesMax).items
                .filter { $0.id != invoice.id }
        }
        var files: [Attachment] = []
        var size = 0
        for document in [invoice] + others.prefix(Billing.remindedFilesMax - 1) {
            let file = try attachment(of: document, connection)
            size += file.bytes.count
            if size > Mail.attachmentsBytesMax { break }
            files.append(file)
        }
        return try letters(organization, connection, attaching: files) { person, words in
            let facts: [(name: String, value: String)] =
                (reference.map { words.transferFacts($0, to: invoice.issuer) } ?? [])
                + others.map { other in
                    (
                        other.title(words),
                        words(
                            "billing.mail.reminder.open",
                            ["open": words.money(other.open), "day": words.day(other.dueOn)])
                    )
                }
            let after =
                next.map { words("billing.mail.reminder.next", ["day": words.day($0)]) }
                ?? words("billing.mail.reminder.last")
            return Letter(
                subject: words(
                    "billing.mail.reminder.subject", ["level": String(level), "number": invoice.number]),
                words: words, settings: settings, greeting: person.firstName,
                paragraphs: [
                    words(
                        "billing.mail.reminder.text",
                        [
                            "number": invoice.number, "day": words.day(invoice.dueOn),
                            "open": words.money(invoice.open),
                        ]), after, words("billing.mail.reminder.crossing"),
                ],
                facts: facts, action: (words("billing.mail.on_account.action"), payLink(invoice)),
                closing: [words("billing.help.genuine.text", ["address": settings.publicAddress])])
        }
    }

    /// Overdue invoices, for those who may pay them (UI-9).
    static let overdueBanner = BannerSource { standings, connection in
        let organizations = standings.filter { $0.has(ManageBilling.self) }.map(\.organization)
        if organizations.isEmpty { return [] }
        return try connection.rows(
            """
            SELECT organization_id, COUNT(*) AS count, MAX(id) AS last FROM due_invoice
            WHERE is_overdue AND organization_id IN \(organizations) GROUP BY organization_id
            """
        ).map { row in
            let organization: OrganizationID = try row["organization_id"]
            let count: Int = try row["count"]
            let last: DocumentID = try row["last"]
            return Banner(
                organization: organization, gravity: .failed,
                link: count == 1
                    ? "/organizations/\(organization)/billing/documents/\(last)"
                    : "/organizations/\(organization)/billing/reminders",
                sentence: { $0.count("billing.overdue", count) }, action: { $0("billing.overdue.see") })
        }
    }
}
