import Kernel
import Testing

/// Francs and cents of a test.
func chf(_ minorUnits: Int64) -> Money { Money(minorUnits: minorUnits, .chf) }

@Suite struct MoneyTests {
    @Test func `Amounts of one currency add and subtract`() throws {
        #expect(try chf(11_940) + chf(60) == chf(12_000))
        #expect(try chf(5) - chf(10) == chf(-5))
        #expect(-chf(5) == chf(-5))
    }

    @Test func `Francs and euros do not mix`() {
        let euros = Money(minorUnits: 100, .eur)
        #expect(throws: MoneyError.mixedCurrencies(.chf, .eur)) { try chf(100) + euros }
        #expect(throws: MoneyError.mixedCurrencies(.eur, .chf)) { try euros - chf(100) }
    }

    @Test func `What does not fit into 64 bits is refused, not wrapped`() throws {
        #expect(throws: MoneyError.overflow) { try chf(.max) + chf(1) }
        #expect(throws: MoneyError.overflow) { try chf(.min) + chf(-1) }
        #expect(throws: MoneyError.overflow) { try chf(.min) - chf(1) }
        #expect(throws: MoneyError.overflow) { try chf(0) - chf(.min) }
        #expect(try chf(.max) + chf(0) == chf(.max))
        #expect(try chf(-1) - chf(.min) == chf(.max))
    }

    struct Reading: CustomTestStringConvertible, Sendable {
        let text: String
        let minorUnits: Int64?
        var testDescription: String { "“\(text)”" }

        static let all = [
            Reading(text: "119", minorUnits: 11_900),
            Reading(text: "119.4", minorUnits: 11_940),
            Reading(text: "119.40", minorUnits: 11_940),
            Reading(text: "119.04", minorUnits: 11_904),
            Reading(text: "1'119.40", minorUnits: 111_940),
            Reading(text: "1’119.40", minorUnits: 111_940),
            Reading(text: "1 119.40", minorUnits: 111_940),
            Reading(text: "0", minorUnits: 0),
            Reading(text: "0.05", minorUnits: 5),
            Reading(text: "007", minorUnits: 700),
            Reading(text: "999999999999.99", minorUnits: 99_999_999_999_999),
            Reading(text: "1000000000000", minorUnits: nil),
            Reading(text: "", minorUnits: nil),
            Reading(text: ".", minorUnits: nil),
            Reading(text: ".5", minorUnits: nil),
            Reading(text: "5.", minorUnits: nil),
            Reading(text: "-1", minorUnits: nil),
            Reading(text: "+1", minorUnits: nil),
            Reading(text: "1.234", minorUnits: nil),
            Reading(text: "1.2.3", minorUnits: nil),
            Reading(text: "1,50", minorUnits: nil),
            Reading(text: "1e3", minorUnits: nil),
            Reading(text: "1.-5", minorUnits: nil),
            Reading(text: "CHF 1", minorUnits: nil),
            Reading(text: "１", minorUnits: nil),
        ]
    }

    @Test(arguments: Reading.all) func `An amount is read as it was written, or refused`(_ row: Reading) {
        #expect(Money(row.text, .chf) == row.minorUnits.map(chf))
    }

    @Test(
        arguments: [
            (11_940, "119.40"), (5, "0.05"), (0, "0.00"), (-5, "-0.05"), (-12_345, "-123.45"),
            (100_000_000, "1000000.00"),
            (Int64.min, "-92233720368547758.08"),
        ] as [(Int64, String)])
    func `The plain form has two decimals and a sign in front`(minorUnits: Int64, text: String) {
        #expect(chf(minorUnits).plain == text)
    }

    @Test(arguments: [(-1, false, true, false), (0, true, false, false), (1, false, false, true)])
    func `An amount is negative, zero or positive`(minorUnits: Int, isZero: Bool, isNegative: Bool, isPositive: Bool) {
        let amount = chf(Int64(minorUnits))
        #expect(amount.isZero == isZero)
        #expect(amount.isNegative == isNegative)
        #expect(amount.isPositive == isPositive)
    }
}

@Suite struct PercentageTests {
    struct Share: CustomTestStringConvertible, Sendable {
        let name: String
        let basisPoints: Int64
        let amount: Int64
        let share: Int64
        var testDescription: String { name }

        static let all = [
            Share(name: "first discount of the example", basisPoints: 2000, amount: 34_720, share: 6944),
            Share(name: "second discount, on what remains", basisPoints: 2500, amount: 27_776, share: 6944),
            Share(name: "VAT 8.1 % of 208.32", basisPoints: 810, amount: 20_832, share: 1687),
            Share(name: "VAT 8.1 % of 277.76", basisPoints: 810, amount: 27_776, share: 2250),
            Share(name: "VAT 8.1 % of 0.10", basisPoints: 810, amount: 10, share: 1),
            Share(name: "VAT 8.1 % of 0.06 is below a half", basisPoints: 810, amount: 6, share: 0),
            Share(name: "VAT 8.1 % of 7 × 0.95 together", basisPoints: 810, amount: 7 * 95, share: 54),
            Share(name: "VAT 8.1 % of 0.95 alone", basisPoints: 810, amount: 95, share: 8),
            Share(name: "VAT 8.1 % of 3 × 11.79", basisPoints: 810, amount: 3 * 1179, share: 286),
            Share(name: "exactly half a cent goes up", basisPoints: 5000, amount: 1, share: 1),
            Share(name: "exactly half a cent of a credit goes down", basisPoints: 5000, amount: -1, share: -1),
            Share(name: "a credit is the mirror of its charge", basisPoints: 810, amount: -20_832, share: -1687),
            Share(name: "nothing", basisPoints: 0, amount: 100, share: 0),
            Share(name: "all of it", basisPoints: 10_000, amount: 99_999_999_999_999, share: 99_999_999_999_999),
        ]
    }

    @Test(arguments: Share.all) func `A share is rounded half up to the cent`(_ row: Share) {
        #expect(Percentage(basisPoints: row.basisPoints).of(chf(row.amount)) == chf(row.share))
    }

    @Test(arguments: [(810, "8.1"), (2000, "20"), (255, "2.55"), (205, "2.05"), (0, "0"), (5, "0.05"), (10_000, "100")])
    func `A percentage is written without needless zeros`(basisPoints: Int, text: String) {
        #expect(Percentage(basisPoints: Int64(basisPoints)).plain == text)
    }

    @Test(
        arguments: [
            (0, 2, 0), (1, 2, 1), (-1, 2, -1), (3, 2, 2), (-3, 2, -2), (1, 3, 0), (2, 3, 1), (-1, 3, 0), (-2, 3, -1),
            (4, 10, 0), (5, 10, 1), (-4, 10, 0), (-5, 10, -1), (7, 1, 7), (.max, 1, .max), (.max, .max, 1),
            (-.max, 2, -4_611_686_018_427_387_904),
        ] as [(Int64, Int64, Int64)])
    func `Halves round away from zero`(value: Int64, divisor: Int64, rounded: Int64) {
        #expect(roundedHalfUp(value, over: divisor) == rounded)
    }
}
