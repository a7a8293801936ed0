import Foundation

/// Where the benchmarks work: a directory that goes at the end, and a PostgreSQL server of our own.
struct Site: Sendable {
    let directory: URL
    let seconds: Int
    private let postgres: PostgresServer?

    init(hasPostgres: Bool, seconds: Int) throws {
        directory = FileManager.default.temporaryDirectory.appending(path: "kontor-bench-\(UUID().uuidString)")
        self.seconds = seconds
        try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
        // Its own directory, as its own user must be able to reach it.
        let server = FileManager.default.temporaryDirectory.appending(
            path: "kontor-bench-postgres-\(UUID().uuidString)")
        postgres =
            hasPostgres
            ? try PostgresServer(
                server.path(percentEncoded: false),
                log: directory.appending(path: "postgres.log").path(percentEncoded: false))
            : nil
    }

    func close() {
        postgres?.stop()
        try? FileManager.default.removeItem(at: directory)
    }

    /// The databases to measure on.
    var places: [Place] { [.sqlite] + (postgres == nil ? [] : [.postgres]) }

    func path(_ name: String) -> String { directory.appending(path: name).path(percentEncoded: false) }

    /// An empty directory.
    func folder(_ name: String) throws -> String {
        let path = path(name)
        try? FileManager.default.removeItem(atPath: path)
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        return path
    }

    /// The address of a database on the PostgreSQL server.
    func address(_ database: String) -> String { postgres?.address(database) ?? "" }

    /// A new database there, empty or as a copy of another that nobody is connected to.
    func makeDatabase(_ name: String, from template: String = "template0") throws -> String {
        let connection = try BarePostgres(address("postgres"))
        try connection.command("DROP DATABASE IF EXISTS \(name)")
        try connection.command("CREATE DATABASE \(name) TEMPLATE \(template)")
        return address(name)
    }

    /// A program beside this one.
    static func program(_ name: String) -> String {
        URL(filePath: "/proc/self/exe").resolvingSymlinksInPath().deletingLastPathComponent().appending(path: name)
            .path(percentEncoded: false)
    }
}

enum Place: String, Sendable {
    case sqlite = "SQLite"
    case postgres = "PostgreSQL"
}
