import GRDB
import GRDBSQLite
import Storage

/// A statement that is prepared, and the columns that its rows share.
///
/// Values go to SQLite and come from it without GRDB in between: what GRDB does around each value and each run takes longer than
/// SQLite takes to write a row.
final class SQLiteStatement {
    private let statement: Statement
    private unowned let database: GRDB.Database
    private let columns: Storage.Row.Columns
    let isReadOnly: Bool

    init(_ statement: Statement, on database: GRDB.Database) {
        self.statement = statement
        self.database = database
        columns = Storage.Row.Columns(statement.columnNames)
        isReadOnly = statement.isReadonly
    }

    /// What GRDB wants to know of: the beginnings and ends of transactions.
    func perform() throws { try statement.execute() }

    /// Runs it once.
    /// - Parameter values: as many as it has places.
    func perform(_ values: [Value], into rows: inout [Storage.Row]) throws {
        let handle = statement.sqliteStatement
        // Whatever came of it was told by the step.
        defer { sqlite3_reset(handle) }
        for (index, value) in values.enumerated() { try bind(value, at: Int32(index + 1)) }
        while true {
            let code = sqlite3_step(handle)
            switch code {
            case SQLITE_ROW: rows.append(row())
            case SQLITE_DONE: return
            default: throw failure(code)
            }
        }
    }

    private func bind(_ value: Value, at place: Int32) throws {
        let handle = statement.sqliteStatement
        let code =
            switch value {
            case .null: sqlite3_bind_null(handle, place)
            case .integer(let number): sqlite3_bind_int64(handle, place, number)
            // SQLite has no boolean: true is 1, false is 0.
            case .boolean(let flag): sqlite3_bind_int64(handle, place, flag ? 1 : 0)
            // Without a pointer it would be NULL.
            case .bytes(let bytes) where bytes.isEmpty: sqlite3_bind_zeroblob(handle, place, 0)
            case .bytes(let bytes): sqlite3_bind_blob(handle, place, bytes, Int32(bytes.count), SQLiteStatement.copied)
            case .text(let text):
                if text.utf8.contains(0) {
                    throw StorageError.textWithNUL
                } else {
                    sqlite3_bind_text(handle, place, text, Int32(text.utf8.count), SQLiteStatement.copied)
                }
            }
        if code != SQLITE_OK { throw failure(code) }
    }

    /// SQLITE_TRANSIENT, a macro that Swift does not see: SQLite makes its own copy.
    private static let copied = unsafeBitCast(-1, to: sqlite3_destructor_type.self)

    private func row() -> Storage.Row {
        var values: [Value] = []
        values.reserveCapacity(columns.names.count)
        for index in columns.names.indices { values.append(value(Int32(index))) }
        return Storage.Row(columns: columns, values: values)
    }

    /// A floating-point number becomes text: no column of ours holds one, and PostgreSQL's driver answers the same.
    private func value(_ column: Int32) -> Value {
        let handle = statement.sqliteStatement
        switch sqlite3_column_type(handle, column) {
        case SQLITE_INTEGER: return .integer(sqlite3_column_int64(handle, column))
        case SQLITE_FLOAT: return .text("\(sqlite3_column_double(handle, column))")
        case SQLITE_TEXT:
            let start = UnsafeRawPointer(sqlite3_column_text(handle, column))
            let bytes = UnsafeRawBufferPointer(start: start, count: Int(sqlite3_column_bytes(handle, column)))
            return .text(String(decoding: bytes, as: UTF8.self))
        case SQLITE_BLOB:
            let start = sqlite3_column_blob(handle, column)
            let bytes = UnsafeRawBufferPointer(start: start, count: Int(sqlite3_column_bytes(handle, column)))
            return .bytes(Array(bytes))
        default: return .null
        }
    }

    private func failure(_ code: Int32) -> DatabaseError {
        DatabaseError(
            resultCode: ResultCode(rawValue: code),
            message: database.sqliteConnection.map { String(cString: sqlite3_errmsg($0)) }, sql: statement.sql)
    }
}
