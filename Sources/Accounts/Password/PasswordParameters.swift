/// How much work one Argon2id hash is (RFC 9106). Kept with every hash, so that they can be raised later.
package struct PasswordParameters: Hashable, Sendable {
    package let memoryKiB: Int
    package let iterations: Int
    package let parallelism: Int

    /// The two equally strong choices that OWASP names: more memory for one pass, or less memory for two.
    package static let standard = PasswordParameters(unchecked: 47_104, iterations: 1, parallelism: 1)
    package static let floor = PasswordParameters(unchecked: 19_456, iterations: 2, parallelism: 1)

    /// For what an operator configures.
    /// - Returns: nil below the floor (19,456 KiB with two passes, or 47,104 KiB with one) and above what one server
    ///   should spend on a sign-in (1 GiB, 64 passes, 16 lanes).
    package init?(memoryKiB: Int = 47_104, iterations: Int = 1, parallelism: Int = 1) {
        let least = iterations >= 2 ? 19_456 : 47_104
        guard memoryKiB >= least else { return nil }
        self.init(readable: memoryKiB, iterations: iterations, parallelism: parallelism)
    }

    /// What a stored hash may say. Below the floor is allowed here, so that old hashes can still be checked; the upper
    /// bounds keep a damaged row from taking the machine's memory.
    init?(readable memoryKiB: Int, iterations: Int, parallelism: Int) {
        guard (1...16).contains(parallelism), (8 * parallelism...1 << 20).contains(memoryKiB),
            (1...64).contains(iterations)
        else { return nil }
        self.init(unchecked: memoryKiB, iterations: iterations, parallelism: parallelism)
    }

    /// Tests hash with as little as 8 KiB, which is neither slow nor safe.
    package init(unchecked memoryKiB: Int, iterations: Int, parallelism: Int) {
        self.memoryKiB = memoryKiB
        self.iterations = iterations
        self.parallelism = parallelism
    }
}
