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
        // Eight bytes each time: every call of the generator is a call of the system.
        var bytes: [UInt8] = []
        bytes.reserveCapacity(count + 7)
        while bytes.count < count {
            var word = generator.next()
            for _ in 0..<8 {
                bytes.append(UInt8(truncatingIfNeeded: word))
                word >>= 8
            }
        }
        bytes.removeLast(bytes.count - count)
        return bytes
    }
}
