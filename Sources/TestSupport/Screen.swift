import Foundation
import Web

/// What a browser was answered, read as far as tests need it. Pages of ours quote every attribute, so patterns are enough.
package struct Screen: Sendable {
    package let path: String
    package let status: Int
    package let text: String
    package let bytes: [UInt8]
    private let headers: [(name: String, value: String)]

    init(path: String, _ outgoing: Outgoing) {
        self.path = path
        status = outgoing.status
        bytes = outgoing.body
        text = String(decoding: outgoing.body, as: UTF8.self)
        headers = outgoing.headers
    }

    package func header(_ name: String) -> String? {
        headers.first { $0.name.lowercased() == name.lowercased() }?.value
    }

    package var location: String? { header("location") }

    package var json: Any? { try? JSONSerialization.jsonObject(with: Data(bytes), options: .fragmentsAllowed) }

    package struct SetCookie: Sendable {
        package let name: String
        package let value: String
        package let isGone: Bool
    }

    package var cookies: [SetCookie] {
        headers.filter { $0.name.lowercased() == "set-cookie" }.map { header in
            let pair = header.value.prefix { $0 != ";" }.split(separator: "=", maxSplits: 1).map(String.init)
            return SetCookie(
                name: pair[0], value: pair.count == 2 ? pair[1] : "", isGone: header.value.contains("Max-Age=0"))
        }
    }

    package var csrf: String? { Screen.attributes("input", in: text).first { $0["name"] == "csrf" }?["value"] }

    /// The text with what differs from one page to the next taken out.
    package func body(without words: String...) -> String {
        var body = text.replacing(#/name="csrf" value="[^"]*"/#, with: "")
        for word in words { body = body.replacingOccurrences(of: word, with: "…") }
        return body
    }

    package struct SentForm: Sendable {
        package let action: String
        package let fields: [String: String]
    }

    /// The first form that posts to an action, with what it is filled in with.
    /// - Parameter action: nil for the first form in the page's own part.
    package func form(_ action: String? = nil) -> SentForm? {
        for match in text.matches(of: #/(?s)<form\b([^>]*)>(.*?)</form>/#) {
            let own = Screen.attributes(of: String(match.1))
            guard own["method"] == "post", action == nil || own["action"] == action else { continue }
            return SentForm(action: own["action"] ?? "", fields: Screen.fields(in: String(match.2)))
        }
        return nil
    }

    private static func fields(in form: String) -> [String: String] {
        var fields: [String: String] = [:]
        for input in attributes("input", in: form) {
            guard let name = input["name"], input["type"] != "file" else { continue }
            let isChoice = input["type"] == "radio" || input["type"] == "checkbox"
            if !isChoice || input["checked"] != nil { fields[name] = input["value"] ?? "" }
        }
        for area in form.matches(of: #/(?s)<textarea\b([^>]*)>(.*?)</textarea>/#) {
            // Browsers leave out a line break at the beginning (HTML, 13.2.6.4.7).
            let text = decoded(String(area.2.first == "\n" ? area.2.dropFirst() : area.2))
            if let name = attributes(of: String(area.1))["name"] { fields[name] = text }
        }
        for select in form.matches(of: #/(?s)<select\b([^>]*)>(.*?)</select>/#) {
            let options = attributes("option", in: String(select.2))
            let chosen = options.first { $0["selected"] != nil } ?? options.first
            if let name = attributes(of: String(select.1))["name"] { fields[name] = chosen?["value"] ?? "" }
        }
        return fields
    }

    private static func attributes(_ tag: String, in html: String) -> [[String: String]] {
        html.matches(of: #/<([a-z]+)((?:\s+[a-z\-]+(?:="[^"]*")?)*)\s*>/#).filter { $0.1 == tag }
            .map { attributes(of: String($0.2)) }
    }

    private static func attributes(of text: String) -> [String: String] {
        var attributes: [String: String] = [:]
        for match in text.matches(of: #/([a-z\-]+)(?:="([^"]*)")?/#) {
            attributes[String(match.1)] = match.2.map { decoded(String($0)) } ?? ""
        }
        return attributes
    }

    private static func decoded(_ text: String) -> String {
        [("&lt;", "<"), ("&gt;", ">"), ("&quot;", "\""), ("&#34;", "\""), ("&#39;", "'"), ("&amp;", "&")]
            .reduce(text) { $0.replacingOccurrences(of: $1.0, with: $1.1) }
    }
}
