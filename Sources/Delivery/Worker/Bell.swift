/// Wakes whoever waits on it. Rung several times while nobody listens, it is heard once.
struct Bell: Sendable {
    let rings: AsyncStream<Void>
    private let continuation: AsyncStream<Void>.Continuation

    init() {
        (rings, continuation) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1))
    }

    func ring() { continuation.yield() }

    /// Nothing will ring any more: `rings` ends.
    func silence() { continuation.finish() }
}
