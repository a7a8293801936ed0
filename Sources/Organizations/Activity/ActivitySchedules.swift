package import Delivery
import Kernel
import Storage

extension Organizations {
    /// What time brings to the record of events: they are sealed, and after a year it is forgotten where they came from.
    package var schedules: [Schedule] { [sealing, forgettingOrigins] }

    private var sealing: Schedule {
        Schedule(
            name: "audit-sealing", nextDue: { try Audit.nextDue(in: $0) },
            run: { [database] now in
                var total = 0
                while true {
                    let count = try await database.write { try Audit.seal(at: now, in: $0) }
                    total += count
                    if count == 0 { return total }
                }
            })
    }

    /// Addresses and devices are kept for twelve months, as the pages say (SES-15).
    private var forgettingOrigins: Schedule {
        Schedule(
            name: "audit-forgetting-origins",
            nextDue: { try $0.oldestOrigin()?.adding(Event.originKept).adding(.milliseconds(1)) },
            run: { [database] now in
                let end = now.adding(.milliseconds(-Event.originKept.wholeMilliseconds))
                var total = 0
                while true {
                    let count = try await database.write { try $0.erasePersonal(originsBefore: end, limit: 1000) }
                    total += count
                    if count == 0 { return total }
                }
            })
    }
}
