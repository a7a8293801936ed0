import Access
import Documents
import Kernel
import Web

/// Which movements are looked at: those of a period, both days included.
struct MovementFilter {
    let from: Day?
    let until: Day?

    static let names = ["from", "until"]

    init(_ visit: Visit) {
        from = Day(visit.query("from"))
        until = Day(visit.query("until"))
    }

    /// - Returns: nil for all.
    func window(_ zone: Zone) -> Range<Instant>? {
        if from == nil, until == nil { return nil }
        let first = from.map { zone.start(of: $0) } ?? Instant(milliseconds: 0)
        let last = until.map { zone.start(of: $0.adding(days: 1)) } ?? Instant(milliseconds: .max)
        return first..<max(first, last)
    }
}

/// The movements as a table for a spreadsheet.
struct MovementTable {
    let bytes: [UInt8]

    init(_ movements: [PrepaidMovement], _ visit: OrganizationVisit<ManageBilling>) {
        let words = visit.words
        var table = CSV()
        table.row([
            words("billing.movement.when"), words("billing.movement.origin"), words("billing.document"),
            words("billing.currency"), words("billing.movement.amount"), words("billing.movement.balance"),
        ])
        for movement in movements {
            table.row([
                .text(visit.organization.zone.day(of: movement.happenedAt).description),
                .text(words(movement.origin.word)), .text(movement.documentNumber ?? ""),
                .text(movement.amount.currency.rawValue), .number(movement.amount.plain),
                .number(movement.balance.plain),
            ])
        }
        bytes = table.bytes
    }
}
