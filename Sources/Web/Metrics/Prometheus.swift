package import Metrics
import Synchronization

/// The back end of swift-metrics that `/metrics` prints from: counters, gauges and histograms in the Prometheus text format
/// 0.0.4. Ours because no Prometheus package is among those that can be had; it is a table of numbers.
package final class Prometheus: MetricsFactory, Sendable {
    /// By name, then by labels.
    private let meters = Mutex<[String: [String: Meter]]>([:])

    package init() {}

    package func text() -> String {
        let meters = meters.withLock { $0 }
        return meters.sorted { $0.key < $1.key }.map { name, meters in
            let kind = meters.values.first?.kind ?? .gauge
            let lines = meters.sorted { $0.key < $1.key }.flatMap { $1.lines(name, $0) }
            return "# TYPE \(name) \(kind)\n" + lines.map { "\($0)\n" }.joined()
        }.joined()
    }

    package func makeCounter(label: String, dimensions: [(String, String)]) -> any CounterHandler {
        meter(.counter, label, dimensions)
    }

    package func makeRecorder(label: String, dimensions: [(String, String)], aggregate: Bool) -> any RecorderHandler {
        meter(.gauge, label, dimensions)
    }

    package func makeTimer(label: String, dimensions: [(String, String)]) -> any TimerHandler {
        meter(.histogram, label, dimensions)
    }

    package func destroyCounter(_ handler: any CounterHandler) {}
    package func destroyRecorder(_ handler: any RecorderHandler) {}
    package func destroyTimer(_ handler: any TimerHandler) {}

    /// The same meter for the same name and labels, whoever asks for it.
    private func meter(_ kind: Meter.Kind, _ name: String, _ dimensions: [(String, String)]) -> Meter {
        let labels = dimensions.map { "\($0.0)=\"\(clean($0.1))\"" }.joined(separator: ",")
        return meters.withLock { meters in
            if let known = meters[name]?[labels] { return known }
            let new = Meter(kind)
            meters[name, default: [:]][labels] = new
            return new
        }
    }
}

/// One series. Whoever counts often keeps it: counting is then a few additions.
private final class Meter: CounterHandler, RecorderHandler, TimerHandler {
    enum Kind { case counter, gauge, histogram }

    private struct Figures {
        /// Of a histogram, the sum of all that was seen.
        var value = 0.0
        var count = 0
        var buckets = Array(repeating: 0, count: Meter.bounds.count)
    }

    let kind: Kind
    private let figures = Mutex(Figures())

    /// Seconds; a page should be in the first half of them.
    private static let bounds: [Double] = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5]

    init(_ kind: Kind) {
        self.kind = kind
    }

    func increment(by amount: Int64) { figures.withLock { $0.value += Double(amount) } }
    func reset() { figures.withLock { $0 = Figures() } }
    func record(_ value: Int64) { record(Double(value)) }
    func record(_ value: Double) { figures.withLock { $0.value = value } }

    func recordNanoseconds(_ duration: Int64) {
        let seconds = Double(duration) / 1e9
        figures.withLock { figures in
            figures.value += seconds
            figures.count += 1
            for (index, bound) in Meter.bounds.enumerated() where seconds <= bound { figures.buckets[index] += 1 }
        }
    }

    func lines(_ name: String, _ labels: String) -> [String] {
        let figures = figures.withLock { $0 }
        let braced = labels.isEmpty ? "" : "{\(labels)}"
        guard kind == .histogram else { return ["\(name)\(braced) \(figures.value)"] }
        let prefix = labels.isEmpty ? "" : "\(labels),"
        let buckets = zip(Meter.bounds, figures.buckets).map { "\(name)_bucket{\(prefix)le=\"\($0)\"} \($1)" }
        return buckets + [
            "\(name)_bucket{\(prefix)le=\"+Inf\"} \(figures.count)", "\(name)_sum\(braced) \(figures.value)",
            "\(name)_count\(braced) \(figures.count)",
        ]
    }
}

/// Without what would end the label early.
private func clean(_ text: String) -> String {
    func isForbidden(_ byte: UInt8) -> Bool {
        byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\") || byte == UInt8(ascii: "\n")
    }
    guard text.utf8.contains(where: isForbidden) else { return text }
    return String(decoding: text.utf8.filter { !isForbidden($0) }, as: UTF8.self)
}
