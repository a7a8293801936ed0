import Storage

/// What is in the tables that money changes. Two of them say which rows were written in between, whatever statements wrote
/// them: so the bare driver can be given the same rows.
struct WrittenRows {
    private struct Place {
        let name: String
        let key: [String]
        let columns: [String]
    }

    private let places: [Place]
    /// Rows by their key, for each place.
    private let rows: [[[Value]: [Value]]]

    /// In the order in which they refer to each other.
    private static let tables: [(name: String, key: [String])] = [
        ("event", ["id"]), ("outbox", ["event_id"]), ("event_personal", ["part", "event_id"]),
        ("number_series", ["id"]), ("document", ["id"]), ("document_line", ["document_id", "position"]),
        ("document_vat", ["document_id", "rate"]), ("document_state", ["document_id"]),
        ("ledger_transaction", ["id"]), ("posting", ["id"]),
        ("ledger_balance", ["account", "organization_id", "document_id", "currency"]), ("payment", ["id"]),
        ("allocation", ["id"]), ("prepaid_account", ["id"]), ("prepaid_movement", ["id"]),
        ("revenue_line", ["document_id", "position"]), ("product_order", ["id"]), ("product", ["id"]),
        ("bank_import", ["id"]), ("bank_entry", ["id"]),
    ]

    init(_ connection: Connection) throws {
        places = try WrittenRows.tables.map { name, key in
            Place(name: name, key: key, columns: try WrittenRows.columns(of: name, connection))
        }
        rows = try places.map { place in
            let found = try connection.rows("SELECT * FROM \(SQL(stringLiteral: place.name))")
            return Dictionary(
                uniqueKeysWithValues: found.map { row in (place.key.map(row.value), place.columns.map(row.value)) })
        }
    }

    private static func columns(of table: String, _ connection: Connection) throws -> [String] {
        let question: SQL =
            switch connection.dialect {
            case .sqlite: "SELECT name FROM pragma_table_info(\(table))"
            case .postgres:
                """
                SELECT column_name::TEXT AS name FROM information_schema.columns
                WHERE table_schema = 'public' AND table_name = \(table) ORDER BY ordinal_position
                """
            }
        return try connection.rows(question).map { try $0["name"] }
    }

    /// How many rows were written.
    func count(since before: WrittenRows) -> Int {
        zip(before.rows, rows).reduce(0) { $0 + WrittenRows.changed($1.0, $1.1).count }
    }

    /// What somebody who only has the driver would write for the rows that are new or changed: for each table one
    /// statement, or one for so many rows.
    func statements(since before: WrittenRows) -> [SQL] {
        zip(places, zip(before.rows, rows)).flatMap { place, rows in
            let (old, new) = rows
            let changed = WrittenRows.changed(old, new)
            let isUpdating = changed.contains { old[$0] != nil }
            return stride(from: 0, to: changed.count, by: WrittenRows.rowsInStatementMax).map { start in
                let piece = changed[start..<min(start + WrittenRows.rowsInStatementMax, changed.count)]
                return WrittenRows.insert(piece.map { new[$0] ?? [] }, into: place, isUpdating: isUpdating)
            }
        }
    }

    private static let rowsInStatementMax = 500

    private static func changed(_ old: [[Value]: [Value]], _ new: [[Value]: [Value]]) -> [[Value]] {
        new.filter { old[$0.key] != $0.value }.keys.sorted { $0.lexicographicallyPrecedes($1, by: isBefore) }
    }

    /// Keys are whole numbers and texts.
    private static func isBefore(_ left: Value, _ right: Value) -> Bool {
        switch (left, right) {
        case (.integer(let left), .integer(let right)): left < right
        case (.text(let left), .text(let right)): left < right
        default: false
        }
    }

    private static func insert(_ rows: [[Value]], into place: Place, isUpdating: Bool) -> SQL {
        var text = SQL.Interpolation(literalCapacity: 0, interpolationCount: 0)
        text.appendLiteral("INSERT INTO \(place.name) (\(place.columns.joined(separator: ", "))) VALUES ")
        for (index, row) in rows.enumerated() {
            text.appendLiteral(index == 0 ? "(" : ", (")
            for (position, cell) in row.enumerated() {
                if position > 0 { text.appendLiteral(", ") }
                text.appendInterpolation(Cell(stored: cell))
            }
            text.appendLiteral(")")
        }
        let insert = SQL(stringInterpolation: text)
        if !isUpdating { return insert }
        let changes = place.columns.filter { !place.key.contains($0) }.map { "\($0) = excluded.\($0)" }
        return """
            \(insert) ON CONFLICT (\(SQL(stringLiteral: place.key.joined(separator: ", ")))) DO UPDATE
            SET \(SQL(stringLiteral: changes.joined(separator: ", ")))
            """
    }

    /// A value as it was read.
    private struct Cell: Storable {
        let stored: Value
    }
}
