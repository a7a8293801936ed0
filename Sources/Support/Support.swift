package import Foundation
import Kernel
package import Storage
package import Web

/// The operator's desk: finding a customer, seeing what they see, blocking somebody in an emergency, and what did not leave the
/// house. Nothing here is a customer's; each look of the staff at a customer is written down and shown to them (SUP-23).
package struct Support: Sendable {
    let database: Database
    let facts: CustomerFacts

    package init(database: Database, facts: CustomerFacts) {
        self.database = database
        self.facts = facts
    }

    package static let migrations: [Migration] = [.looks]

    package static let words = Bundle.module.bundleURL.appendingPathComponent("Words")

    package func open(_ doors: Doors) {
        openDesk(doors)
        openPeople(doors)
        openBlocks(doors)
        openOrganizations(doors)
        openParked(doors)
        openLooks(doors)
        doors.subject("delivery", .settings)
        doors.subject("event", .settings)
    }
}
