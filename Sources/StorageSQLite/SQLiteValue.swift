import Foundation
import GRDB
import Storage

extension DatabaseValue {
    /// SQLite has no boolean: true is 1, false is 0.
    /// - Throws: `StorageError.refused` for text with a NUL, which PostgreSQL cannot keep.
    init(_ value: Value) throws {
        self =
            switch value {
            case .null: .null
            case .integer(let number): number.databaseValue
            case .boolean(let flag): (flag ? Int64(1) : 0).databaseValue
            case .bytes(let bytes): Data(bytes).databaseValue
            case .text(let text):
                if text.utf8.contains(0) { throw StorageError.textWithNUL } else { text.databaseValue }
            }
    }
}

extension Value {
    /// A floating-point number becomes text: no column of ours holds one, and PostgreSQL's driver answers the same.
    init(_ value: DatabaseValue) {
        self =
            switch value.storage {
            case .null: .null
            case .int64(let number): .integer(number)
            case .double(let number): .text("\(number)")
            case .string(let text): .text(text)
            case .blob(let data): .bytes([UInt8](data))
            }
    }
}
