package import Kernel
import Storage

/// What kind of supply a line is, for VAT. The rate follows from it and from the day the service begins.
package enum VATClass: String, CaseIterable, Sendable, StoredAsText {
    case standard
    /// Books, newspapers, food.
    case reduced
    case accommodation
    /// Not a supply at all: money paid in advance.
    case none

    /// The Swiss rate on a day (VAT Act, article 25; raised on 2024-01-01).
    package func rate(on day: Day) -> Percentage {
        let rates = VATClass.dated.last { $0.from <= day } ?? VATClass.dated[0]
        return switch self {
        case .standard: Percentage(basisPoints: rates.standard)
        case .reduced: Percentage(basisPoints: rates.reduced)
        case .accommodation: Percentage(basisPoints: rates.accommodation)
        case .none: Percentage(basisPoints: 0)
        }
    }

    private struct Rates {
        let from: Day
        let standard, reduced, accommodation: Int64
    }

    private static let dated = [
        Rates(from: Day("2018-01-01")!, standard: 770, reduced: 250, accommodation: 370),
        Rates(from: Day("2024-01-01")!, standard: 810, reduced: 260, accommodation: 380),
    ]
}

/// Whether Swiss VAT is due at all. What is not domestic carries a note that says why.
package enum VATTreatment: String, CaseIterable, Sendable, StoredAsText {
    case domestic
    /// A service to somebody abroad.
    case export
    /// To a business of the European Union with a VAT number: it accounts for the tax itself.
    case reverseCharge = "reverse_charge"
    /// Nothing was supplied: receipts.
    case outside

    package init(for recipient: Recipient) {
        if VATTreatment.inland.contains(recipient.country.code) {
            self = .domestic
        } else if VATTreatment.europeanUnion.contains(recipient.country.code),
            recipient.vatNumber.flatMap({ VATNumber($0, in: recipient.country) }) != nil
        {
            self = .reverseCharge
        } else {
            self = .export
        }
    }

    /// The key of the sentence printed on the document.
    package var note: String? {
        switch self {
        case .domestic: nil
        case .export: "billing.vat.export"
        case .reverseCharge: "billing.vat.reverse_charge"
        case .outside: "billing.vat.outside"
        }
    }

    /// Liechtenstein shares the Swiss VAT territory (treaty of 28 October 1994).
    private static let inland: Set<String> = ["CH", "LI"]

    private static let europeanUnion: Set<String> = [
        "AT", "BE", "BG", "CY", "CZ", "DE", "DK", "EE", "ES", "FI", "FR", "GR", "HR", "HU", "IE", "IT", "LT", "LU",
        "LV", "MT", "NL", "PL", "PT", "RO", "SE", "SI", "SK",
    ]
}
