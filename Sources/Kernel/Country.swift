/// A country by its ISO 3166-1 alpha-2 code.
package struct Country: Hashable, Sendable, CustomStringConvertible {
    package let code: String

    package init?(_ code: String) {
        guard Country.codes.contains(code) else { return nil }
        self.code = code
    }

    package static let switzerland = Country("CH")!

    package var description: String { code }

    /// The place in the list of countries, from 1: what the public API calls its id.
    package var number: Int { (Country.ordered.firstIndex(of: code) ?? 0) + 1 }

    /// For numbers written without their country (the four SMS countries and their neighbours).
    package var callingCode: String? {
        switch code {
        case "CH": "41"
        case "LI": "423"
        case "FR": "33"
        case "DE": "49"
        case "AT": "43"
        case "IT": "39"
        case "ES": "34"
        case "BE": "32"
        case "LU": "352"
        default: nil
        }
    }

    package static let ordered: [String] = """
        AD AE AF AG AI AL AM AO AR AT AU AZ BA BB BD BE BF BG BH BI BJ BM BN BO BR BS BT BW BY BZ CA CD CF CG CH CI CL CM CN
        CO CR CU CV CY CZ DE DJ DK DM DO DZ EC EE EG ER ES ET FI FJ FM FR GA GB GD GE GH GI GL GM GN GQ GR GT GW GY HK HN HR
        HT HU ID IE IL IN IQ IR IS IT JM JO JP KE KG KH KI KM KN KP KR KW KZ LA LB LC LI LK LR LS LT LU LV LY MA MC MD ME MG
        MH MK ML MM MN MO MR MT MU MV MW MX MY MZ NA NE NG NI NL NO NP NR NZ OM PA PE PG PH PK PL PS PT PW PY QA RO RS RU RW
        SA SB SC SD SE SG SI SK SL SM SN SO SR SS ST SV SY SZ TD TG TH TJ TL TM TN TO TR TT TV TW TZ UA UG US UY UZ VA VC VE
        VN VU WS XK YE ZA ZM ZW
        """.split(whereSeparator: \.isWhitespace).map(String.init)

    private static let codes = Set(ordered)
}
