import Foundation
import GRDB
import Storage

/// One connection of the pool and the statements prepared on it.
///
/// `@unchecked Sendable`: it is used on its connection's queue only; `SQLiteConnections` merely keeps it.
final class SQLiteSession: Session, @unchecked Sendable {
    private unowned let database: GRDB.Database
    private let isReader: Bool
    private var prepared: [String: SQLiteStatement] = [:]

    /// The first statement of a write that failed. PostgreSQL gives up a transaction there, so this does too: a closure
    /// that swallows the error must not be kept on one database and be gone on the other.
    private(set) var failure: StorageError?

    /// Lists of `IN` come in any length, each its own text. When that many have gathered, all are prepared anew.
    private static let preparedMax = 500
    private static let keptValuesMax = 200

    init(_ database: GRDB.Database, isReader: Bool) {
        self.database = database
        self.isReader = isReader
    }

    var dialect: Dialect { .sqlite }

    func rows(_ statement: Storage.SQL) throws -> [Storage.Row] { try rows(statement, for: [statement.values]) }

    /// Prepared once, and its text looked up once.
    func rows(_ statement: Storage.SQL, for lists: [[Value]]) throws -> [Storage.Row] {
        try perform(statement) { run in
            var rows: [Storage.Row] = []
            for list in lists { try run.perform(list, into: &rows) }
            return rows
        }
    }

    func execute(_ statement: Storage.SQL) throws -> Int {
        try perform(statement) { run in
            var rows: [Storage.Row] = []
            try run.perform(statement.values, into: &rows)
            return run.isReadOnly ? 0 : database.changesCount
        }
    }

    func script(_ text: String) throws {
        try translating {
            guard !isReader else { throw StorageError.writeInRead }
            try database.execute(sql: text)
        }
    }

    private func perform<T>(_ sql: Storage.SQL, _ body: (SQLiteStatement) throws -> T) throws -> T {
        try translating {
            let text = sql.text { _ in "?" }
            let prepared = try prepared[text] ?? add(text, values: sql.values.count)
            if isReader, !prepared.isReadOnly { throw StorageError.writeInRead }
            return try dropping(text) { try body(prepared) }
        }
    }

    /// A statement that failed is prepared anew.
    private func dropping<T>(_ text: String, _ body: () throws -> T) throws -> T {
        do {
            return try body()
        } catch {
            prepared[text] = nil
            throw error
        }
    }

    private func add(_ text: String, values: Int = 0) throws -> SQLiteStatement {
        let new = SQLiteStatement(try database.makeStatement(sql: text), on: database)
        // A long list is hardly ever as long again, and its statement takes much memory.
        if values > SQLiteSession.keptValuesMax { return new }
        if prepared.count >= SQLiteSession.preparedMax { prepared = [:] }
        prepared[text] = new
        return new
    }

    private func translating<T>(_ body: () throws -> T) throws -> T {
        if let failure { throw failure }
        do {
            // A full disk ends a transaction from under the closure: what it did after that would be kept on its own.
            guard isReader || database.isInsideTransaction else { throw StorageError.rolledBack }
            return try body()
        } catch {
            let failure = StorageError(any: error)
            if !isReader { self.failure = failure }
            throw failure
        }
    }
}

/// What is said around the closures.
extension SQLiteSession {
    func beginSnapshot() throws { try control("BEGIN DEFERRED") }

    func endSnapshot() {
        try? control("COMMIT")
        rollback()
    }

    var isInTransaction: Bool { database.isInsideTransaction }

    func begin() throws { try control("BEGIN IMMEDIATE") }
    func commit() throws { try control("COMMIT") }
    func openSavepoint() throws { try control("SAVEPOINT closure") }
    func releaseSavepoint() throws { try control("RELEASE closure") }

    func rollbackToSavepoint() throws {
        try control("ROLLBACK TO closure")
        try releaseSavepoint()
    }

    /// Does nothing where SQLite rolled back by itself.
    func rollback() {
        if isInTransaction { try? control("ROLLBACK") }
    }

    private func control(_ text: String) throws {
        failure = nil
        do {
            let prepared = try prepared[text] ?? add(text)
            try dropping(text) { try prepared.perform() }
        } catch {
            throw StorageError(any: error)
        }
    }
}
