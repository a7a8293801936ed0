/// Plain text, escaped, in which addresses of the web have become links and line breaks are kept. For what an operator wrote:
/// in what a customer typed, a link would be a gift to whoever fishes for passwords.
package func linked(_ text: String) -> HTML {
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(linkedLine)
    return "\(lines.enumerated().map { $0.offset == 0 ? $0.element : "<br>\($0.element)" as HTML })"
}

private func linkedLine(_ line: Substring) -> HTML {
    var parts: [HTML] = []
    var rest = line
    while let start = rest.firstRange(of: "https://")?.lowerBound {
        let address = rest[start...].prefix { !$0.isWhitespace && !"<>\"".contains($0) }.trimmingPunctuation
        guard address.count > "https://".count, let link = Link(web: String(address)) else { break }
        parts.append("\(String(rest[..<start]))<a href=\"\(link)\">\(String(address))</a>")
        rest = rest[address.endIndex...]
    }
    return "\(parts)\(String(rest))"
}

extension Substring {
    /// Without the punctuation of the sentence that an address stands in; a bracket stays where it was opened inside.
    fileprivate var trimmingPunctuation: Substring {
        var text = self
        while let last = text.last, ".,;:!?)’»”'".contains(last), last != ")" || !text.contains("(") {
            text.removeLast()
        }
        return text
    }
}
