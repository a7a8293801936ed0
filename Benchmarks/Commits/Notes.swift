import Kernel
import Storage
import StoragePostgres
import StorageSQLite

/// A row of one short text: the commit is nearly all of it.
enum Notes {
    private static let aloneCount = 1500
    private static let eachCount = 150

    static func measure(_ place: Place, _ site: Site) async throws -> [Finding] {
        let table = "CREATE TABLE note (id IDENTITY, body TEXT NOT NULL)"
        let database: Database
        let bare: Double
        switch place {
        case .sqlite:
            let path = "\(try site.folder("notes"))/bare.sqlite"
            let connection = try BareSQLite(path)
            try connection.script(Dialect.sqlite.schema(table))
            bare = try await rate { try connection.write([insert($0)]) }
            connection.close()
            database = Database(try SQLiteDriver(path: "\(site.path("notes"))/ours.sqlite"))
        case .postgres:
            let address = try site.makeDatabase("bench_notes")
            let connection = try BarePostgres(address)
            try connection.command(Dialect.postgres.schema(table))
            bare = try await rate { try connection.write([insert($0)]) }
            try connection.command("DROP TABLE note")
            database = Database(try PostgresDriver(url: address))
        }
        try await database.write { try $0.script($0.dialect.schema(table)) }
        var alone: Latencies?
        var together: Latencies?
        for _ in 0..<3 {
            let one = try await Latencies.of(clients: 1, each: aloneCount) { _, turn in
                _ = try await database.write { try $0.execute(insert(turn)) }
            }
            let many = try await Latencies.of(clients: Commits.clients, each: eachCount) { _, turn in
                _ = try await database.write { try $0.execute(insert(turn)) }
            }
            if one.rate > alone?.rate ?? 0 { alone = one }
            if many.rate > together?.rate ?? 0 { together = many }
        }
        await database.close()
        guard let alone, let together else { return [] }
        return [
            .rate("\(place.rawValue), one client", alone.rate, alone.note, raw: bare),
            .rate("\(place.rawValue), \(Commits.clients) clients", together.rate, together.note, raw: alone.rate, atLeast: 3),
        ]
    }

    private static func insert(_ number: Int) -> SQL { "INSERT INTO note (body) VALUES (\("note \(number)"))" }

    private static func rate(_ body: (Int) throws -> Void) async throws -> Double {
        try await Measure.best {
            Double(aloneCount) / (try await Measure.seconds { for turn in 0..<aloneCount { try body(turn) } })
        }
    }
}
