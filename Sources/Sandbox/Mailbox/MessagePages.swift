import Kernel
import Storage
import Web

extension Sandbox {
    func openMessages(_ doors: Doors) {
        doors.sandbox.get("messages/{message}") { visit in
            .page(page(visit, try await message(visit)))
        }
        doors.sandbox.get("messages/{message}/html") { visit in
            let message = try await message(visit)
            guard !message.html.isEmpty else { throw Problem.notFound }
            // A mail is written for mail programs: inline styles, no scripts. Sandboxed, it is nobody's page here. A browser
            // refuses to show a sandboxed page that also asks for a window of its own, hence the opener policy.
            return .bytes(Array(message.html.utf8), contentType: "text/html; charset=utf-8")
                .header("Content-Security-Policy", "sandbox; default-src 'none'; style-src 'unsafe-inline'")
                .header("Cross-Origin-Opener-Policy", "unsafe-none")
        }
        doors.sandbox.get("messages/{message}/attachments/{attachment}") { visit in
            let (message, attachment): (MessageID, Identifier<MessageAttachment>) = (
                try visit.id("message"), try visit.id("attachment")
            )
            guard let file = try await database.read({ try Message.bytes(of: attachment, of: message, in: $0) }) else {
                throw Problem.notFound
            }
            return .file(file.bytes, name: file.name, contentType: file.type)
        }
    }

    private func message(_ visit: Visit) async throws -> Message {
        let id: MessageID = try visit.id("message")
        guard let message = try await database.read({ try Message.find(id, in: $0) }) else { throw Problem.notFound }
        return message
    }

    private func page(_ visit: Visit, _ message: Message) -> Page {
        let words = visit.words
        let html: Link = "/sandbox/messages/\(message.id)/html"
        return Page(
            title: message.subject, isBroad: true,
            body: """
                \(crumbs(words, [(words("sandbox.title"), "/sandbox"), (words("sandbox.message"), nil)]))
                \(pageHead(message.subject))
                <div class="stack">
                \(part(
                    words("sandbox.message.envelope"), visit,
                    """
                    <dl class="kv">
                    <div><dt>\(words("sandbox.message.from"))</dt><dd>\(visit.house.settings.provider)</dd></div>
                    <div><dt>\(words("sandbox.message.to"))</dt><dd>\(message.recipient)</dd></div>
                    <div><dt>\(words("sandbox.message.subject"))</dt><dd>\(message.subject)</dd></div>
                    <div><dt>\(words("sandbox.message.sent"))</dt><dd>\(time(message.sentAt, visit))</dd></div>
                    </dl>
                    """))
                \(part(
                    words("sandbox.message.text"), visit,
                    """
                    <pre>\(text(message, publicAddress: visit.house.settings.publicAddress))</pre>
                    \(when(!message.html.isEmpty, "<p class=\"row gap-above\"><a href=\"\(html)\">\(words("sandbox.message.html"))</a></p>"))
                    """))
                \(files(message, visit))
                </div>
                """)
    }

    private func files(_ message: Message, _ visit: Visit) -> HTML {
        guard !message.attachments.isEmpty else { return .empty }
        let rows = message.attachments.map { file -> HTML in
            """
            <li><a href="\(Link("/sandbox/messages/\(message.id)/attachments/\(file.id)"))">\(icon("download"))\(file.name)</a></li>
            """
        }
        return part(visit.words("sandbox.message.attachments"), visit, "<ul class=\"stack\" role=\"list\">\(rows)</ul>")
    }

    /// Addresses of our own become paths, so that they work under whatever name this browser knows us.
    private func text(_ message: Message, publicAddress: String) -> [HTML] {
        MessagePiece.pieces(of: message.text).map { piece in
            switch piece {
            case .plain(let text): return HTML(text)
            case .link(let address):
                let path = address.hasPrefix(publicAddress) ? String(address.dropFirst(publicAddress.utf8.count)) : nil
                guard let link = path.flatMap(Link.init(own:)) ?? Link(web: address) else { return HTML(address) }
                return "<a href=\"\(link)\">\(address)</a>"
            }
        }
    }
}
