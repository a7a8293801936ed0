/// The five languages of the console (ACC-15). English is the source of the words, the others are complete.
package enum Language: String, CaseIterable, Sendable, Codable {
    case english = "en"
    case french = "fr"
    case german = "de"
    case italian = "it"
    case spanish = "es"

    /// Its name in itself.
    package var ownName: String {
        switch self {
        case .english: "English"
        case .french: "Français"
        case .german: "Deutsch"
        case .italian: "Italiano"
        case .spanish: "Español"
        }
    }

    /// The best of the five for an `Accept-Language` header (RFC 9110, 12.5.4): highest weight first, then first named.
    package init(acceptLanguage header: String?) {
        var best: (language: Language, weight: Int)?
        for range in (header ?? "").prefix(500).split(separator: ",") {
            let parts = range.split(separator: ";").map { $0.filter { !$0.isWhitespace } }
            guard let tag = parts.first?.lowercased(), let language = Language(rawValue: String(tag.prefix(2))),
                tag.utf8.count == 2 || tag.utf8.dropFirst(2).first == UInt8(ascii: "-")
            else { continue }
            let quality = parts.dropFirst().first { $0.hasPrefix("q=") }.flatMap { Double($0.dropFirst(2)) } ?? 1
            // `nan` reads as a number, and no whole number can be made of it.
            let weight = quality.isNaN ? 0 : Int((min(max(quality, 0), 1)) * 1000)
            if weight > best?.weight ?? 0 { best = (language, weight) }
        }
        self = best?.language ?? .english
    }
}
