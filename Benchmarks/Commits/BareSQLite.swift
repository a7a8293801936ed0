import Foundation
import GRDB
import Storage

/// GRDB without anything of ours: statements prepared once, one transaction at a time, each on the disk.
final class BareSQLite: Sendable {
    private let pool: DatabasePool

    init(_ path: String) throws {
        var configuration = Configuration()
        configuration.foreignKeysEnabled = true
        pool = try DatabasePool(path: path, configuration: configuration)
        try pool.writeWithoutTransaction { try $0.execute(sql: "PRAGMA synchronous = FULL") }
    }

    func close() { try? pool.close() }

    /// Statements outside of a transaction, as some pragmas want it.
    func script(_ text: String) throws {
        try pool.writeWithoutTransaction { try $0.execute(sql: text) }
    }

    /// One transaction.
    func write(_ statements: [Storage.SQL]) throws {
        try pool.write { database in
            for statement in statements {
                let prepared = try database.cachedStatement(sql: statement.text { _ in "?" })
                let cursor = try Row.fetchCursor(
                    prepared, arguments: StatementArguments(statement.values.map(BareSQLite.value)))
                while try cursor.next() != nil {}
            }
        }
    }

    private static let question = "SELECT id, name, kind FROM organization WHERE id = ?"

    func readHere() throws -> Bool {
        try pool.read { try Row.fetchOne($0.cachedStatement(sql: BareSQLite.question), arguments: [1]) != nil }
    }

    func readElsewhere() async throws -> Bool {
        try await pool.read { try Row.fetchOne($0.cachedStatement(sql: BareSQLite.question), arguments: [1]) != nil }
    }

    private static func value(_ value: Storage.Value) -> DatabaseValue {
        switch value {
        case .null: .null
        case .integer(let number): number.databaseValue
        case .boolean(let flag): flag.databaseValue
        case .bytes(let bytes): Data(bytes).databaseValue
        case .text(let text): text.databaseValue
        }
    }
}
