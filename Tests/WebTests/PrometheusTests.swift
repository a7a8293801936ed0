import Metrics
import Testing
import Web

@Suite struct PrometheusTests {
    @Test func `Counters, gauges and histograms are printed in the Prometheus text format`() {
        let prometheus = Prometheus()
        let counter = prometheus.makeCounter(label: "requests_total", dimensions: [("route", "/a"), ("status", "200")])
        counter.increment(by: 2)
        counter.increment(by: 1)
        prometheus.makeRecorder(label: "waiting", dimensions: [], aggregate: false).record(4.5)
        let timer = prometheus.makeTimer(label: "duration_seconds", dimensions: [("route", "/a")])
        timer.recordNanoseconds(2_000_000)
        timer.recordNanoseconds(3_000_000_000)
        let lines = prometheus.text().split(separator: "\n").map(String.init)
        #expect(
            lines.filter { !$0.contains("_bucket") } == [
                "# TYPE duration_seconds histogram", "duration_seconds_sum{route=\"/a\"} 3.002",
                "duration_seconds_count{route=\"/a\"} 2", "# TYPE requests_total counter",
                "requests_total{route=\"/a\",status=\"200\"} 3.0", "# TYPE waiting gauge", "waiting 4.5",
            ])
        #expect(lines.contains("duration_seconds_bucket{route=\"/a\",le=\"0.001\"} 0"))
        #expect(lines.contains("duration_seconds_bucket{route=\"/a\",le=\"0.0025\"} 1"))
        #expect(lines.contains("duration_seconds_bucket{route=\"/a\",le=\"2.5\"} 1"))
        #expect(lines.contains("duration_seconds_bucket{route=\"/a\",le=\"+Inf\"} 2"))
    }

    @Test func `A label cannot break out of its line`() {
        let prometheus = Prometheus()
        prometheus.makeCounter(label: "c", dimensions: [("path", "a\"} 1\nfake 9\\")]).increment(by: 1)
        #expect(prometheus.text() == "# TYPE c counter\nc{path=\"a} 1fake 9\"} 1.0\n")
    }
}
