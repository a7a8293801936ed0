package import Metrics
import Synchronization

/// The back end of swift-metrics that `/metrics` prints from: counters, gauges and histograms in the Prometheus text format
/// 0.0.4. Ours because no Prometheus package is among those that can be had; it is a table of numbers.
package final class Prometheus: MetricsFactory, Sendable {
    private struct Series {
        var kind: String
        var values: [String: Double] = [:]
        var histograms: [String: Histogram] = [:]
    }

    struct Histogram {
        /// Seconds; a page should be in the first half of them.
        static let bounds: [Double] = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5]
        var buckets = Array(repeating: 0, count: bounds.count)
        var count = 0
        var sum = 0.0
    }

    private let series = Mutex<[String: Series]>([:])

    package init() {}

    package func text() -> String {
        series.withLock { series in
            series.sorted { $0.key < $1.key }.map { name, series in
                let lines = series.values.sorted { $0.key < $1.key }.map { "\(name)\(braced($0.key)) \($0.value)" }
                let histograms = series.histograms.sorted { $0.key < $1.key }.flatMap {
                    Self.lines(name, $0.key, $0.value)
                }
                return "# TYPE \(name) \(series.kind)\n" + (lines + histograms).map { "\($0)\n" }.joined()
            }.joined()
        }
    }

    private static func lines(_ name: String, _ labels: String, _ histogram: Histogram) -> [String] {
        let prefix = labels.isEmpty ? "" : "\(labels),"
        let buckets = zip(Histogram.bounds, histogram.buckets).map { "\(name)_bucket{\(prefix)le=\"\($0)\"} \($1)" }
        return buckets + [
            "\(name)_bucket{\(prefix)le=\"+Inf\"} \(histogram.count)", "\(name)_sum\(braced(labels)) \(histogram.sum)",
            "\(name)_count\(braced(labels)) \(histogram.count)",
        ]
    }

    fileprivate func add(_ name: String, _ kind: String, _ labels: String, _ change: (inout Double) -> Void) {
        series.withLock { change(&$0[name, default: Series(kind: kind)].values[labels, default: 0]) }
    }

    fileprivate func observe(_ name: String, _ labels: String, _ value: Double) {
        series.withLock { series in
            var histogram = series[name]?.histograms[labels] ?? Histogram()
            for (index, bound) in Histogram.bounds.enumerated() where value <= bound { histogram.buckets[index] += 1 }
            histogram.count += 1
            histogram.sum += value
            series[name, default: Series(kind: "histogram")].histograms[labels] = histogram
        }
    }

    package func makeCounter(label: String, dimensions: [(String, String)]) -> any CounterHandler {
        Meter(prometheus: self, name: label, labels: labelText(dimensions))
    }

    package func makeRecorder(label: String, dimensions: [(String, String)], aggregate: Bool) -> any RecorderHandler {
        Meter(prometheus: self, name: label, labels: labelText(dimensions))
    }

    package func makeTimer(label: String, dimensions: [(String, String)]) -> any TimerHandler {
        Meter(prometheus: self, name: label, labels: labelText(dimensions))
    }

    package func destroyCounter(_ handler: any CounterHandler) {}
    package func destroyRecorder(_ handler: any RecorderHandler) {}
    package func destroyTimer(_ handler: any TimerHandler) {}
}

/// One series as swift-metrics holds it.
private final class Meter: CounterHandler, RecorderHandler, TimerHandler {
    let prometheus: Prometheus
    let name: String
    let labels: String

    init(prometheus: Prometheus, name: String, labels: String) {
        self.prometheus = prometheus
        self.name = name
        self.labels = labels
    }

    func increment(by amount: Int64) { prometheus.add(name, "counter", labels) { $0 += Double(amount) } }
    func reset() { prometheus.add(name, "counter", labels) { $0 = 0 } }
    func record(_ value: Int64) { record(Double(value)) }
    func record(_ value: Double) { prometheus.add(name, "gauge", labels) { $0 = value } }
    func recordNanoseconds(_ duration: Int64) { prometheus.observe(name, labels, Double(duration) / 1e9) }
}

private func labelText(_ dimensions: [(String, String)]) -> String {
    dimensions.map { "\($0.0)=\"\(clean($0.1))\"" }.joined(separator: ",")
}

/// Without what would end the label early.
private func clean(_ text: String) -> String {
    func isForbidden(_ byte: UInt8) -> Bool {
        byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\") || byte == UInt8(ascii: "\n")
    }
    guard text.utf8.contains(where: isForbidden) else { return text }
    return String(decoding: text.utf8.filter { !isForbidden($0) }, as: UTF8.self)
}

private func braced(_ labels: String) -> String { labels.isEmpty ? "" : "{\(labels)}" }
