/// One row of an answer, read by column name and type: `try row["name"] as String`, `try row["paid_at"] as Instant?`.
package struct Row: Sendable {
    private let columns: Columns
    private let values: [Value]

    package init(columns: Columns, values: [Value]) {
        self.columns = columns
        self.values = values
    }

    /// - Throws: `StorageError.unreadable` where the cell is NULL or of another type than the code expects.
    package subscript<T: Storable>(_ column: String) -> T {
        get throws {
            let value = value(column)
            guard let read = T(stored: value) else {
                throw StorageError.unreadable("Column \(column) holds \(value), not a \(T.self).")
            }
            return read
        }
    }

    package subscript<T: Storable>(_ column: String) -> T? {
        get throws {
            let value = value(column)
            if case .null = value { return nil }
            guard let read = T(stored: value) else {
                throw StorageError.unreadable("Column \(column) holds \(value), not a \(T.self).")
            }
            return read
        }
    }

    package func value(_ column: String) -> Value {
        guard let position = columns.position[column] else {
            preconditionFailure("The statement does not select a column \(column); it selects \(columns.names).")
        }
        return values[position]
    }

    /// The names of an answer's columns, shared by its rows.
    package final class Columns: Sendable {
        package let names: [String]
        fileprivate let position: [String: Int]

        package init(_ names: [String]) {
            self.names = names
            position = Dictionary(names.enumerated().map { ($1, $0) }, uniquingKeysWith: { first, _ in first })
        }
    }
}
