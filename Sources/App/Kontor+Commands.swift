import Accounts
import Kernel
import Logging
import Sandbox
import Storage
package import Web

extension Kontor {
    /// The route table, without opening a database of anybody's.
    package static func table(_ settings: Settings) async throws(StartError) -> [Route] {
        let house = try Kontor(
            settings, database: Database(NoDatabase()), keys: Keys(root: Array(repeating: 0, count: 32)),
            clock: .init(), logger: Logger(label: "kontor") { _ in SwiftLogNoOpLogHandler() })
        return house.routes.sorted { ($0.path, $0.method) < ($1.path, $1.method) }
    }

    /// - Throws: `StartError` for what is no address, or has an account already.
    package func inviteStaff(_ address: String) async throws(StartError) -> String {
        guard let email = EmailAddress(address) else { throw .configuration("\(address) is not an e-mail address.") }
        do { return try await accounts.inviteStaff(email) } catch {
            throw .configuration("\(address) has an account already.")
        }
    }

    package struct Finding: Sendable {
        package let isFine: Bool
        package let text: String
    }

    /// What `kontor doctor` says: each part that is needed, and what to do where it is not there.
    package static func examine(_ settings: Settings) async -> [Finding] {
        var findings: [Finding] = []
        func note(_ good: String, _ check: () async throws -> Void) async {
            do {
                try await check()
                findings.append(Finding(isFine: true, text: good))
            } catch {
                findings.append(Finding(isFine: false, text: (error as? StartError)?.description ?? error.sentence))
            }
        }
        await note("data directory \(settings.dataDirectory)") { try DataDirectory.check(settings.dataDirectory) }
        await note("database answers, schema up to date") {
            let database = try openExistingDatabase(settings)
            let applied = (try? await database.appliedMigrations()) ?? []
            await database.close()
            let known = migrations.map(\.id)
            if !applied.allSatisfy(known.contains) { throw StartError.data("The database was used by a newer Kontor.") }
            if applied.count < known.count {
                throw StartError.data("The schema lacks \(known.count - applied.count) steps: kontor migrate")
            }
        }
        await note("words complete") { _ = try wording() }
        await note("stylesheet, script, icons") { _ = try assets(settings) }
        await note("catalogue") { _ = try catalogue(settings) }
        await note("news topics") { _ = try topics(settings) }
        await note("list of common passwords") { _ = try policy() }
        await note("mail relay") {
            if settings.mode == .production, settings.smtp == nil {
                throw StartError.configuration("KONTOR_SMTP_HOST is not set.")
            }
        }
        return findings
    }
}

/// For looking at the house without living in it.
private struct NoDatabase: Driver {
    var dialect: Dialect { .sqlite }

    func read<T: Sendable>(_ body: @escaping @Sendable (Connection) throws -> T) async throws -> T {
        throw StorageError.unavailable("There is no database here.")
    }

    func write<T: Sendable>(_ body: @escaping @Sendable (Connection) throws -> T) async throws -> T {
        throw StorageError.unavailable("There is no database here.")
    }

    func report<T: Sendable>(_ body: @escaping @Sendable (Connection) throws -> T) async throws -> T {
        throw StorageError.unavailable("There is no database here.")
    }

    func onAnnouncement(_ wake: @escaping @Sendable () -> Void) {}

    func close() async {}
}
