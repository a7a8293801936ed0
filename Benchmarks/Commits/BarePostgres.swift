import CPostgres
import Storage

/// libpq without anything of ours: one connection, statements prepared once, one transaction at a time.
final class BarePostgres {
    private let connection: OpaquePointer
    private var prepared: [String: String] = [:]

    init(_ address: String) throws {
        guard let connection = late_PQconnectdb(address) else { throw BenchError("libpq has no memory.") }
        self.connection = connection
        late_PQsetNoticeProcessor(connection, { _, _ in }, nil)
        guard late_PQstatus(connection) == CONNECTION_OK else {
            throw BenchError(String(cString: late_PQerrorMessage(connection)))
        }
    }

    deinit { late_PQfinish(connection) }

    func command(_ text: String) throws { try check(late_PQexec(connection, text)) }

    /// One transaction.
    func write(_ statements: [SQL]) throws {
        try command("BEGIN")
        for statement in statements { try execute(statement) }
        try command("COMMIT")
    }

    private func execute(_ statement: SQL) throws {
        let text = statement.text { "$\($0)" }
        if prepared[text] == nil {
            let name = "s\(prepared.count)"
            try check(late_PQprepare(connection, name, text, 0, nil))
            prepared[text] = name
        }
        let values = statement.values.map(BarePostgres.bytes)
        let pointers = values.map { bytes -> UnsafeMutablePointer<CChar>? in
            guard let bytes else { return nil }
            let copy = UnsafeMutablePointer<CChar>.allocate(capacity: bytes.count + 1)
            for (index, byte) in bytes.enumerated() { copy[index] = CChar(bitPattern: byte) }
            copy[bytes.count] = 0
            return copy
        }
        defer { for pointer in pointers { pointer?.deallocate() } }
        let lengths = values.map { Int32($0?.count ?? 0) }
        let formats = statement.values.map { value -> Int32 in if case .bytes = value { 1 } else { 0 } }
        try check(
            late_PQexecPrepared(
                connection, prepared[text] ?? "", Int32(values.count), pointers.map { UnsafePointer($0) }, lengths,
                formats, 0))
    }

    private func check(_ result: OpaquePointer?) throws {
        defer { late_PQclear(result) }
        let status = late_PQresultStatus(result)
        guard status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK else {
            throw BenchError(String(cString: late_PQerrorMessage(connection)))
        }
    }

    private static func bytes(_ value: Value) -> [UInt8]? {
        switch value {
        case .null: nil
        case .integer(let number): Array(String(number).utf8)
        case .boolean(let flag): Array((flag ? "t" : "f").utf8)
        case .bytes(let bytes): bytes
        case .text(let text): Array(text.utf8)
        }
    }
}
