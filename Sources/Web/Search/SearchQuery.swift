package import Access
import Foundation
package import Kernel

/// What somebody looks for in an organisation, and what they may see there.
package struct SearchQuery: Sendable {
    /// As it was typed, without what surrounds it.
    package let text: String
    package let standing: Standing
    package let words: Words
    /// How many hits a source should answer at most. It is one more than are shown, so that the page can say there are more.
    package let limit: Int
    private let terms: [String]

    /// Nobody types more; a link could hold more.
    package static let lengthMax = 100

    package init(_ text: String, standing: Standing, words: Words, limit: Int) {
        self.text = String(text.trimmed.prefix(SearchQuery.lengthMax)).trimmed
        self.standing = standing
        self.words = words
        self.limit = limit
        terms = SearchQuery.folded(self.text).split(separator: " ").map(String.init)
    }

    package var organization: OrganizationID { standing.organization }

    /// Whether a title holds every word that was typed, whatever the case and the accents. For what is known in memory; a
    /// table is searched by `Dialect.matches`.
    package func matches(_ title: String) -> Bool {
        let title = SearchQuery.folded(title)
        return !terms.isEmpty && terms.allSatisfy { title.contains($0) }
    }

    /// Whether a title begins with what was typed: the better hit.
    func begins(_ title: String) -> Bool {
        terms.first.map { SearchQuery.folded(title).hasPrefix($0) } ?? false
    }

    private static func folded(_ text: String) -> String {
        text.folding(options: [.caseInsensitive, .diacriticInsensitive, .widthInsensitive], locale: nil)
    }
}
