package import Kernel

extension Money {
    /// The share of some days of a period, rounded half up once: what is left of a term that was paid for.
    /// - Precondition: the days lie inside the period.
    package func prorated(_ days: Int, of period: Period) -> Money {
        precondition((0...period.days).contains(days), "A share of a period has at most all of its days.")
        return Money(minorUnits: roundedHalfUp(minorUnits * Int64(days), over: Int64(period.days)), currency)
    }

    /// Splits without losing a cent, by largest remainder; equal remainders go by index: 100.00 in three is 33.34, 33.33,
    /// 33.33.
    /// - Precondition: no weight is negative and one is positive.
    package func allocated(over weights: [Int]) -> [Money] {
        let total = weights.reduce(0, +)
        precondition(total > 0 && weights.allSatisfy { $0 >= 0 }, "Shares need weights, and one of them above zero.")
        let magnitude = Int64(minorUnits.magnitude)
        var shares = weights.map { magnitude * Int64($0) / Int64(total) }
        let byRemainder = weights.indices.sorted { left, right in
            let leftRest = magnitude * Int64(weights[left]) % Int64(total)
            let rightRest = magnitude * Int64(weights[right]) % Int64(total)
            return leftRest == rightRest ? left < right : leftRest > rightRest
        }
        for index in byRemainder.prefix(Int(magnitude - shares.reduce(0, +))) { shares[index] += 1 }
        return shares.map { Money(minorUnits: minorUnits < 0 ? -$0 : $0, currency) }
    }

    /// What is added so that the amount can be paid in coins: to the nearest 5 Rappen, halves away from zero.
    package var roundingToFiveRappen: Money {
        Money(minorUnits: roundedHalfUp(minorUnits, over: 5) * 5 - minorUnits, currency)
    }
}
