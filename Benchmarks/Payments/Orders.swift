import Access
import App
import Storage
import Synchronization

/// Everything that becomes true with an order, in one transaction.
enum Orders {
    private static let turnsCount = 5
    private static let aloneCount = 20
    private static let eachCount = 4
    private static let streamSeconds = 5.0

    static func measure(_ place: Place, _ site: Site) async throws -> [Finding] {
        // Every part begins with the same data, so that what was recorded fits.
        let start = Copy(place: place, name: "bench_orders_\(place)", site: site)
        let world = try await start.open()
        let customers = try await world.customers(PaymentCommits.clients)
        await world.close()

        let recorded = try await record(try start.copied("bench_recorded"), customers[0])
        let (writeRows, closeRows) = try start.copied("bench_rows").bare()
        let (writeSame, closeSame) = try start.copied("bench_same").bare()
        let ours = try await start.copied("bench_ours").open()
        var turns: [(rows: Latencies, same: Latencies, alone: Latencies, together: Latencies)] = []
        for number in 0..<turnsCount {
            let range = number * aloneCount..<(number + 1) * aloneCount
            let rows = try await Latencies.inTurn(range) { try writeRows(recorded[$0].rows) }
            let same = try await Latencies.inTurn(range) { try writeSame(recorded[$0].said) }
            let alone = try await Latencies.of(clients: 1, each: aloneCount) { _, turn in
                try await ours.order("domain-ch", named: "alone-\(number)-\(turn).ch", customers[0])
            }
            let together = try await Latencies.of(clients: PaymentCommits.clients, each: eachCount) { client, turn in
                try await ours.order("domain-ch", named: "together-\(number)-\(turn).ch", customers[client])
            }
            turns.append((rows, same, alone, together))
        }
        let perSecond = Double(customers.count) * PaymentCommits.ordersEachSecond
        let disk = try DiskFlush(site.path("bench_flush"))
        var streams: [(ours: Latencies, disk: Latencies)] = []
        for number in 0..<turnsCount {
            let seed = UInt64(number)
            let stream = try await Latencies.arriving(perSecond, for: streamSeconds, seed: seed) { arrival in
                try await ours.order(
                    "domain-ch", named: "stream-\(number)-\(arrival).ch", customers[arrival % customers.count])
            }
            let flushes = try await Latencies.arriving(perSecond, for: streamSeconds, seed: seed) {
                try await disk.flush($0)
            }
            streams.append((stream, flushes))
        }
        let stream = streams.sorted { $0.ours.percentile(99) < $1.ours.percentile(99) }[turnsCount / 2]
        closeRows()
        closeSame()
        await ours.close()
        let said = recorded.map(\.said.count).reduce(0, +) / recorded.count
        let written = recorded.map(\.rows.count).reduce(0, +) / recorded.count
        let together = Latencies.best(turns.map(\.together))
        let name = place.rawValue
        return [
            .turns(
                "\(name), one client (\(said) statements; raw \(written))",
                turns.map { ($0.alone.rate, $0.rows.rate) }, Latencies.best(turns.map(\.alone)).note,
                hasRawInside: false),
            .turns(
                "the same, raw our own statements by the bare driver", turns.map { ($0.alone.rate, $0.same.rate) }, "",
                hasRawInside: false),
            .turns(
                "\(name), \(PaymentCommits.clients) clients in a closed loop",
                turns.map { ($0.together.rate, $0.rows.rate) }, together.note, atLeast: PaymentCommits.ratioMin,
                hasRawInside: false),
            waiting("the same, its p99", together, place),
            waiting(
                "\(name), \(PaymentCommits.clients) customers in a steady stream, p99 (p50 \(Figure.time(stream.ours.percentile(50))))",
                stream.ours, raw: stream.disk, place),
        ]
    }

    private static func waiting(
        _ what: String, _ latencies: Latencies, raw: Latencies? = nil, _ place: Place
    ) -> Finding {
        let p99 = latencies.percentile(99)
        let most = PaymentCommits.p99Max(place)
        let floor = raw?.percentile(99)
        return Finding(
            what: what, measured: Figure.time(p99), raw: floor.map(Figure.time) ?? "",
            ratio: floor.map { Figure.ratio(p99 / $0) } ?? "", goal: "≤ \(Figure.time(most))", isReached: p99 <= most)
    }

    /// What we say for an order, and what is written by it.
    private typealias Recorded = (said: [SQL], rows: [SQL])

    private static func record(_ copy: Copy, _ customer: Permit<OrderProducts>) async throws -> [Recorded] {
        let recorder = Mutex<RecordingDriver?>(nil)
        let world = try await copy.open { database in
            let driver = RecordingDriver(database)
            recorder.withLock { $0 = driver }
            return Database(driver)
        }
        var rows: [[SQL]] = []
        var before = try await world.kontor.database.read { try WrittenRows($0) }
        for turn in 0..<turnsCount * aloneCount {
            try await world.order("domain-ch", named: "alone-\(turn).ch", customer)
            let after = try await world.kontor.database.read { try WrittenRows($0) }
            rows.append(after.statements(since: before))
            before = after
        }
        await world.close()
        let said = recorder.withLock { $0?.transactions ?? [] }
        guard said.count == rows.count else { throw BenchError("An order is one transaction.") }
        return zip(said, rows).map { (said: $0, rows: $1) }
    }
}
