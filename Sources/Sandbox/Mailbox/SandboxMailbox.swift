package import Delivery
package import Kernel
package import Storage

/// Takes the place of the mail server: keeps what would have gone out, for `/sandbox` and for whoever tries the console.
/// It refuses what a mail server would.
package struct SandboxMailbox: Channel {
    package let kind = "email"
    private let database: Database

    package init(database: Database) {
        self.database = database
    }

    package func deliver(
        _ payload: String, to target: String, key: String, sentAt: Instant
    ) async throws(DeliveryFailure) {
        guard let mail = try? JSONText.decode(Mail.self, payload) else {
            throw .permanent("The payload is not a mail.")
        }
        guard let recipient = EmailAddress(target) else { throw .permanent("The target is not an e-mail address.") }
        let kind = kind
        do {
            try await database.write { connection in
                try Message.keep(
                    key: key, channel: kind, recipient: recipient.description, subject: mail.subject, text: mail.text,
                    html: mail.html, attachments: mail.attachments, at: sentAt, in: connection)
            }
        } catch {
            throw .temporary("The mailbox cannot keep it: \(error)")
        }
    }
}
