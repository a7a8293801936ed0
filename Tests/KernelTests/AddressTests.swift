import Kernel
import Testing

@Suite struct EmailAddressTests {
    private static let longest =
        String(repeating: "a", count: 64) + "@" + String(repeating: "b", count: 63) + "."
        + String(repeating: "c", count: 63) + "." + String(repeating: "d", count: 58) + ".ch"

    @Test(arguments: [
        "a@b.ch", "marie.rossier@atelier.example", "Marie.Rossier+news@Atelier.Example", "x_y-z@sub.domain.co.uk",
        "o'brien@example.ie", "!#$%&'*+-/=?^_`{|}~@example.com", "1@2.ch", "müller@example.ch",
        "a@xn--bcher-kva.example",
        "a@b-c.ch", "a@1.2.ch", longest,
    ])
    func `An address that mail servers deliver to is accepted as written`(text: String) {
        #expect(EmailAddress(text)?.description == text)
    }

    @Test(arguments: [
        "", "@", "a@", "@b.ch", "a", "a@b", "a@b@c.ch", "a b@c.ch", " a@b.ch", "a@b.ch ", ".a@b.ch", "a.@b.ch",
        "a..b@c.ch",
        "a@.ch", "a@b.", "a@b..ch", "a@-b.ch", "a@b-.ch", "a@b_c.ch", "a@127.0.0.1", "a@[127.0.0.1]", "\"a\"@b.ch",
        "a<b@c.ch", "a,b@c.ch", "a;b@c.ch", "a:b@c.ch", "a\\b@c.ch", "a@b.ch\r\nBcc: x@y.ch", "a\n@b.ch", "a\u{0}@b.ch",
        "a@b.ch,c@d.ch", "a@bücher.ch", "a@b.\(String(repeating: "c", count: 64))",
        "\(String(repeating: "a", count: 65))@b.ch", longest.replacing(".ch", with: "d.ch"),
    ])
    func `An address that cannot be is refused`(text: String) {
        #expect(EmailAddress(text) == nil)
    }

    @Test func `Case does not make another address`() throws {
        let first = try #require(EmailAddress("Marie@Example.CH"))
        #expect(first.key == "marie@example.ch")
        #expect(EmailAddressTests.longest.utf8.count == 254)
    }
}

@Suite struct PhoneNumberTests {
    struct Number: CustomTestStringConvertible, Sendable {
        let text: String
        let country: String?
        let e164: String?
        var testDescription: String { "\(text) in \(country ?? "no country")" }

        init(_ text: String, _ country: String?, _ e164: String?) {
            self.text = text
            self.country = country
            self.e164 = e164
        }

        static let all = [
            Number("079 123 45 67", "CH", "+41791234567"), Number("+41 79 123 45 67", "DE", "+41791234567"),
            Number("0041791234567", nil, "+41791234567"), Number("+41 (0)79 123 45 67", nil, "+41791234567"),
            Number("0041 (0)79 123 45 67", nil, "+41791234567"), Number("079/123.45-67", "CH", "+41791234567"),
            Number("+41\u{a0}79\u{202f}123 45 67", nil, "+41791234567"), Number("0171 2345678", "DE", "+491712345678"),
            Number("(030) 1234567", "DE", "+49301234567"), Number("06 1234 5678", "IT", "+390612345678"),
            Number("347 123 4567", "IT", "+393471234567"), Number("06 12 34 56 78", "FR", "+33612345678"),
            Number("612 34 56 78", "ES", "+34612345678"), Number("0470 12 34 56", "BE", "+32470123456"),
            Number("+1 212-555-0100", nil, "+12125550100"), Number("0044 20 7946 0958", "CH", "+442079460958"),
            Number("+12345678", nil, "+12345678"), Number("+123456789012345", nil, "+123456789012345"),
            Number("+1234567", nil, nil), Number("+1234567890123456", nil, nil), Number("079 123 45 67", nil, nil),
            Number("212-555-0100", "US", nil), Number("", "CH", nil), Number("+", nil, nil), Number("00", nil, nil),
            Number("++41791234567", nil, nil), Number("+0791234567", nil, nil), Number("000791234567", nil, nil),
            Number("079 123 45 6x", "CH", nil), Number("+41 79 123 45 67 ext 1", nil, nil),
            Number("+４１791234567", nil, nil),
            Number("079\n1234567", "CH", nil),
        ]
    }

    @Test(arguments: Number.all) func `A number is read in its country's habit, or refused`(_ row: Number) throws {
        let country = try row.country.map { try #require(Country($0)) }
        #expect(PhoneNumber(row.text, in: country)?.description == row.e164)
    }
}

@Suite struct CountryTests {
    @Test(arguments: [
        ("CH", true), ("XK", true), ("ch", false), ("XX", false), ("", false), ("CHE", false), ("UK", false),
    ])
    func `A country is one of ISO 3166-1`(code: String, isCountry: Bool) {
        #expect((Country(code)?.code == code) == isCountry)
    }

    @Test func `The list is in order, without a double, and numbers count from one`() throws {
        #expect(Country.ordered == Set(Country.ordered).sorted())
        #expect(Country.ordered.allSatisfy { $0.count == 2 })
        #expect(Country("AD")?.number == 1)
        #expect(Country("ZW")?.number == Country.ordered.count)
        #expect(Country.switzerland.description == "CH")
    }
}

@Suite struct IdentifierTests {
    @Test(
        arguments: [("1", 1), ("42", 42), ("007", 7), ("999999999999999999", 999_999_999_999_999_999)]
            as [(String, Int64)])
    func `A positive number is a key`(text: String, value: Int64) {
        #expect(OrganizationID(text)?.rawValue == value)
    }

    @Test(arguments: [
        "", "0", "000", "-1", "+1", " 1", "1 ", "1.0", "1e3", "0x1", "１", "1000000000000000000", "99999999999999999999",
        "a",
        "1\u{0}", "1/2",
    ])
    func `What is no key is refused`(text: String) {
        #expect(PersonID(text) == nil)
    }

    @Test func `Keys are written as their number and come in its order`() {
        #expect(ProductID(rawValue: 12).description == "12")
        #expect(ProductID(rawValue: 9) < ProductID(rawValue: 10))
    }
}
