import CPostgres
import Storage

/// Where the server is and who we are there. The password stays inside: no message of ours shows it.
struct PostgresAddress: Sendable {
    private let url: String
    private let password: String?
    /// `localhost/kontor`
    private let place: String

    /// - Throws: `StorageError.unavailable` where it is no address at all.
    init(_ url: String) throws {
        var reason: UnsafeMutablePointer<CChar>?
        guard let options = late_PQconninfoParse(url, &reason) else {
            // libpq's reason repeats what it could not read, which may be the password.
            late_PQfreemem(reason)
            throw StorageError.unavailable(
                "The database address cannot be read. It looks like postgres://person:password@host/database.")
        }
        defer { late_PQconninfoFree(options) }
        var values: [String: String] = [:]
        var option = options
        while let keyword = option.pointee.keyword {
            if let value = option.pointee.val { values[String(cString: keyword)] = String(cString: value) }
            option += 1
        }
        self.url = url
        password = values["password"]
        let port = values["port"].map { ":\($0)" } ?? ""
        place = "\(values["host"] ?? values["hostaddr"] ?? "localhost")\(port)/\(values["dbname"] ?? "")"
    }

    /// libpq waits two seconds at least; longer would keep a page waiting for a server that is not there.
    private static let connectTimeoutSeconds = 2

    /// - Throws: `StorageError.unavailable` with one sentence.
    func connect() throws -> OpaquePointer {
        // What comes before `dbname` may be said otherwise in the address, what comes after may not.
        let settings: [(String, String)] = [
            ("connect_timeout", "\(PostgresAddress.connectTimeoutSeconds)"),
            ("fallback_application_name", "kontor"),
            // A server that vanished from the network without a word is noticed after about fifteen seconds.
            ("keepalives_idle", "5"), ("keepalives_interval", "3"), ("keepalives_count", "3"),
            ("tcp_user_timeout", "10000"),
            ("dbname", url),
            ("client_encoding", "UTF8"),
        ]
        let connection = withCStrings(settings.map(\.0)) { keywords in
            withCStrings(settings.map(\.1)) { values in late_PQconnectdbParams(keywords, values, 1) }
        }
        guard let connection else { throw StorageError.unavailable("There is no memory for a connection.") }
        guard late_PQstatus(connection) == CONNECTION_OK else {
            defer { late_PQfinish(connection) }
            throw unavailable(sentence(String(cString: late_PQerrorMessage(connection))))
        }
        let encoding = late_PQparameterStatus(connection, "server_encoding").map { String(cString: $0) }
        guard encoding == "UTF8" else {
            late_PQfinish(connection)
            throw unavailable("its encoding is \(encoding ?? "unknown") and has to be UTF8")
        }
        return connection
    }

    func unavailable(_ reason: String) -> StorageError {
        .unavailable("The database \(place) cannot be reached: \(reason)")
    }

    /// libpq's message on one line, without the password.
    private func sentence(_ message: String) -> String {
        let line = message.split(whereSeparator: \.isNewline).joined(separator: " ")
        guard let password, !password.isEmpty else { return line }
        return line.split(separator: password, omittingEmptySubsequences: false).joined(separator: "•••")
    }
}

/// Calls `body` with the texts as C strings, closed by a null.
private func withCStrings<T>(_ texts: [String], _ body: (UnsafePointer<UnsafePointer<CChar>?>) -> T) -> T {
    let bytes = texts.map { Array($0.utf8CString) }
    let starts = bytes.reduce(into: [0]) { $0.append($0[$0.count - 1] + $1.count) }
    return bytes.flatMap(\.self).withUnsafeBufferPointer { buffer in
        let pointers = texts.indices.map { index in buffer.baseAddress.map { $0 + starts[index] } }
        return (pointers + [nil]).withUnsafeBufferPointer { body($0.baseAddress!) }
    }
}
