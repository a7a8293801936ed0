import CPostgres
import Storage

/// The result of a statement, in text format.
final class PostgresAnswer {
    private let result: OpaquePointer

    init(_ result: OpaquePointer) {
        self.result = result
    }

    deinit {
        late_PQclear(result)
    }

    /// The number of rows inserted, updated or deleted.
    var changed: Int {
        // A SELECT reports the rows it found here, too.
        if late_PQresultStatus(result) == PGRES_TUPLES_OK, String(cString: late_PQcmdStatus(result)).hasPrefix("SELECT")
        {
            return 0
        }
        return Int(String(cString: late_PQcmdTuples(result))) ?? 0
    }

    /// The columns and how each is read.
    struct Shape {
        fileprivate let columns: Row.Columns
        fileprivate let kinds: [Kind]
    }

    fileprivate enum Kind {
        case integer, boolean, bytes, numeric, text

        /// Type numbers of PostgreSQL's pg_type catalogue, which never change.
        init(type: Oid) {
            self =
                switch type {
                case 20, 21, 23: .integer
                case 16: .boolean
                case 17: .bytes
                case 1700: .numeric
                default: .text
                }
        }
    }

    var shape: Shape {
        let positions = 0..<late_PQnfields(result)
        return Shape(
            columns: Row.Columns(positions.map { String(cString: late_PQfname(result, $0)) }),
            kinds: positions.map { Kind(type: late_PQftype(result, $0)) })
    }

    func rows(_ shape: Shape) -> [Row] {
        (0..<late_PQntuples(result)).map { row in
            var values: [Value] = []
            values.reserveCapacity(shape.kinds.count)
            for (column, kind) in shape.kinds.enumerated() { values.append(value(row, Int32(column), kind)) }
            return Row(columns: shape.columns, values: values)
        }
    }

    private func value(_ row: Int32, _ column: Int32, _ kind: Kind) -> Value {
        if late_PQgetisnull(result, row, column) == 1 { return .null }
        let cell = UnsafeRawBufferPointer(
            start: late_PQgetvalue(result, row, column), count: Int(late_PQgetlength(result, row, column)))
        switch kind {
        case .boolean: return .boolean(cell.first == UInt8(ascii: "t"))
        case .bytes: return .bytes(bytes(cell))
        case .text: return .text(String(decoding: cell, as: UTF8.self))
        // SUM over BIGINT is NUMERIC: a whole number stays one, as on SQLite.
        case .integer, .numeric:
            let text = String(decoding: cell, as: UTF8.self)
            return Int64(text).map(Value.integer) ?? .text(text)
        }
    }

    /// `\x00ff…`
    private func bytes(_ cell: UnsafeRawBufferPointer) -> [UInt8] {
        stride(from: 2, to: cell.count, by: 2).map { digit(cell[$0]) << 4 | digit(cell[$0 + 1]) }
    }

    private func digit(_ character: UInt8) -> UInt8 {
        character <= UInt8(ascii: "9") ? character - UInt8(ascii: "0") : character - UInt8(ascii: "a") + 10
    }

    /// What the server complains about, if it does.
    var trouble: PostgresTrouble? {
        switch late_PQresultStatus(result) {
        // What was not performed because something before it failed has no trouble of its own.
        case PGRES_COMMAND_OK, PGRES_TUPLES_OK, PGRES_EMPTY_QUERY, PGRES_PIPELINE_SYNC, PGRES_PIPELINE_ABORTED: nil
        default:
            PostgresTrouble(
                state: field("C") ?? "", message: field("M") ?? "No message.", constraint: field("n"))
        }
    }

    /// Fields of an error by their letter in the protocol; libpq's names for them are macros that Swift does not see.
    private func field(_ letter: Unicode.Scalar) -> String? {
        late_PQresultErrorField(result, Int32(letter.value)).map { String(cString: $0) }
    }
}
