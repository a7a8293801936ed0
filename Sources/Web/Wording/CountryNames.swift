import Foundation
package import Kernel

/// The names of countries, from the locale data that comes with Foundation.
package enum CountryNames {
    package static func name(of country: Country, in language: Language) -> String {
        Locale(identifier: language.rawValue).localizedString(forRegionCode: country.code) ?? country.code
    }

    /// All countries in the order of their names in a language; the provider's home first.
    package static func sorted(in language: Language) -> [(country: Country, name: String)] {
        lists[language] ?? []
    }

    private static let lists: [Language: [(country: Country, name: String)]] = Dictionary(
        uniqueKeysWithValues: Language.allCases.map { language in
            let locale = Locale(identifier: language.rawValue)
            let named = Country.ordered.compactMap(Country.init).map { country in
                (country: country, name: locale.localizedString(forRegionCode: country.code) ?? country.code)
            }
            return (language, named.sorted { $0.name.compare($1.name, locale: locale) == .orderedAscending })
        })
}

extension String {
    fileprivate func compare(_ other: String, locale: Locale) -> ComparisonResult {
        compare(other, options: [.caseInsensitive, .diacriticInsensitive], range: nil, locale: locale)
    }
}
