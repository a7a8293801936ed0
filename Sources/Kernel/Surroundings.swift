/// Time and chance, handed to whoever needs them. Nobody calls a global clock.
package struct Surroundings: Sendable {
    package let now: @Sendable () -> Instant
    /// That many unpredictable bytes.
    package let random: @Sendable (_ count: Int) -> [UInt8]

    package init(now: @escaping @Sendable () -> Instant, random: @escaping @Sendable (_ count: Int) -> [UInt8]) {
        self.now = now
        self.random = random
    }

    /// The machine's clock and its source of randomness.
    package static let machine = Surroundings(now: machineNow) { count in
        var generator = SystemRandomNumberGenerator()
        return (0..<count).map { _ in UInt8.random(in: .min ... .max, using: &generator) }
    }
}
