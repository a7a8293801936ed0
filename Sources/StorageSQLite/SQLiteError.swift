import GRDB
import Storage

extension StorageError {
    static let closed = StorageError.unavailable("The database is closed.")
    static let writeInRead = StorageError.refused("A closure that only reads tried to write.")
    static let textWithNUL = StorageError.refused("Text cannot hold the character U+0000.")
    static let rolledBack = StorageError.unavailable("The database rolled the transaction back by itself.")

    /// Result codes: https://www.sqlite.org/rescode.html. The messages hold names of tables and columns, never values.
    init(_ error: DatabaseError) {
        let message = error.message ?? "SQLite result \(error.extendedResultCode.rawValue)"
        switch error.extendedResultCode {
        case .SQLITE_CONSTRAINT_UNIQUE, .SQLITE_CONSTRAINT_PRIMARYKEY, .SQLITE_CONSTRAINT_ROWID:
            // "UNIQUE constraint failed: person.email"
            let names = message.split(separator: ": ", maxSplits: 1).last.map(String.init)
            self = .duplicate(constraint: names ?? message)
            return
        default: break
        }
        self =
            switch error.resultCode {
            case .SQLITE_CONSTRAINT: .refused(message)
            case .SQLITE_BUSY, .SQLITE_LOCKED: .contended(message)
            case .SQLITE_FULL, .SQLITE_IOERR, .SQLITE_CANTOPEN, .SQLITE_READONLY, .SQLITE_NOTADB, .SQLITE_CORRUPT,
                .SQLITE_NOMEM, .SQLITE_PERM, .SQLITE_AUTH, .SQLITE_INTERRUPT, .SQLITE_PROTOCOL:
                .unavailable(message)
            // GRDB answers so once the pool is closed.
            case .SQLITE_MISUSE: .unavailable(message)
            default: .failed(error.sql.map { "\(message), in: \($0)" } ?? message)
            }
    }

    init(any error: any Error) {
        self =
            switch error {
            case let error as StorageError: error
            case let error as DatabaseError: StorageError(error)
            default: .failed("\(error)")
            }
    }

    /// The words for a person who starts the program.
    static func sentence(_ error: any Error) -> String {
        switch StorageError(any: error) {
        case .unavailable(let message), .failed(let message), .refused(let message), .contended(let message): message
        case let other: "\(other)"
        }
    }
}
