import Foundation
import Storage
import TestSupport
import Testing

/// Lives made up of chance. To live a failing one again: `KONTOR_SIMULATOR_SEED=17 bin/test Simulator`; to live longer:
/// `KONTOR_SIMULATOR_STEPS=2000`.
@Suite("Simulated lives of an organisation's money")
struct SimulatorTests {
    private static func number(_ name: String) -> UInt64? {
        ProcessInfo.processInfo.environment[name].flatMap { UInt64($0) }
    }

    private static let steps = number("KONTOR_SIMULATOR_STEPS").map { Int($0) } ?? 60

    private static func seeds(_ usual: ClosedRange<UInt64>) -> [UInt64] {
        number("KONTOR_SIMULATOR_SEED").map { [$0] } ?? Array(usual)
    }

    private static func live(_ seed: UInt64, _ kind: DatabaseKind) async throws {
        try await DatabaseLease.withDatabase(kind, migrations: World.migrations) { database in
            try await Simulator(seed: seed, over: database).run(steps: steps)
        }
    }

    @Test(
        "Whatever happens, the books are right and nobody is told one thing and then another", arguments: seeds(1...40))
    func sqlite(_ seed: UInt64) async throws { try await SimulatorTests.live(seed, .sqlite) }

    @Test("The same on PostgreSQL", arguments: seeds(1001...1004))
    func postgres(_ seed: UInt64) async throws { try await SimulatorTests.live(seed, .postgres) }

    @Test(
        "What is wrong is found in the step after, and told with its seed",
        arguments: [
            "UPDATE prepaid_account SET balance = balance - 1",
            "UPDATE sandbox_charge SET amount = amount + 1 WHERE state = 'succeeded'",
            "UPDATE shop_order SET state = 'open' WHERE state = 'paid'",
            "UPDATE payment SET state = 'failed' WHERE state = 'posted' AND method = 'card'",
            "UPDATE withdrawal SET state = 'returned', reason = 'x', settled_at = 1",
        ])
    func canFail(_ defect: String) async throws {
        try await DatabaseLease.withDatabase(.sqlite, migrations: World.migrations) { database in
            let simulator = Simulator(seed: 3, over: database)
            try await simulator.run(steps: 150)
            try await database.write { try $0.script(defect) }
            let failure = await #expect(throws: Simulator.Failure.self) { try await simulator.run(steps: 1) }
            #expect(failure?.description.contains("KONTOR_SIMULATOR_SEED=3") == true)
            #expect(failure?.description.contains("150 ") == true)
        }
    }

    @Test("The lives come by all that can happen")
    func reach() async throws {
        var happened: Set<String> = []
        for seed in UInt64(1)...8 {
            try await DatabaseLease.withDatabase(.sqlite, migrations: World.migrations) { database in
                let simulator = Simulator(seed: seed, over: database)
                try await simulator.run(steps: 100)
                happened.formUnion(try await simulator.world.eventNames())
                happened.formUnion(simulator.trace.map { $0.split(separator: " ").joined(separator: " ") })
            }
        }
        let wanted: Set<String> = [
            "InvoicePaid", "PrepaidToppedUp", "PaymentFailed", "PaymentVoided", "PaymentExpired", "PaymentCredited",
            "WithdrawalRequested", "WithdrawalCancelled", "WithdrawalPaid", "WithdrawalReturned", "PayoutFileMade",
            "died, sent again", "died, started again", "prepaid_balance_too_low", "payment_under_way",
            "withdrawal_under_way", "withdrawal_settled", "nothing_to_pay_out", "nothing_open",
        ]
        #expect(wanted.subtracting(happened).isEmpty)
    }

    @Test("The same seed is the same life")
    func again() async throws {
        let seeds: [UInt64] = [7, 7, 8]
        let lives = try await seeds.asyncMap { seed in
            try await DatabaseLease.withDatabase(.sqlite, migrations: World.migrations) { database in
                let simulator = Simulator(seed: seed, over: database)
                try await simulator.run(steps: 20)
                return simulator.trace
            }
        }
        #expect(lives[0] == lives[1])
        #expect(lives[0] != lives[2])
    }
}

extension Array {
    fileprivate func asyncMap<T>(_ transform: (Element) async throws -> T) async rethrows -> [T] {
        var results: [T] = []
        for element in self { results.append(try await transform(element)) }
        return results
    }
}
