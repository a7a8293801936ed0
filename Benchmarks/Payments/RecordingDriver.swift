import Storage
import Synchronization

/// Notes every statement of every write, so that the bare driver can be given the same.
final class RecordingDriver: Driver {
    private let database: Database
    private let noted = Mutex<[[SQL]]>([])

    init(_ database: Database) {
        self.database = database
    }

    /// One entry for each transaction.
    var transactions: [[SQL]] { noted.withLock { $0 } }

    var dialect: Dialect { database.dialect }

    func read<T: Sendable>(_ body: @escaping @Sendable (Connection) throws -> T) async throws -> T {
        try await database.read(body)
    }

    func write<T: Sendable>(_ body: @escaping @Sendable (Connection) throws -> T) async throws -> T {
        let (answer, statements) = try await database.write { connection in
            let session = RecordingSession(connection)
            return (try body(Connection(session)), session.statements)
        }
        noted.withLock { $0.append(statements) }
        return answer
    }

    func report<T: Sendable>(_ body: @escaping @Sendable (Connection) throws -> T) async throws -> T {
        try await database.report(body)
    }

    func onAnnouncement(_ wake: @escaping @Sendable () -> Void) { database.onAnnouncement(wake) }

    func close() async { await database.close() }
}

private final class RecordingSession: Session {
    private let connection: Connection
    private(set) var statements: [SQL] = []

    init(_ connection: Connection) {
        self.connection = connection
    }

    var dialect: Dialect { connection.dialect }

    func rows(_ statement: SQL) throws -> [Row] {
        statements.append(statement)
        return try connection.rows(statement)
    }

    func execute(_ statement: SQL) throws -> Int {
        statements.append(statement)
        return try connection.execute(statement)
    }

    func script(_ text: String) throws { try connection.script(text) }
}
