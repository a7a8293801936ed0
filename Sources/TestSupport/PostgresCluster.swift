import Foundation
import Storage
import StoragePostgres
import Synchronization

/// A PostgreSQL server of our own in a temporary directory, on a free port of the loopback interface. It ends, and its
/// directory goes, when this process ends, however that comes.
package final class PostgresCluster: Sendable {
    private let binaries: URL
    private let directory: URL
    private let port: Int
    /// The server, and the pipe by which it is told to stop.
    private let running = Mutex<(server: Process, bell: Pipe)?>(nil)

    /// Whether PostgreSQL's programs are installed.
    package static var isInstalled: Bool { findBinaries() != nil }

    private init(binaries: URL, directory: URL, port: Int) {
        self.binaries = binaries
        self.directory = directory
        self.port = port
    }

    package func url(_ database: String) -> String { "postgres://kontor@127.0.0.1:\(port)/\(database)" }

    /// Makes the files of a new server; it does not run yet.
    package static func make() async throws -> PostgresCluster {
        guard let binaries = findBinaries() else {
            throw StorageError.unavailable(
                "PostgreSQL is not installed (Debian: postgresql), and KONTOR_TEST_POSTGRES_URL is not set.")
        }
        let directory = try temporaryDirectory()
        let cluster = PostgresCluster(binaries: binaries, directory: directory, port: try freePort())
        if geteuid() == 0, let user = getpwnam("postgres") ?? getpwnam("nobody") {
            chown(directory.path(percentEncoded: false), user.pointee.pw_uid, user.pointee.pw_gid)
        }
        let (initdb, _) = try cluster.spawn(
            #"exec "$@" >"$0/initdb.log" 2>&1"#, "initdb",
            ["--auth=trust", "--username=kontor", "--encoding=UTF8", "--locale=C.UTF-8", "--no-sync"])
        try await cluster.until("initdb") { !initdb.isRunning }
        guard initdb.terminationStatus == 0 else { throw cluster.failure("initdb") }
        return cluster
    }

    package func start() async throws {
        let settings = [
            "port=\(port)", "listen_addresses=127.0.0.1", "unix_socket_directories=", "max_connections=200",
            "shared_buffers=64MB",
        ]
        let new = try spawn(
            // Beside the server, a shell listens to the bell. A line means stop; the end of the pipe means that this
            // process is gone, however that came about: then the files go, too.
            """
            exec 3<&0
            (
                trap '' INT HUP
                if read -r line <&3; then kill -INT $$; exit; fi
                kill -QUIT $$
                while kill -0 $$ 2>/dev/null; do sleep 0.1; done
                rm -rf "$0"
            ) &
            exec "$@" 3<&- </dev/null >"$0/server.log" 2>&1
            """, "postgres", settings.flatMap { ["-c", $0] })
        running.withLock { $0 = new }
        try await until("server") {
            guard new.0.isRunning else { throw failure("server") }
            guard let driver = try? PostgresDriver(url: url("postgres")) else { return false }
            await driver.close()
            return true
        }
    }

    /// Ends it as a crash would: what is in its memory alone is lost.
    package func crash() async throws {
        guard let (server, _) = running.withLock({ $0 }) else { return }
        kill(server.processIdentifier, SIGQUIT)
        try await stop()
    }

    package func stop() async throws {
        guard let (server, bell) = running.withLock({ $0 }) else { return }
        try bell.fileHandleForWriting.write(contentsOf: Data("\n".utf8))
        try await until("server") { !server.isRunning }
        running.withLock { $0 = nil }
    }

    /// Stops it for good.
    package func remove() async throws {
        try await stop()
        try FileManager.default.removeItem(at: directory)
    }

    private func spawn(_ script: String, _ program: String, _ arguments: [String]) throws -> (Process, Pipe) {
        let process = Process()
        let bell = Pipe()
        let path = directory.path(percentEncoded: false)
        process.executableURL = URL(filePath: "/bin/sh")
        let command = [binaries.appending(path: program).path(percentEncoded: false), "-D", "\(path)data"] + arguments
        process.arguments = ["-c", script, path] + unprivileged + command
        process.currentDirectoryURL = directory
        process.standardInput = bell
        try process.run()
        return (process, bell)
    }

    /// PostgreSQL refuses to run as root.
    private var unprivileged: [String] {
        guard geteuid() == 0 else { return [] }
        let user = getpwnam("postgres") == nil ? "nobody" : "postgres"
        let group = user == "nobody" ? "nogroup" : user
        return ["setpriv", "--reuid=\(user)", "--regid=\(group)", "--clear-groups"]
    }

    private func until(_ what: String, _ isDone: () async throws -> Bool) async throws {
        for _ in 0..<600 {
            if try await isDone() { return }
            try await Task.sleep(for: .milliseconds(50))
        }
        throw failure(what)
    }

    private func failure(_ what: String) -> StorageError {
        let log = try? String(contentsOf: directory.appending(path: "\(what).log"), encoding: .utf8)
        return .unavailable("PostgreSQL's \(what) did not do its work: \(log?.suffix(500) ?? "no log")")
    }

    private static func findBinaries() -> URL? {
        let debian = "/usr/lib/postgresql"
        let versions = (try? FileManager.default.contentsOfDirectory(atPath: debian)) ?? []
        let installed = versions.sorted { (Int($0) ?? 0) > (Int($1) ?? 0) }.map { "\(debian)/\($0)/bin" }
        let path = ProcessInfo.processInfo.environment["PATH"]?.split(separator: ":").map(String.init) ?? []
        return (installed + path).map { URL(filePath: $0, directoryHint: .isDirectory) }.first { directory in
            ["initdb", "postgres"].allSatisfy {
                FileManager.default.isExecutableFile(atPath: directory.appending(path: $0).path(percentEncoded: false))
            }
        }
    }

    private static func freePort() throws -> Int {
        let probe = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        defer { close(probe) }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        var size = socklen_t(MemoryLayout<sockaddr_in>.size)
        let result = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
                bind(probe, address, size) == 0 ? getsockname(probe, address, &size) : -1
            }
        }
        guard result == 0 else { throw StorageError.unavailable("There is no free port on the loopback interface.") }
        return Int(UInt16(bigEndian: address.sin_port))
    }
}
