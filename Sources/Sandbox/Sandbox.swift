package import Billing
package import Delivery
package import Foundation
package import Storage
package import Web

/// The room of the outside world, for trying and testing: a mailbox in place of a mail server, a card processor with its
/// bank, and a clock that can be put forward. In production its doors are closed and nothing of it is used.
package struct Sandbox: Sendable {
    let database: Database
    let clock: SandboxClock
    let processor: SandboxCardProcessor
    let bank: SandboxBank
    let payments: Payments

    /// - Parameter clock: the one that every room was given the surroundings of.
    package init(
        database: Database, clock: SandboxClock, processor: SandboxCardProcessor, bank: SandboxBank, payments: Payments
    ) {
        self.database = database
        self.clock = clock
        self.processor = processor
        self.bank = bank
        self.payments = payments
    }

    package static let migrations: [Migration] =
        [.sandboxMessages, .sandboxClock, .sandboxBank] + Migration.sandboxCards + [
            .sandboxAttachments,
            .sandboxDisputes,
        ]

    package static let words = Bundle.module.bundleURL.appendingPathComponent("Words")

    /// Whether anything of the outside world was ever built in here: production must not begin with what is not real.
    package static func wasUsed(in connection: Connection) throws -> Bool {
        try connection.row(
            """
            SELECT 1 AS used WHERE EXISTS (SELECT 1 FROM sandbox_message) OR EXISTS (SELECT 1 FROM sandbox_charge)
                OR EXISTS (SELECT 1 FROM sandbox_clock WHERE ahead_milliseconds > 0)
            """) != nil
    }

    /// In place of the mail server.
    package var channel: SandboxMailbox { SandboxMailbox(database: database) }

    /// - Parameter worker: the one that works off what falls due while the clock moves.
    package func open(_ doors: Doors, worker: Worker) {
        let work = SandboxWork(worker)
        openDesk(doors)
        openMessages(doors)
        openMessagesAPI(doors)
        openClock(doors, work)
        openClockAPI(doors, work)
        openConfirmation(doors)
        openBankAPI(doors)
        openProcessor(doors)
    }
}
