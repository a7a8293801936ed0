extension Connection {
    /// Writes many rows of a table at once: where a statement costs a round trip, all of them are one.
    ///
    ///     try connection.insert(into: "team_product (team_id, product_id)", products.map { "\(team), \($0)" })
    /// - Parameters:
    ///   - table: with its columns.
    ///   - rows: the values of each row, in the order of the columns, and nothing but values.
    ///   - conflict: what follows them: `ON CONFLICT …`.
    package func insert(into table: StaticString, _ rows: [SQL], _ conflict: SQL = "") throws {
        guard let first = rows.first else { return }
        let head = SQL(stringLiteral: "INSERT INTO \(table)")
        switch dialect {
        case .sqlite:
            _ = try session.rows("\(head) VALUES (\(first)) \(conflict)", for: rows.map { $0.values + conflict.values })
        case .postgres where rows.count == 1: try session.send("\(head) VALUES (\(first)) \(conflict)")
        case .postgres: try session.send("\(head) \(dialect.table(of: rows)) \(conflict)")
        }
    }

    /// The same with what the rows have become.
    /// - Parameter columns: they come in no order to rely on, so have among them what tells the rows apart.
    package func insert(
        into table: StaticString, _ rows: [SQL], _ conflict: SQL = "", returning columns: SQL
    ) throws -> [Row] {
        guard let first = rows.first else { return [] }
        let head = SQL(stringLiteral: "INSERT INTO \(table)")
        let rest: SQL = "\(conflict) RETURNING \(columns)"
        if dialect == .sqlite || rows.count == 1 {
            return try session.rows("\(head) VALUES (\(first)) \(rest)", for: rows.map { $0.values + rest.values })
        }
        return try session.rows("\(head) \(dialect.table(of: rows)) \(rest)")
    }
}

extension Dialect {
    /// Rows of values as a query, to join with or to insert: `WITH change (id, amount) AS (\(dialect.table(of: rows)))`.
    /// There is at least one row, and in each column a value that is not NULL says its type.
    ///
    /// SQLite gets each value by itself. PostgreSQL gets each column as an array: the statement is the same for any number
    /// of rows, and takes half the time. It is planned anew at each time, though, because arrays may be short or long; a few
    /// rows are told one by one there, too, and planned once.
    package func table(of rows: [SQL]) -> SQL {
        var text = SQL.Interpolation(literalCapacity: 0, interpolationCount: 0)
        if self == .sqlite {
            for (index, row) in rows.enumerated() {
                text.appendLiteral(index == 0 ? "VALUES (" : ", (")
                text.appendInterpolation(row)
                text.appendLiteral(")")
            }
            return SQL(stringInterpolation: text)
        }
        let columns = rows[0].values.indices.map { column in rows.map { $0.values[column] } }
        let types = columns.map { $0.lazy.compactMap(\.type).first }
        if rows.count > Dialect.fewRowsMax { return Dialect.arrays(columns, types) }
        for index in rows.indices {
            text.appendLiteral(index == 0 ? "VALUES (" : ", (")
            for (column, type) in types.enumerated() {
                text.appendLiteral(column == 0 ? "" : ", ")
                if let type {
                    text.appendLiteral("CAST(")
                    text.appendInterpolation(columns[column][index])
                    text.appendLiteral(" AS \(type))")
                } else {
                    text.appendLiteral("NULL")
                }
            }
            text.appendLiteral(")")
        }
        return SQL(stringInterpolation: text)
    }

    private static func arrays(_ columns: [[Value]], _ types: [String?]) -> SQL {
        var text = SQL.Interpolation(literalCapacity: 0, interpolationCount: 0)
        let names = types.indices.map { types[$0] == nil ? "NULL" : "c\($0)" }
        text.appendLiteral("SELECT \(names.joined(separator: ", ")) FROM unnest(")
        let given = types.indices.filter { types[$0] != nil }
        for (place, column) in given.enumerated() {
            text.appendLiteral(place == 0 ? "CAST(" : ", CAST(")
            text.appendInterpolation(ArrayLiteral(columns[column]).text)
            text.appendLiteral(" AS \(types[column] ?? "")[])")
        }
        text.appendLiteral(") AS given (\(given.map { "c\($0)" }.joined(separator: ", ")))")
        return SQL(stringInterpolation: text)
    }

    private static let fewRowsMax = 8
}

extension Value {
    /// PostgreSQL's name of it; NULL is of any.
    fileprivate var type: String? {
        switch self {
        case .null: nil
        case .integer: "BIGINT"
        case .boolean: "BOOLEAN"
        case .bytes: "BYTEA"
        case .text: "TEXT"
        }
    }
}

/// A column of values as PostgreSQL writes an array: `{1,2,NULL}`, `{"a","say \"b\""}`.
struct ArrayLiteral {
    let text: String

    init(_ values: [Value]) {
        var bytes: [UInt8] = [UInt8(ascii: "{")]
        for (index, value) in values.enumerated() {
            if index > 0 { bytes.append(UInt8(ascii: ",")) }
            switch value {
            case .null: bytes += "NULL".utf8
            case .integer(let number):
                bytes += String(number).utf8
            case .boolean(let flag):
                bytes.append(UInt8(ascii: flag ? "t" : "f"))
            case .bytes(let content):
                bytes += #""\\x"#.utf8
                for byte in content {
                    bytes += [ArrayLiteral.digits[Int(byte >> 4)], ArrayLiteral.digits[Int(byte & 15)]]
                }
                bytes.append(UInt8(ascii: "\""))
            case .text(let content):
                bytes.append(UInt8(ascii: "\""))
                for byte in content.utf8 {
                    if byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\") { bytes.append(UInt8(ascii: "\\")) }
                    bytes.append(byte)
                }
                bytes.append(UInt8(ascii: "\""))
            }
        }
        bytes.append(UInt8(ascii: "}"))
        text = String(decoding: bytes, as: UTF8.self)
    }

    private static let digits = Array("0123456789abcdef".utf8)
}
