package import Kernel
import Storage

/// A draft with all its amounts, and how each came about.
package struct ComputedDocument: Hashable, Sendable {
    package let lines: [ComputedLine]
    package let treatment: VATTreatment
    /// One row for each rate, highest first; none where nothing was supplied.
    package let vat: [VATAmount]
    package let net: Money
    package let vatTotal: Money
    package let rounding: Money
    package let total: Money
}

package struct ComputedLine: Hashable, Sendable {
    package let draft: DraftLine
    package let list: Money
    package let steps: [DiscountStep]
    package let net: Money
    package let vatRate: Percentage

    /// As the document keeps them.
    var stepsText: String { steps.isEmpty ? "[]" : JSONText.encode(steps) }
}

/// One printed step of how a price was computed: minus so much of what remained, and what remains now.
package struct DiscountStep: Hashable, Sendable, Codable {
    package let label: String
    package let basisPoints: Int64
    package let remainingMinorUnits: Int64
}

package struct VATAmount: Hashable, Sendable {
    package let rate: Percentage
    package let net: Money
    package let vat: Money
}

extension DocumentDraft {
    /// List price, then discounts, then VAT on the sum of nets of each rate, then the 5-Rappen line, then the total.
    /// - Parameter day: the day of issue; the VAT rate of a line without a period follows it.
    package func computed(on day: Day, treatment: VATTreatment? = nil) throws(DraftError) -> ComputedDocument {
        if lines.isEmpty { throw .noLines }
        if lines.count > DocumentDraft.linesMax { throw .tooManyLines(lines.count) }
        let treatment = treatment ?? VATTreatment(for: recipient)
        var computed: [ComputedLine] = []
        for line in lines {
            if line.unitListPrice.currency != currency { throw .mixedCurrencies }
            computed.append(try line.computed(on: day, treatment: treatment))
        }
        let vat = treatment == .outside ? [] : vatAmounts(of: computed)
        let net = computed.reduce(0) { $0 + $1.net.minorUnits }
        let vatTotal = vat.reduce(0) { $0 + $1.vat.minorUnits }
        let exact = Money(minorUnits: net + vatTotal, currency)
        let rounding = roundsToFiveRappen && currency == .chf ? exact.roundingToFiveRappen : .zero(currency)
        return ComputedDocument(
            lines: computed, treatment: treatment, vat: vat, net: Money(minorUnits: net, currency),
            vatTotal: Money(minorUnits: vatTotal, currency), rounding: rounding,
            total: Money(minorUnits: exact.minorUnits + rounding.minorUnits, currency))
    }

    private func vatAmounts(of lines: [ComputedLine]) -> [VATAmount] {
        var nets: [Int64: Int64] = [:]
        for line in lines where line.draft.vatClass != .none {
            nets[line.vatRate.basisPoints, default: 0] += line.net.minorUnits
        }
        return nets.sorted { $0.key > $1.key }.map { basisPoints, minorUnits in
            let rate = Percentage(basisPoints: basisPoints)
            let net = Money(minorUnits: minorUnits, currency)
            return VATAmount(rate: rate, net: net, vat: rate.of(net))
        }
    }
}

extension DraftLine {
    /// No line of a hundred million francs: with it, no sum of a thousand lines can leave 64 bits.
    private static let minorUnitsMax: Int64 = 10_000_000_000

    fileprivate func computed(on day: Day, treatment: VATTreatment) throws(DraftError) -> ComputedLine {
        guard quantity >= 1 else { throw .quantity(quantity) }
        let (listed, overflow) = unitListPrice.minorUnits.multipliedReportingOverflow(by: Int64(quantity))
        guard !overflow, listed.magnitude <= DraftLine.minorUnitsMax else { throw .tooLarge }
        var remaining = listed
        var steps: [DiscountStep] = []
        for discount in discounts {
            guard (0...10_000).contains(discount.percentage.basisPoints) else { throw .discount(discount.percentage) }
            // What is printed is what remains, so that is what is rounded.
            remaining = roundedHalfUp(remaining * (10_000 - discount.percentage.basisPoints), over: 10_000)
            steps.append(
                DiscountStep(
                    label: discount.label, basisPoints: discount.percentage.basisPoints, remainingMinorUnits: remaining)
            )
        }
        let currency = unitListPrice.currency
        let rate = treatment == .domestic ? vatClass.rate(on: period?.start ?? day) : Percentage(basisPoints: 0)
        return ComputedLine(
            draft: self, list: Money(minorUnits: listed, currency), steps: steps,
            net: Money(minorUnits: remaining, currency), vatRate: rate)
    }
}
