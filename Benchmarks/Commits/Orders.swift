import Access
import Foundation
import Storage
import Synchronization

/// Everything that becomes true with an order, in one transaction.
enum Orders {
    private static let aloneCount = 200
    private static let eachCount = 12

    static func measure(_ place: Place, _ site: Site) async throws -> [Finding] {
        // Every part begins with the same data, so that the recorded statements fit.
        let start = Copy(place: place, name: "bench_orders_\(place)", site: site)
        let world = try await start.open()
        let customers = try await world.customers(Commits.clients)
        await world.close()

        let statements = try await record(try start.copied("bench_recorded"), customers[0])
        let bare = try await replay(statements, try start.copied("bench_bare"))

        let ours = try await start.copied("bench_ours").open()
        let alone = try await Latencies.of(clients: 1, each: aloneCount) { _, turn in
            try await ours.order("domain-ch", named: "alone-\(turn).ch", customers[0])
        }
        let together = try await Latencies.of(clients: Commits.clients, each: eachCount) { client, turn in
            try await ours.order("domain-ch", named: "together-\(turn).ch", customers[client])
        }
        await ours.close()
        return [
            .rate("\(place.rawValue), one client", alone.rate, alone.note, raw: bare.rate),
            .rate("\(place.rawValue), \(Commits.clients) clients", together.rate, together.note, raw: bare.rate),
            Finding(
                what: "\(place.rawValue), bare driver", measured: "\(Figure.count(bare.rate))/s, \(bare.note)",
                raw: "\(statements.map(\.count).reduce(0, +) / statements.count) statements each"),
        ]
    }

    private static func record(_ copy: Copy, _ customer: Permit<OrderProducts>) async throws -> [[SQL]] {
        let recorder = Mutex<RecordingDriver?>(nil)
        let world = try await copy.open { database in
            let driver = RecordingDriver(database)
            recorder.withLock { $0 = driver }
            return Database(driver)
        }
        for turn in 0..<aloneCount { try await world.order("domain-ch", named: "alone-\(turn).ch", customer) }
        await world.close()
        return recorder.withLock { $0?.transactions ?? [] }
    }

    private static func replay(_ transactions: [[SQL]], _ copy: Copy) async throws -> Latencies {
        let write: ([SQL]) throws -> Void
        var sqlite: BareSQLite?
        switch copy.place {
        case .sqlite:
            let connection = try BareSQLite("\(copy.directory)/kontor.sqlite")
            sqlite = connection
            write = connection.write
        case .postgres:
            write = try BarePostgres(copy.address ?? "").write
        }
        defer { sqlite?.close() }
        let start = ContinuousClock.now
        let seconds = try await transactions.asyncMap { statements in
            try await Measure.seconds { try write(statements) }
        }
        return Latencies(seconds, wall: (ContinuousClock.now - start).seconds)
    }
}

/// A data directory or a database that can be copied while nobody uses it.
private struct Copy {
    let place: Place
    let name: String
    let site: Site

    var directory: String { site.path(name) }
    var address: String? { place == .postgres ? site.address(name) : nil }

    /// Opens it, and makes it where it is not there.
    func open(around: (Database) -> Database = { $0 }) async throws -> World {
        if !FileManager.default.fileExists(atPath: directory) {
            _ = try site.folder(name)
            if place == .postgres { _ = try site.makeDatabase(name) }
        }
        return try await World.open(directory, address: address, around: around)
    }

    func copied(_ other: String) throws -> Copy {
        try? FileManager.default.removeItem(atPath: site.path(other))
        try FileManager.default.copyItem(atPath: directory, toPath: site.path(other))
        if place == .postgres { _ = try site.makeDatabase(other, from: name) }
        return Copy(place: place, name: other, site: site)
    }
}

extension Array {
    fileprivate func asyncMap<T>(_ body: (Element) async throws -> T) async rethrows -> [T] {
        var results: [T] = []
        results.reserveCapacity(count)
        for element in self { results.append(try await body(element)) }
        return results
    }
}
