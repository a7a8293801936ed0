import Foundation
import Storage

/// A data directory or a database that can be copied while nobody uses it, so that every turn begins with the same data.
struct Copy {
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

    /// The bare driver over it, and how to let it go.
    func bare() throws -> (write: ([SQL]) throws -> Void, close: () -> Void) {
        switch place {
        case .sqlite:
            let connection = try BareSQLite("\(directory)/kontor.sqlite")
            return (connection.write, connection.close)
        case .postgres:
            return (try BarePostgres(address ?? "").write, {})
        }
    }
}
