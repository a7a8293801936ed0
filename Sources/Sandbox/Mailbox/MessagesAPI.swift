import Kernel
import Storage
import Web

extension Sandbox {
    /// Enough to find what was just sent; more is asked for by `after`.
    private static let repliedMax = 200

    /// `?to=` an address, `?after=` the id of a message or an instant (contract.md, "Sandbox only").
    func openMessagesAPI(_ doors: Doors) {
        doors.sandbox.get("messages.json") { visit in
            let recipient = withPlus(visit.query("to"))
            guard let after = MessagesAfter(withPlus(visit.query("after"))) else {
                throw Problem.field("after", "sandbox.messages.after_unreadable")
            }
            let messages = try await database.read { connection in
                try Message.newest(to: recipient, after: after, limit: Sandbox.repliedMax, in: connection)
            }
            let publicAddress = visit.house.settings.publicAddress
            return .json { json in json.array(messages) { $1.write(&$0, publicAddress) } }
        }
    }

    /// Neither an address nor an instant holds a blank: there was a plus sign that was not percent-encoded.
    private func withPlus(_ text: String) -> String { String(text.trimmed.map { $0 == " " ? "+" : $0 }) }
}

extension Message {
    fileprivate func write(_ json: inout JSONWriter, _ publicAddress: String) {
        json.object { json in
            json.field("id", id)
            json.field("channel", channel)
            json.field("to", recipient)
            json.field("subject", subject)
            json.field("text", text)
            json.field("html", html)
            json.array("links", links) { $0.string($1) }
            json.array("codes", codes) { $0.string($1) }
            json.array("attachments", attachments) { json, attachment in
                json.object { json in
                    json.field("name", attachment.name)
                    json.field("type", attachment.type)
                    json.field("size", attachment.size)
                    json.field("url", "\(publicAddress)/sandbox/messages/\(id)/attachments/\(attachment.id)")
                }
            }
            json.field("sent_at", sentAt)
        }
    }
}
