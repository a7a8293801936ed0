import Foundation

/// A server that the benchmark starts and stops.
final class Child: Sendable {
    let port: Int
    private let process: Process

    /// Starts a program that listens on the port it is told, and returns once it answers.
    /// - Parameter arguments: to which `--port N` is added.
    /// - Returns: the server, and the seconds from the start to the first answer.
    static func start(
        _ program: String, _ arguments: [String], environment: [String: String] = [:], log: String
    ) throws -> (child: Child, seconds: Double) {
        let port = try freePort()
        let process = Process()
        process.executableURL = URL(filePath: program)
        process.arguments = arguments + ["--port", "\(port)"]
        let inherited = ProcessInfo.processInfo.environment.filter { !$0.key.hasPrefix("KONTOR_") }
        process.environment = inherited.merging(environment) { $1 }
        let output = try Child.output(log)
        process.standardOutput = output
        process.standardError = output
        let start = ContinuousClock.now
        try process.run()
        let child = Child(port: port, process: process)
        while (try? Exchange.send("GET", "/healthz", port: port))?.status != 200 {
            guard process.isRunning, ContinuousClock.now - start < .seconds(20) else {
                child.stop()
                let words = (try? String(contentsOfFile: log, encoding: .utf8)) ?? ""
                throw BenchError("\(program) does not answer: \(words.suffix(500))")
            }
            usleep(500)
        }
        return (child, (ContinuousClock.now - start).seconds)
    }

    private init(port: Int, process: Process) {
        self.port = port
        self.process = process
    }

    func stop() {
        process.terminate()
        process.waitUntilExit()
    }

    /// The processor's time that the process has taken so far, from `/proc`.
    var processorSeconds: Double {
        let stat = (try? String(contentsOfFile: "/proc/\(process.processIdentifier)/stat", encoding: .utf8)) ?? ""
        // Behind the name, which may have blanks in it: fields 14 and 15 of all, in ticks.
        let fields = (stat.split(separator: ")").last ?? "").split(separator: " ")
        guard fields.count > 12, let user = Double(fields[11]), let system = Double(fields[12]) else { return 0 }
        return (user + system) / Double(sysconf(Int32(_SC_CLK_TCK)))
    }

    /// What the process holds in memory, from `/proc`.
    var residentMiB: Double { Child.memory("VmRSS", of: process) }

    /// Runs a program to its end.
    /// - Returns: what it said, how long it took, and the most memory that it held, from `/proc`, looked at again and again.
    static func run(
        _ program: String, _ arguments: [String], log: String
    ) throws -> (text: String, status: Int32, seconds: Double, peakMiB: Double) {
        let process = Process()
        process.executableURL = URL(filePath: program)
        process.arguments = arguments
        process.environment = ProcessInfo.processInfo.environment.filter { !$0.key.hasPrefix("KONTOR_") }
        let output = try Child.output(log)
        process.standardOutput = output
        process.standardError = output
        let start = ContinuousClock.now
        try process.run()
        var peak = 0.0
        while process.isRunning {
            peak = max(peak, memory("VmHWM", of: process))
            usleep(5_000)
        }
        process.waitUntilExit()
        let seconds = (ContinuousClock.now - start).seconds
        let text = (try? String(contentsOfFile: log, encoding: .utf8)) ?? ""
        return (text, process.terminationStatus, seconds, peak)
    }

    private static func memory(_ field: String, of process: Process) -> Double {
        let status = (try? String(contentsOfFile: "/proc/\(process.processIdentifier)/status", encoding: .utf8)) ?? ""
        let line = status.split(separator: "\n").first { $0.hasPrefix("\(field):") } ?? ""
        return (line.split(separator: " ").compactMap { Double($0) }.first ?? 0) / 1024
    }

    /// A file for what a program says.
    static func output(_ path: String) throws -> FileHandle {
        guard FileManager.default.createFile(atPath: path, contents: nil), let file = FileHandle(forWritingAtPath: path)
        else { throw BenchError("\(path) cannot be written.") }
        return file
    }

    static func freePort() throws -> Int {
        let probe = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        defer { close(probe) }
        var address = Exchange.loopback(0)
        var size = socklen_t(MemoryLayout<sockaddr_in>.size)
        let result = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
                bind(probe, address, size) == 0 ? getsockname(probe, address, &size) : -1
            }
        }
        guard result == 0 else { throw BenchError("There is no free port on the loopback interface.") }
        return Int(UInt16(bigEndian: address.sin_port))
    }
}
