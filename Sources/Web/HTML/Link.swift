package import Kernel

/// What may stand in `href`, `src` and `action`: a path of our own, https, or mailto. Interpolated values are
/// percent-encoded, so an id or a name cannot leave its place in the path.
///
///     let link: Link = "/organizations/\(organization)/orders/\(order)"
package struct Link: Sendable, Hashable, ExpressibleByStringInterpolation, CustomStringConvertible {
    package let text: String

    package var description: String { text }

    package init(stringLiteral text: String) {
        precondition(Link.isAllowed(text), "A link starts with / or # or ?, or is https or mailto: \(text)")
        self.text = text
    }

    package init(stringInterpolation: Interpolation) {
        self.init(stringLiteral: stringInterpolation.text)
    }

    /// A path that came from outside, such as where to go after signing in.
    /// - Returns: nil unless it is a path of our own.
    package init?(own path: String) {
        guard path.hasPrefix("/"), !path.hasPrefix("//"), !path.hasPrefix("/\\"), path.utf8.count <= 2000,
            path.utf8.allSatisfy({ $0 > 32 && $0 != 127 && $0 != UInt8(ascii: "\\") })
        else { return nil }
        text = path
    }

    /// - Returns: nil unless it is an https address, or http where that is our own.
    package init?(web address: String) {
        guard address.hasPrefix("https://") || address.hasPrefix("http://"), address.utf8.allSatisfy({ $0 > 32 }) else {
            return nil
        }
        text = address
    }

    private static func isAllowed(_ text: String) -> Bool {
        (text.hasPrefix("/") && !text.hasPrefix("//")) || text.hasPrefix("#") || text.hasPrefix("?")
            || text.hasPrefix("https://") || text.hasPrefix("mailto:")
    }

    /// The same link with a query. Values are percent-encoded; empty ones are left out.
    package func query(_ items: [(name: String, value: String)]) -> Link {
        let pairs = items.filter { !$0.value.isEmpty }.map { "\($0.name)=\(Link.encode($0.value))" }
        if pairs.isEmpty { return self }
        return Link(joined: text + (text.contains("?") ? "&" : "?") + pairs.joined(separator: "&"))
    }

    private init(joined text: String) {
        self.text = text
    }

    package struct Interpolation: StringInterpolationProtocol {
        fileprivate var text = ""

        package init(literalCapacity: Int, interpolationCount: Int) {}

        package mutating func appendLiteral(_ literal: String) { text += literal }

        package mutating func appendInterpolation(_ value: String) { text += Link.encode(value) }

        /// A path that is one already.
        package mutating func appendInterpolation(path: String) { text += path }

        package mutating func appendInterpolation(_ number: some BinaryInteger) { text += String(number) }

        package mutating func appendInterpolation<Subject>(_ id: Identifier<Subject>) { text += String(id.rawValue) }
    }

    /// Percent-encodes all but the unreserved characters of RFC 3986, section 2.3.
    package static func encode(_ value: String) -> String {
        let hex = Array("0123456789ABCDEF".utf8)
        var bytes: [UInt8] = []
        for byte in value.utf8 {
            switch byte {
            case 48...57, 65...90, 97...122, UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: "~"):
                bytes.append(byte)
            default:
                bytes += [UInt8(ascii: "%"), hex[Int(byte >> 4)], hex[Int(byte & 15)]]
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}
