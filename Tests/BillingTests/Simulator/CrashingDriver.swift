import Storage
import Synchronization

/// A database whose program dies when told: before the nth statement that changes something, or right after a commit that
/// nobody hears of any more. Dead, it answers nothing until it is started again.
final class CrashingDriver: Driver {
    struct Crash: Error {}

    enum Plan: Sendable, CustomStringConvertible {
        case beforeWrite(Int)
        case afterCommit(Int)

        var description: String {
            switch self {
            case .beforeWrite(let count): "before write \(count)"
            case .afterCommit(let count): "after commit \(count)"
            }
        }
    }

    private struct State {
        var plan: Plan?
        var isDead = false
    }

    private let database: Database
    private let state = Mutex(State())

    init(_ database: Database) {
        self.database = database
    }

    func plan(_ plan: Plan) { state.withLock { $0 = State(plan: plan) } }

    /// - Returns: whether it had died.
    func restart() -> Bool {
        state.withLock { state in
            let hadDied = state.isDead
            state = State()
            return hadDied
        }
    }

    var dialect: Dialect { database.dialect }

    func read<T: Sendable>(_ body: @escaping @Sendable (Connection) throws -> T) async throws -> T {
        try checkAlive()
        return try await database.read(body)
    }

    func write<T: Sendable>(_ body: @escaping @Sendable (Connection) throws -> T) async throws -> T {
        try checkAlive()
        let result = try await database.write { connection in
            try body(Connection(CrashingSession(connection, driver: self)))
        }
        try state.withLock { state in
            guard case .afterCommit(let count) = state.plan else { return }
            state.plan = count > 1 ? .afterCommit(count - 1) : nil
            if count <= 1 {
                state.isDead = true
                throw Crash()
            }
        }
        return result
    }

    func report<T: Sendable>(_ body: @escaping @Sendable (Connection) throws -> T) async throws -> T {
        try checkAlive()
        return try await database.report(body)
    }

    func onAnnouncement(_ wake: @escaping @Sendable () -> Void) { database.onAnnouncement(wake) }

    func close() async {}

    private func checkAlive() throws {
        if state.withLock({ $0.isDead }) { throw Crash() }
    }

    fileprivate func willWrite() throws {
        try state.withLock { state in
            if state.isDead { throw Crash() }
            guard case .beforeWrite(let count) = state.plan else { return }
            state.plan = count > 1 ? .beforeWrite(count - 1) : nil
            if count <= 1 {
                state.isDead = true
                throw Crash()
            }
        }
    }
}

private final class CrashingSession: Session {
    private let connection: Connection
    private let driver: CrashingDriver

    init(_ connection: Connection, driver: CrashingDriver) {
        self.connection = connection
        self.driver = driver
    }

    var dialect: Dialect { connection.dialect }

    func rows(_ statement: SQL) throws -> [Row] {
        // Some writes give their row back.
        if !statement.text(placeholder: { "$\($0)" }).hasPrefix("SELECT") { try driver.willWrite() }
        return try connection.rows(statement)
    }

    func execute(_ statement: SQL) throws -> Int {
        try driver.willWrite()
        return try connection.execute(statement)
    }

    func script(_ text: String) throws {
        try driver.willWrite()
        try connection.script(text)
    }
}
