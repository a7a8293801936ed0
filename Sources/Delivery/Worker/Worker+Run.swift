import Logging
import ServiceLifecycle
import Storage

extension Worker {
    /// How often each looks by itself. Events ring at once; this is the net for what a lost connection or another
    /// process did not tell, and the clock of retries and schedules.
    private static let pollSeconds = 1

    /// Works until shut down. What has begun is ended first: at most as long as one delivery may take.
    package func run() async throws {
        let relayBell = Bell()
        let courierBell = Bell()
        let timekeeperBell = Bell()
        let bells = [relayBell, courierBell, timekeeperBell]
        database.onAnnouncement { relayBell.ring() }
        await withGracefulShutdownHandler {
            async let _: Void = tick(bells)
            async let relaying: Void = work(at: relayBell, turn: relayTurn, "relay") {
                if try await relay.run() > 0 { courierBell.ring() }
            }
            async let delivering: Void = work(at: courierBell, turn: courierTurn, "courier") {
                _ = try await courier.run()
            }
            async let keepingTime: Void = work(at: timekeeperBell, turn: timekeeperTurn, "timekeeper") {
                while !Task.isCancelled, !Task.isShuttingDownGracefully, try await timekeeper.runEarliest() != nil {}
            }
            _ = await (relaying, delivering, keepingTime)
            // Leaving the scope cancels the ticking.
        } onGracefulShutdown: {
            for bell in bells { bell.silence() }
        }
    }

    private func tick(_ bells: [Bell]) async {
        repeat {
            for bell in bells { bell.ring() }
        } while (try? await Task.sleep(for: .seconds(Worker.pollSeconds))) != nil
    }

    /// The database may be away for a while: said once, tried at each ring, said again when it is back.
    private func work(
        at bell: Bell, turn: Turn, _ name: String, _ round: @Sendable () async throws -> Void
    ) async {
        var isTroubled = false
        for await _ in bell.rings {
            do {
                try await turn.alone(round)
                if isTroubled { logger.info("The \(name) works again") }
                isTroubled = false
            } catch {
                if !isTroubled { logger.error("The \(name) cannot work", metadata: ["reason": "\(error)"]) }
                isTroubled = true
            }
        }
    }
}
