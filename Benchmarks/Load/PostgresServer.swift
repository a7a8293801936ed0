import Foundation

/// A PostgreSQL server of our own on the loopback interface, with its usual settings but for the size of its cache. It ends,
/// and its files go, when this process ends, however that comes.
final class PostgresServer: Sendable {
    private let port: Int
    private let process = Process()
    /// At its end the server knows that we are gone.
    private let leash = Pipe()

    func address(_ database: String) -> String { "postgres://kontor@127.0.0.1:\(port)/\(database)" }

    init(_ directory: String, log: String) throws {
        port = try Child.freePort()
        try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
        let isRoot = geteuid() == 0
        // PostgreSQL refuses to run as root.
        if isRoot, let user = getpwnam("postgres") { chown(directory, user.pointee.pw_uid, user.pointee.pw_gid) }
        let unprivileged = isRoot ? ["setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups"] : []
        process.executableURL = URL(filePath: "/bin/sh")
        process.arguments = ["-c", PostgresServer.script, directory, "\(port)"] + unprivileged
        var environment = ProcessInfo.processInfo.environment
        environment["PATH"] = "\(try PostgresServer.programs()):\(environment["PATH"] ?? "/usr/bin:/bin")"
        process.environment = environment
        process.currentDirectoryURL = URL(filePath: "/")
        process.standardInput = leash
        let output = try Child.output(log)
        process.standardOutput = output
        process.standardError = output
        try process.run()
        for _ in 0..<600 where process.isRunning {
            if (try? BarePostgres(address("postgres"))) != nil { return }
            usleep(50_000)
        }
        let words = (try? String(contentsOfFile: log, encoding: .utf8)) ?? ""
        throw BenchError("PostgreSQL (Debian: postgresql) does not start: \(words.suffix(500))")
    }

    func stop() {
        try? leash.fileHandleForWriting.close()
        process.waitUntilExit()
    }

    /// $0 the directory, $1 the port, then what to run it with.
    private static let script = """
        port=$1; shift
        "$@" initdb -D "$0/data" --auth=trust --username=kontor --encoding=UTF8 --locale=C.UTF-8 </dev/null || exit 1
        "$@" postgres -D "$0/data" -c port="$port" -c listen_addresses=127.0.0.1 -c unix_socket_directories= \
            -c max_connections=200 -c shared_buffers=256MB </dev/null &
        server=$!
        read -r line
        kill -INT $server
        wait $server
        rm -rf "$0"
        """

    /// Debian keeps them out of the way, by version.
    private static func programs() throws -> String {
        let root = "/usr/lib/postgresql"
        let versions = (try? FileManager.default.contentsOfDirectory(atPath: root)) ?? []
        guard let newest = versions.max(by: { (Int($0) ?? 0) < (Int($1) ?? 0) }) else {
            throw BenchError("PostgreSQL is not installed (Debian: postgresql). --no-postgres goes without it.")
        }
        return "\(root)/\(newest)/bin"
    }
}
