import Kernel
import Web

/// The addresses that somebody typed or pasted: separated by commas, semicolons, blanks or lines; alone or as
/// `Marie Rossier <marie@atelier.example>`.
struct AddressList: Sendable {
    /// Each once, in the order they were typed.
    private(set) var addresses: [EmailAddress] = []
    /// What cannot be an address, to be named.
    private(set) var malformed: [String] = []
    /// What stood there more than once.
    private(set) var repeated: [EmailAddress] = []

    /// More than this is not typed, and not pasted by mistake either.
    static let bytesMax = 20_000

    init(_ text: String) {
        var keys: Set<String> = []
        for entry in AddressList.entries(text) {
            guard let address = EmailAddress(entry) else {
                // Long enough to be found again, short enough for a sentence.
                malformed.append(entry.count > 60 ? "\(entry.prefix(60))…" : entry)
                continue
            }
            if keys.insert(address.key).inserted {
                addresses.append(address)
            } else if !repeated.contains(where: { $0.key == address.key }) {
                repeated.append(address)
            }
        }
    }

    var count: Int { addresses.count + malformed.count }

    /// A name in quotes may hold the separators, so it goes first.
    private static func entries(_ text: String) -> [String] {
        text.replacing(/"[^"\n]*"\s*(?=<)/, with: "")
            .split { ",;\n\r".contains($0) || $0.isNewline }
            .flatMap { piece -> [String] in
                let bracketed = piece.matches(of: /<([^<>]*)>/).map { String($0.1).trimmed }
                let rest = piece.replacing(/<[^<>]*>/, with: " ").split(whereSeparator: \.isWhitespace).map(String.init)
                // Beside brackets, words are a name.
                return bracketed + (bracketed.isEmpty ? rest : rest.filter { $0.contains("@") })
            }
    }
}
