package import Kernel

/// One step of a room's schema, forward only, in a transaction of its own, never edited once landed.
package struct Migration: Sendable {
    /// `billing-001-ledger`: the room, its count, what it brings.
    package let id: String
    /// Statements in the shared dialect, with the schema words of `Dialect.schema`.
    package let schema: String
    /// Tables in which the database itself refuses UPDATE and DELETE.
    package let appendOnly: [String]
    /// Append-only tables that this step rewrites: they are released for it, and closed again in the same transaction.
    package let rewrites: [String]
    /// Checks of tables of earlier steps that this step replaces, before its schema runs.
    package let checks: [CheckChange]

    package init(
        _ id: String, _ schema: String, appendOnly: [String] = [], rewrites: [String] = [], checks: [CheckChange] = []
    ) {
        self.id = id
        self.schema = schema
        self.appendOnly = appendOnly
        self.rewrites = rewrites
        self.checks = checks
    }
}

extension Database {
    /// Brings the schema up to date, in the order given.
    /// - Returns: the ids of what was applied now.
    /// - Throws: `StorageError.newerSchema` where the database knows steps that this program does not.
    @discardableResult
    package func migrate(_ migrations: [Migration], at now: Instant) async throws -> [String] {
        let ids = migrations.map(\.id)
        precondition(Set(ids).count == ids.count, "Two migrations have the same id.")
        // A schema that is up to date needs only this look. Without a database to look at, what follows says why.
        if let applied = try? await appliedMigrations(), Set(applied) == Set(ids) { return [] }
        try await write { connection in
            // IF NOT EXISTS alone does not help two processes that start at once on PostgreSQL.
            if connection.dialect == .postgres { _ = try connection.rows("SELECT pg_advisory_xact_lock(7241153)") }
            try connection.script(
                "CREATE TABLE IF NOT EXISTS migration (id TEXT PRIMARY KEY, applied_at BIGINT NOT NULL)")
        }
        let applied = try await appliedMigrations()
        let unknown = applied.filter { !ids.contains($0) }
        guard unknown.isEmpty else { throw StorageError.newerSchema(unknown) }
        var new: [String] = []
        for migration in migrations where !applied.contains(migration.id) {
            let isNew = try await write { connection in
                // Another process may be migrating too: the one that writes this row first does the work.
                guard
                    try connection.execute(
                        "INSERT INTO migration (id, applied_at) VALUES (\(migration.id), \(now)) ON CONFLICT (id) DO NOTHING"
                    ) == 1
                else { return false }
                for table in migration.rewrites { try connection.script(connection.dialect.rewritable(table)) }
                for check in migration.checks { try connection.replace(check) }
                try connection.script(connection.dialect.schema(migration.schema))
                for table in migration.rewrites + migration.appendOnly {
                    try connection.script(connection.dialect.appendOnly(table))
                }
                return true
            }
            if isNew { new.append(migration.id) }
        }
        return new
    }

    /// The ids of the steps that the database has, or none where it is empty.
    package func appliedMigrations() async throws -> [String] {
        try await read { connection in
            try connection.rows("SELECT id FROM migration ORDER BY id").map { try $0["id"] }
        }
    }
}
