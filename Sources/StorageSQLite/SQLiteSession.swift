import Foundation
import GRDB
import Storage

/// One connection of the pool and the statements prepared on it.
///
/// `@unchecked Sendable`: it is used on its connection's queue only; `SQLiteConnections` merely keeps it.
final class SQLiteSession: Session, @unchecked Sendable {
    private unowned let database: GRDB.Database
    private let isReader: Bool
    private var prepared: [String: Prepared] = [:]

    /// The first statement of a write that failed. PostgreSQL gives up a transaction there, so this does too: a closure
    /// that swallows the error must not be kept on one database and be gone on the other.
    private(set) var failure: StorageError?

    /// Lists of `IN` come in any length, each its own text. When that many have gathered, all are prepared anew.
    private static let preparedMax = 500

    init(_ database: GRDB.Database, isReader: Bool) {
        self.database = database
        self.isReader = isReader
    }

    var dialect: Dialect { .sqlite }

    func rows(_ statement: Storage.SQL) throws -> [Storage.Row] {
        try perform(statement) { prepared in
            let cursor = try GRDB.Row.fetchCursor(prepared.statement)
            let count = prepared.columns.names.count
            var rows: [Storage.Row] = []
            while let row = try cursor.next() {
                var values: [Value] = []
                values.reserveCapacity(count)
                for index in 0..<count { values.append(Value(row[index] as DatabaseValue)) }
                rows.append(Storage.Row(columns: prepared.columns, values: values))
            }
            return rows
        }
    }

    func execute(_ statement: Storage.SQL) throws -> Int {
        try perform(statement) { prepared in
            try prepared.statement.execute()
            return prepared.isReadOnly ? 0 : database.changesCount
        }
    }

    func script(_ text: String) throws {
        try translating {
            guard !isReader else { throw StorageError.writeInRead }
            try database.execute(sql: text)
        }
    }

    private func perform<T>(_ sql: Storage.SQL, _ body: (Prepared) throws -> T) throws -> T {
        try translating {
            let text = sql.text { _ in "?" }
            let prepared = try prepared[text] ?? add(text)
            if isReader, !prepared.isReadOnly { throw StorageError.writeInRead }
            // As existentials: for a list of one type GRDB maps by a key path, which it makes anew each time.
            let values: [(any DatabaseValueConvertible)?] = try sql.values.map(DatabaseValue.init)
            return try dropping(text) {
                prepared.statement.setUncheckedArguments(StatementArguments(values))
                return try body(prepared)
            }
        }
    }

    /// A statement that failed cannot be used again: SQLite repeats the error when it is reset.
    private func dropping<T>(_ text: String, _ body: () throws -> T) throws -> T {
        do {
            return try body()
        } catch {
            prepared[text] = nil
            throw error
        }
    }

    private func add(_ text: String) throws -> Prepared {
        if prepared.count >= SQLiteSession.preparedMax { prepared = [:] }
        let new = Prepared(try database.makeStatement(sql: text))
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

    /// A statement and the columns that its rows share.
    private final class Prepared {
        let statement: Statement
        let columns: Storage.Row.Columns
        let isReadOnly: Bool

        init(_ statement: Statement) {
            self.statement = statement
            columns = Storage.Row.Columns(statement.columnNames)
            isReadOnly = statement.isReadonly
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
            try dropping(text) { try prepared.statement.execute() }
        } catch {
            throw StorageError(any: error)
        }
    }
}
