import Sandbox
import ServiceLifecycle
import Storage

/// Several processes over one database share the sandbox's clock: each looks every second whether another has moved it.
struct ClockKeeper: Service {
    let clock: SandboxClock
    let database: Database

    func run() async throws {
        await cancelWhenGracefulShutdown {
            while !Task.isCancelled {
                // A database that is away is told by what needs it; the clock goes on as it was.
                try? await clock.load(database)
                try? await Task.sleep(for: .seconds(1))
            }
        }
    }
}
