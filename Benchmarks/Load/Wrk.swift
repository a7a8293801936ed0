import Foundation

/// What `wrk` (Debian) measured: 64 connections of two threads, one request after the other on each.
struct Wrk {
    let rate: Double
    let p95: Double
    /// What a request takes of the server's processors. Hardly changes when the machine does other things, too.
    let processorSeconds: Double

    var note: String { "p95 \(Figure.time(p95)), CPU \(Figure.time(processorSeconds))" }

    static let connections = 64

    static func load(
        _ child: Child, _ path: String, headers: [String: String] = [:], _ site: Site
    ) throws -> Wrk {
        let script = site.path("wrk.lua")
        try Wrk.script.write(toFile: script, atomically: true, encoding: .utf8)
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments =
            ["wrk", "-t2", "-c\(connections)", "-d\(site.seconds)s", "-s", script]
            + headers.sorted { $0.key < $1.key }.flatMap { ["-H", "\($0.key): \($0.value)"] }
            + ["http://127.0.0.1:\(child.port)\(path)"]
        let output = Pipe()
        process.standardOutput = output
        let before = child.processorSeconds
        try process.run()
        let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        let figures =
            text.split(separator: "\n").first { $0.hasPrefix("figures ") }?.split(separator: " ")
            .compactMap { Double($0) } ?? []
        guard figures.count == 4 else { throw BenchError("wrk (Debian: wrk) did not do its work: \(text)") }
        guard figures[3] == 0 else { throw BenchError("\(Int(figures[3])) of the requests to \(path) failed.") }
        return Wrk(
            rate: figures[0] / figures[1] * 1_000_000, p95: figures[2] / 1_000_000,
            processorSeconds: (child.processorSeconds - before) / max(figures[0], 1))
    }

    /// The best of several, as what disturbs only slows down.
    static func best(_ loads: [Wrk]) -> Wrk {
        Wrk(
            rate: loads.map(\.rate).max() ?? 0, p95: loads.map(\.p95).min() ?? 0,
            processorSeconds: loads.map(\.processorSeconds).min() ?? 0)
    }

    /// `wrk` counts microseconds.
    private static let script = """
        done = function(summary, latency, requests)
            local errors = summary.errors
            io.write(string.format("figures %d %d %d %d\\n", summary.requests, summary.duration, latency:percentile(95),
                errors.connect + errors.read + errors.write + errors.status + errors.timeout))
        end
        """
}
