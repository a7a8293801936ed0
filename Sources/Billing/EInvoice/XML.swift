/// XML by interpolation, as `HTML` is HTML: literal text is markup, interpolated strings are escaped, nested `XML` and lists
/// of it are inserted as they are.
struct XML: Sendable, ExpressibleByStringInterpolation {
    let text: String

    static let empty = XML(text: "")

    init(stringLiteral text: String) {
        self.text = text
    }

    init(stringInterpolation: Interpolation) {
        text = stringInterpolation.text
    }

    private init(text: String) {
        self.text = text
    }

    /// A whole document.
    var bytes: [UInt8] { Array("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n\(text)\n".utf8) }

    struct Interpolation: StringInterpolationProtocol {
        fileprivate var text = ""

        init(literalCapacity: Int, interpolationCount: Int) {
            text.reserveCapacity(literalCapacity + interpolationCount * 16)
        }

        mutating func appendLiteral(_ literal: String) { text += literal }

        /// What XML 1.0 cannot hold at all (section 2.2) is left out: a document that no program reads would be worse.
        mutating func appendInterpolation(_ value: String) {
            for scalar in value.unicodeScalars {
                switch scalar {
                case "&": text += "&amp;"
                case "<": text += "&lt;"
                case ">": text += "&gt;"
                case "\"": text += "&quot;"
                case "\t", "\n", "\r": text += " "
                default:
                    let isForbidden = scalar.value < 32 || scalar.value == 0xFFFE || scalar.value == 0xFFFF
                    if !isForbidden { text.unicodeScalars.append(scalar) }
                }
            }
        }

        mutating func appendInterpolation(_ number: some BinaryInteger) { text += String(number) }

        mutating func appendInterpolation(_ xml: XML) { text += xml.text }

        mutating func appendInterpolation(_ xml: XML?) { if let xml { text += xml.text } }

        mutating func appendInterpolation(_ list: [XML]) { for xml in list { text += xml.text } }
    }
}
