import Kernel
package import Storage

extension Kontor {
    /// Looks at the whole chain of sealed events, without changing anything.
    /// - Throws: `StartError`.
    package static func verifyAudit(_ database: Database) async throws(StartError) -> AuditReport {
        try await checkAudit(database)
        do {
            return try await database.report { try Audit.verify($0, at: machineNow()) }
        } catch {
            throw .unavailable("The record of events cannot be read: \(error.sentence)")
        }
    }

    /// Writes the chain in the format of `docs/audit.md`.
    /// - Throws: `StartError`.
    package static func exportAudit(
        _ database: Database, _ selection: AuditSelection, _ write: @escaping @Sendable (String) throws -> Void
    ) async throws(StartError) {
        try await checkAudit(database)
        do {
            try await database.report { try Audit.export(selection, from: $0, write) }
        } catch {
            throw .unavailable("The record of events cannot be exported: \(error.sentence)")
        }
    }

    private static func checkAudit(_ database: Database) async throws(StartError) {
        guard let applied = try? await database.appliedMigrations(),
            Migration.storage.allSatisfy({ applied.contains($0.id) })
        else {
            throw .data("The database has no record of this version yet. Bring it up to date first: kontor migrate")
        }
    }
}
