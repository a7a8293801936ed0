package import Kernel

/// Markup by interpolation: literal text is markup, interpolated strings are escaped, nested `HTML` and lists of it are
/// inserted as they are. A missing variable is a compile error.
///
///     let row: HTML = """
///         <tr><th scope="row"><a href="\(link)">\(product.name)</a></th></tr>
///         """
///
/// Attribute values are always quoted. What goes into `href`, `src`, `action` is a `Link`; a debug build stops where a bare
/// string is put there. The interpolated form was measured against template engines: see `docs/benchmarks.md`.
package struct HTML: Sendable, ExpressibleByStringInterpolation {
    package private(set) var bytes: [UInt8]

    package static let empty = HTML(bytes: [])

    package init(stringLiteral text: String) {
        bytes = Array(text.utf8)
    }

    package init(stringInterpolation: Interpolation) {
        bytes = stringInterpolation.bytes
    }

    private init(bytes: [UInt8]) {
        self.bytes = bytes
    }

    /// Plain text, escaped.
    package init(_ text: String) {
        var interpolation = Interpolation(literalCapacity: text.utf8.count, interpolationCount: 0)
        interpolation.appendInterpolation(text)
        bytes = interpolation.bytes
    }

    /// Markup that was not written here. Used where a reader can see why it is safe.
    package init(trusted markup: String) {
        bytes = Array(markup.utf8)
    }

    package var isEmpty: Bool { bytes.isEmpty }

    package var text: String { String(decoding: bytes, as: UTF8.self) }

    package struct Interpolation: StringInterpolationProtocol {
        fileprivate var bytes: [UInt8] = []

        package init(literalCapacity: Int, interpolationCount: Int) {
            bytes.reserveCapacity(literalCapacity + interpolationCount * 24)
        }

        package mutating func appendLiteral(_ literal: String) {
            bytes.append(contentsOf: literal.utf8)
        }

        package mutating func appendInterpolation(_ text: String) {
            assert(!bytes.ends(withOneOf: ["href=\"", "src=\"", "action=\""]), "A path here must be a Link: \(text)")
            HTML.escape(text, into: &bytes)
        }

        package mutating func appendInterpolation(_ text: String?) {
            if let text { appendInterpolation(text) }
        }

        package mutating func appendInterpolation(_ number: some BinaryInteger) {
            bytes.append(contentsOf: String(number).utf8)
        }

        package mutating func appendInterpolation<Subject>(_ id: Identifier<Subject>) {
            bytes.append(contentsOf: String(id.rawValue).utf8)
        }

        package mutating func appendInterpolation(_ link: Link) {
            HTML.escape(link.text, into: &bytes)
        }

        /// Written in our own source, so markup.
        package mutating func appendInterpolation(_ literal: StaticString) {
            literal.withUTF8Buffer { bytes.append(contentsOf: $0) }
        }

        package mutating func appendInterpolation(_ html: HTML) {
            bytes.append(contentsOf: html.bytes)
        }

        package mutating func appendInterpolation(_ html: HTML?) {
            if let html { bytes.append(contentsOf: html.bytes) }
        }

        package mutating func appendInterpolation(_ list: [HTML]) {
            for html in list { bytes.append(contentsOf: html.bytes) }
        }
    }

    private static func escape(_ text: String, into bytes: inout [UInt8]) {
        var text = text
        text.withUTF8 { utf8 in
            var start = 0
            for index in 0..<utf8.count {
                let replacement: StaticString
                switch utf8[index] {
                case UInt8(ascii: "&"): replacement = "&amp;"
                case UInt8(ascii: "<"): replacement = "&lt;"
                case UInt8(ascii: ">"): replacement = "&gt;"
                case UInt8(ascii: "\""): replacement = "&quot;"
                case UInt8(ascii: "'"): replacement = "&#39;"
                default: continue
                }
                bytes.append(contentsOf: UnsafeBufferPointer(rebasing: utf8[start..<index]))
                replacement.withUTF8Buffer { bytes.append(contentsOf: $0) }
                start = index + 1
            }
            bytes.append(contentsOf: UnsafeBufferPointer(rebasing: utf8[start...]))
        }
    }
}

/// Markup that is only there under a condition.
package func when(_ condition: Bool, _ html: @autoclosure () -> HTML) -> HTML {
    condition ? html() : .empty
}

extension [UInt8] {
    fileprivate func ends(withOneOf suffixes: [String]) -> Bool {
        guard last == UInt8(ascii: "\"") else { return false }
        return suffixes.contains { suffix($0.utf8.count).elementsEqual($0.utf8) }
    }
}
