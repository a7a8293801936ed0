import Billing
package import Kernel
package import Storage

extension Kontor {
    /// Writes the journal for other accounting programs.
    /// - Parameters:
    ///   - name: `hledger` or `beancount`.
    ///   - write: gets whole lines, many at a time.
    /// - Throws: `StartError`.
    package static func exportJournal(
        _ database: Database, as name: String, from: Day?, until: Day?,
        _ write: @escaping @Sendable (String) throws -> Void
    ) async throws(StartError) {
        guard let format = JournalFormat(rawValue: name) else {
            let known = JournalFormat.allCases.map(\.rawValue).joined(separator: " or ")
            throw .configuration("There is no format \(name). Write \(known).")
        }
        guard let applied = try? await database.appliedMigrations(),
            Migration.billing.allSatisfy({ applied.contains($0.id) })
        else {
            throw .data("The database has no books of this version yet. Bring it up to date first: kontor migrate")
        }
        do {
            try await database.report { connection in
                try writeJournal(as: format, from: from, until: until, in: connection, write)
            }
        } catch {
            throw .unavailable("The journal cannot be exported: \(error.sentence)")
        }
    }
}
