import Kernel

/// A mail to a person: a few sentences, perhaps one link to follow, written once and printed as text and as HTML.
package struct Letter: Sendable {
    package let subject: String
    package let text: String
    package let html: String

    /// - Parameters:
    ///   - facts: a short table, such as device, address, time.
    ///   - isLinked: addresses in the paragraphs are links, too. Not for paragraphs that hold what a customer typed.
    ///   - action: the one link of the mail; it stands on a line of its own in the text.
    ///   - foot: smaller links below the signature, such as the way out of a list.
    package init(
        subject: String, words: Words, settings: WebSettings, greeting name: String?, paragraphs: [String],
        isLinked: Bool = false, facts: [(name: String, value: String)] = [],
        action: (title: String, link: Link)? = nil, closing: [String] = [], foot: [(title: String, link: Link)] = []
    ) {
        self.subject = subject
        let greeting = name.map { words("letter.greeting", ["name": $0]) } ?? words("letter.greeting_unknown")
        let address = action.map { settings.address(of: $0.link) }
        let signature = words("letter.signature", ["provider": settings.provider])
        var lines = [greeting, ""]
        lines += paragraphs.flatMap { [$0, ""] }
        lines += facts.map { "\($0.name): \($0.value)" } + (facts.isEmpty ? [] : [""])
        if let action, let address { lines += ["\(action.title):", address, ""] }
        lines += closing.flatMap { [$0, ""] } + [signature]
        lines += foot.flatMap { ["", "\($0.title):", settings.address(of: $0.link)] }
        text = lines.joined(separator: "\n")
        let rows = facts.map { "<tr><th align=\"left\">\($0.name)</th><td>\($0.value)</td></tr>" as HTML }
        let button: HTML =
            action.flatMap { action in
                address.flatMap(Link.init(web:)).map { link in
                    """
                    <p><a href="\(link)" style="display:inline-block;padding:10px 18px;background:#2f56c4;color:#ffffff;\
                    border-radius:6px;text-decoration:none;font-weight:600">\(action.title)</a></p>
                    <p style="font-size:13px;color:#5c6270">\(words("letter.link_below"))<br>\(link.text)</p>
                    """
                }
            } ?? .empty
        let body: HTML = """
            <!doctype html>
            <html lang="\(words.language.rawValue)">
            <head><meta charset="utf-8"><title>\(subject)</title></head>
            <body style="margin:0;padding:24px;background:#f9fafc;color:#1d2330;font:16px/1.5 system-ui,sans-serif">
            <div style="max-width:560px;margin:0 auto;padding:24px;background:#ffffff;border:1px solid #dfe3ea;border-radius:10px">
            <p>\(greeting)</p>
            \(paragraphs.map { "<p>\(isLinked ? linked($0) : HTML($0))</p>" as HTML })
            \(when(!facts.isEmpty, "<table cellpadding=\"4\">\(rows)</table>"))
            \(button)
            \(closing.map { "<p style=\"font-size:13px;color:#5c6270\">\($0)</p>" as HTML })
            <p>\(signature)</p>
            \(foot.compactMap { Letter.small($0, settings) })
            </div>
            </body>
            </html>
            """
        html = body.text
    }

    private static func small(_ entry: (title: String, link: Link), _ settings: WebSettings) -> HTML? {
        Link(web: settings.address(of: entry.link)).map {
            "<p style=\"font-size:13px\"><a href=\"\($0)\" style=\"color:#5c6270\">\(entry.title)</a></p>"
        }
    }
}
