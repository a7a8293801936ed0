import Documents
import Kernel
import Storage

/// What an import of a file would do, as far as that can be told without booking anything.
package struct BankForecast: Hashable, Sendable {
    /// Posted is what something of a customer's would be paid or topped up by. What becomes of money that goes out or was taken
    /// back is decided when it is booked.
    package var counts = BankCounts()
    /// Why the file would be refused, with the line; empty where it would not.
    package var refusal = ""

    package var isRefused: Bool { !refusal.isEmpty }
}

extension Payments {
    /// Reads a file of the bank and finds what each new movement is for, and writes nothing: to look at before it is imported.
    /// Two that pay the same invoice both count as posted; the second would go to prepaid.
    package func checkBankFile(_ file: BankFile) async throws -> BankForecast {
        var total = BankCounts()
        do {
            var checked = try check(file)
            var known = KnownEntries()
            while true {
                let movements = try checked.next(Payments.bankBatchSize)
                if movements.isEmpty { return BankForecast(counts: total) }
                let before = (total, known)
                (total, known) = try await database.read { connection in
                    var (total, known) = before
                    try forecast(movements, &known, into: &total, in: connection)
                    return (total, known)
                }
            }
        } catch let trouble as XMLTrouble {
            return BankForecast(refusal: trouble.description)
        }
    }

    private func forecast(
        _ movements: [BankMovement], _ known: inout KnownEntries, into total: inout BankCounts,
        in connection: Connection
    ) throws {
        total.read += movements.count
        known.formUnion(try connection.knownEntries(movements))
        var new: [BankMovement] = []
        for movement in movements where !known.contains(movement) {
            known.insert(movement)
            new.append(movement)
        }
        total.known += movements.count - new.count
        let facts = try BankFacts(seenOf: new, in: connection)
        let decided = new.map(facts.decide)
        let own = try connection.ownMoney(for: decided.filter(\.mayBeOurs).map(\.movement.told))
        for next in decided {
            switch next.match {
            case _ where next.movement.amount.isNegative || next.movement.isReversal: total.other += 1
            case _ where next.mayBeOurs && isHalfOfExchange(next.movement): total.other += 1
            case _ where next.mayBeOurs && OwnMoney.match(next.movement.told, among: own) != nil: total.other += 1
            case .pays, .isTooLittle: total.posted += 1
            case .unidentified: total.unidentified += 1
            case .batch, .outgoing: total.other += 1
            }
        }
    }
}
