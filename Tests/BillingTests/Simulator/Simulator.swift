import Billing
import Kernel
import Storage
import TestSupport

/// A life of one organisation's money, made up of chance: orders and invoices, cards, prepaid, top-ups, withdrawals, transfers
/// and the bank's files, credit notes, refunds, disputes, write-offs, things that are sent twice, messages that get lost, and
/// programs that die. The same seed is the same life.
final class Simulator {
    let seed: UInt64
    let world: World
    let driver: CrashingDriver
    var chance: SplitMix64
    var shadow = Shadow()
    var outside = Outside()
    private(set) var trace: [String] = []
    private var keys = 0

    init(seed: UInt64, over database: Database) {
        self.seed = seed
        driver = CrashingDriver(database)
        world = World(Database(driver), outside: database)
        chance = SplitMix64(seed: seed)
    }

    struct Failure: Error, CustomStringConvertible {
        let description: String
    }

    /// What may happen to any request, and must not matter: it is refused, the way to the processor is cut, we die.
    private static func isExpected(_ error: any Error) -> Bool {
        error is Problem || error is CrashingDriver.Crash || error is TroubledLine.Lost || error is Shop.Struck
    }

    /// - Parameter every: steps after which everything is checked.
    func run(steps: Int, checkingEvery every: Int = 1) async throws {
        for step in 1...steps {
            let action = Action.dice.randomElement(using: &chance) ?? .wait
            if chance.one(in: 5) { plan() }
            if chance.one(in: 6) { world.line.fails(chance.one(in: 2) ? .messageLost : .answerLost) }
            try await attempt("\(step) \(action)") { try await self.perform(action) }
            world.line.fails(.none)
            if driver.restart() { note("   died, started again") }
            if step % every == 0 { try await check() }
        }
        try await settleEverything()
    }

    private func plan() {
        let count = Int.random(in: 1...25, using: &chance)
        let plan: CrashingDriver.Plan = chance.one(in: 4) ? .afterCommit((count + 7) / 8) : .beforeWrite(count)
        note("   will die \(plan)")
        driver.plan(plan)
    }

    private func attempt(_ what: String, _ body: () async throws -> Void) async throws {
        note(what)
        do { try await body() } catch let failure as Failure { throw failure } catch {
            guard Simulator.isExpected(error) else { throw failure("\(what) threw \(error)") }
            note("   \((error as? Problem)?.code ?? "\(type(of: error))")")
        }
    }

    /// With the processor in reach, its messages there and time going by, nothing stays undecided.
    private func settleEverything() async throws {
        note("the end")
        try await tellEverything()
        for _ in 1...30 {
            world.clock.advance(.minutes(5))
            let now = world.clock.now
            _ = try await world.payments.settleDue(now)
            _ = try await world.payments.settleRefundsDue(now)
            _ = try await world.payments.handleMessages(now)
        }
        try await check()
        if let finding = try await shadow.undecided(in: world, outside) { throw failure(finding) }
    }

    private func check() async throws {
        let violations = try await world.violations()
        if let first = violations.first { throw failure("\(first)") }
        if let finding = try await shadow.finding(in: world, outside) { throw failure(finding) }
    }

    func note(_ line: String) { trace.append(line) }

    func failure(_ finding: String) -> Failure {
        Failure(
            description: """
                \(finding)
                Again with KONTOR_SIMULATOR_SEED=\(seed). What happened:
                \(trace.joined(separator: "\n"))
                """)
    }

    /// A key as a form makes it.
    func newKey() -> String {
        keys += 1
        return "key \(keys)"
    }
}
