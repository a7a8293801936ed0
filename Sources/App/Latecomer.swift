import ServiceLifecycle

/// A service that begins when a stream has ended. The first request need not wait for work that nobody waits for.
struct Latecomer<Base: Service>: Service {
    private let base: Base
    private let start: AsyncStream<Never>

    init(_ base: Base, after start: AsyncStream<Never>) {
        self.base = base
        self.start = start
    }

    func run() async throws {
        await cancelWhenGracefulShutdown { for await _ in start {} }
        try await base.run()
    }
}
