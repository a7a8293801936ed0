import Accounts
import Billing
import Kernel
package import Logging
import Metrics
import Sandbox
import ServiceLifecycle
package import Storage
import UnixSignals
import Web

extension Kontor {
    /// Production refuses to start with anything from the sandbox, and without what it cannot do without.
    package func checkProduction() async throws(StartError) {
        guard settings.mode == .production else { return }
        guard let address = settings.publicAddress, address.hasPrefix("https://") else {
            throw .configuration("Production needs KONTOR_PUBLIC_ADDRESS, beginning with https://.")
        }
        guard settings.smtp != nil else { throw .configuration("Production needs KONTOR_SMTP_HOST: a relay for mail.") }
        let hasOperator: Bool
        let wasSandbox: Bool
        do {
            hasOperator = try await accounts.hasOperator()
            wasSandbox = try await database.read { try Sandbox.wasUsed(in: $0) }
        } catch {
            throw .unavailable(error.sentence)
        }
        guard !wasSandbox else {
            throw .configuration(
                "This database was used as a sandbox: its people, orders and payments are not real. Begin with a new one."
            )
        }
        guard hasOperator else {
            throw .configuration("Production needs an operator. Invite one first: kontor staff add ADDRESS")
        }
    }

    /// Answers and works until it is told to stop.
    /// - Parameter onListening: told the address once requests are answered.
    package func serve(
        logger: Logger, onListening: @escaping @Sendable (_ address: String) async -> Void
    ) async throws(StartError) {
        MetricsSystem.bootstrap(prometheus)
        let host = settings.host
        let (isListening, listening) = AsyncStream<Never>.makeStream()
        let server = WebServer(
            host: host, port: settings.port, routes: routes, reception: reception, logger: logger,
            onListening: { port in
                await onListening("http://\(host):\(port)")
                listening.finish()
            })
        do {
            let worker = Latecomer(worker, after: isListening)
            try await group([server, worker] + clockKeeper, logger: logger).run()
        } catch {
            if "\(error)".contains("EADDRINUSE") || "\(error)".contains("Address already in use") {
                throw .unavailable("Port \(settings.port) on \(host) is in use. Choose another with --port.")
            }
            throw .unavailable("The server stopped: \(error)")
        }
    }

    /// Works without answering: for more workers over one PostgreSQL.
    package func work(logger: Logger) async throws(StartError) {
        do { try await group([worker] + clockKeeper, logger: logger).run() } catch {
            throw .unavailable("The worker stopped: \(error)")
        }
    }

    /// In the sandbox another process may have moved the clock.
    private var clockKeeper: [any Service] {
        settings.mode == .sandbox ? [ClockKeeper(clock: clock, database: database)] : []
    }

    private func group(_ services: [any Service], logger: Logger) -> ServiceGroup {
        var configuration = ServiceGroupConfiguration(
            services: services.map {
                .init(service: $0, successTerminationBehavior: .gracefullyShutdownGroup)
            }, gracefulShutdownSignals: [.sigterm, .sigint],
            logger: Logger(label: "kontor.service") { _ in SwiftLogNoOpLogHandler() })
        configuration.maximumGracefulShutdownDuration = .seconds(20)
        return ServiceGroup(configuration: configuration)
    }

    /// Everything that does not hold in the books and in the record of events; empty when all invariants do.
    package static func verify(_ database: Database) async throws(StartError) -> [String] {
        guard let applied = try? await database.appliedMigrations(), migrations.allSatisfy({ applied.contains($0.id) })
        else {
            throw .data("The database has no books of this version yet. Bring it up to date first: kontor migrate")
        }
        do {
            return try await verifyBooks(database).map(\.description)
                + database.report { try Audit.verify($0, at: machineNow()).violations }
        } catch {
            throw .unavailable("The books cannot be read: \(error.sentence)")
        }
    }
}
