import Access
import Foundation
import Storage
import Synchronization

/// Everything that becomes true with an order, in one transaction.
enum Orders {
    private static let turnsCount = 5
    private static let aloneCount = 40
    private static let eachCount = 3

    static func measure(_ place: Place, _ site: Site) async throws -> [Finding] {
        // Every part begins with the same data, so that the recorded statements fit.
        let start = Copy(place: place, name: "bench_orders_\(place)", site: site)
        let world = try await start.open()
        let customers = try await world.customers(Commits.clients)
        await world.close()

        let statements = try await record(try start.copied("bench_recorded"), customers[0])
        let bareCopy = try start.copied("bench_bare")
        let ours = try await start.copied("bench_ours").open()
        let (write, close) = try writer(bareCopy)
        var turns: [(bare: Latencies, alone: Latencies, together: Latencies)] = []
        for number in 0..<turnsCount {
            let range = number * aloneCount..<(number + 1) * aloneCount
            let bare = try await Latencies.inTurn(range) { try write(statements[$0]) }
            let alone = try await Latencies.of(clients: 1, each: aloneCount) { _, turn in
                try await ours.order("domain-ch", named: "alone-\(number)-\(turn).ch", customers[0])
            }
            let together = try await Latencies.of(clients: Commits.clients, each: eachCount) { client, turn in
                try await ours.order("domain-ch", named: "together-\(number)-\(turn).ch", customers[client])
            }
            turns.append((bare, alone, together))
        }
        close()
        await ours.close()
        let count = statements.map(\.count).reduce(0, +) / statements.count
        return [
            .turns(
                "\(place.rawValue), one client (\(count) statements)", turns.map { ($0.alone.rate, $0.bare.rate) },
                Latencies.best(turns.map(\.alone)).note, hasRawInside: false),
            .turns(
                "\(place.rawValue), \(Commits.clients) clients", turns.map { ($0.together.rate, $0.bare.rate) },
                Latencies.best(turns.map(\.together)).note, hasRawInside: false),
        ]
    }

    private static func record(_ copy: Copy, _ customer: Permit<OrderProducts>) async throws -> [[SQL]] {
        let recorder = Mutex<RecordingDriver?>(nil)
        let world = try await copy.open { database in
            let driver = RecordingDriver(database)
            recorder.withLock { $0 = driver }
            return Database(driver)
        }
        for turn in 0..<turnsCount * aloneCount {
            try await world.order("domain-ch", named: "alone-\(turn).ch", customer)
        }
        await world.close()
        return recorder.withLock { $0?.transactions ?? [] }
    }

    private static func writer(_ copy: Copy) throws -> (write: ([SQL]) throws -> Void, close: () -> Void) {
        switch copy.place {
        case .sqlite:
            let connection = try BareSQLite("\(copy.directory)/kontor.sqlite")
            return (connection.write, connection.close)
        case .postgres:
            return (try BarePostgres(copy.address ?? "").write, {})
        }
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
