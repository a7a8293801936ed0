import Kernel
import Storage
import StoragePostgres
import StorageSQLite

/// A row of one short text: the commit is nearly all of it.
enum Notes {
    private static let aloneCount = 400
    private static let eachCount = 80

    static func measure(_ place: Place, _ site: Site) async throws -> [Finding] {
        let table = "CREATE TABLE note (id IDENTITY, body TEXT NOT NULL)"
        let database: Database
        let write: ([SQL]) throws -> Void
        var sqlite: BareSQLite?
        switch place {
        case .sqlite:
            let folder = try site.folder("notes")
            let connection = try BareSQLite("\(folder)/bare.sqlite")
            try connection.script(Dialect.sqlite.schema(table))
            sqlite = connection
            write = connection.write
            database = Database(try SQLiteDriver(path: "\(folder)/ours.sqlite"))
        case .postgres:
            let connection = try BarePostgres(try site.makeDatabase("bench_notes_bare"))
            try connection.command(Dialect.postgres.schema(table))
            write = connection.write
            database = Database(try PostgresDriver(url: try site.makeDatabase("bench_notes")))
        }
        try await database.write { try $0.script($0.dialect.schema(table)) }
        var turns: [(bare: Latencies, alone: Latencies, together: Latencies)] = []
        for _ in 0..<5 {
            let bare = try await Latencies.inTurn(0..<aloneCount) { try write([insert($0)]) }
            let alone = try await Latencies.of(clients: 1, each: aloneCount) { _, turn in
                try await database.write { try $0.send(insert(turn)) }
            }
            let together = try await Latencies.of(clients: Commits.clients, each: eachCount) { _, turn in
                try await database.write { try $0.send(insert(turn)) }
            }
            turns.append((bare, alone, together))
        }
        await database.close()
        sqlite?.close()
        return [
            .turns(
                "\(place.rawValue), one client", turns.map { ($0.alone.rate, $0.bare.rate) },
                Latencies.best(turns.map(\.alone)).note, hasRawInside: false),
            .turns(
                "\(place.rawValue), \(Commits.clients) clients", turns.map { ($0.together.rate, $0.alone.rate) },
                Latencies.best(turns.map(\.together)).note, atLeast: 3, hasRawInside: false),
        ]
    }

    private static func insert(_ number: Int) -> SQL { "INSERT INTO note (body) VALUES (\("note \(number)"))" }
}
