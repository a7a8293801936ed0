import Foundation

/// Makes and checks password hashes with Argon2id, at most one per core at once, on threads of its own. Close it when
/// the server ends.
package final class PasswordHasher: Sendable {
    package enum Verification: Hashable, Sendable {
        /// `needsRehash`: it was made with other parameters than today's; hash the password again while it is at hand.
        case right(needsRehash: Bool)
        case wrong
    }

    package let parameters: PasswordParameters
    private let threads: HashingThreads
    private let random: @Sendable (_ count: Int) -> [UInt8]

    /// - Parameters:
    ///   - threads: how many hashes are computed at once; more than there are cores only makes each slower.
    ///   - queueMax: how many may wait. Beyond that an answer would come too late to be of use, and holds memory.
    ///   - random: unpredictable bytes, from `Surroundings`.
    package init(
        parameters: PasswordParameters = .standard, threads: Int = ProcessInfo.processInfo.activeProcessorCount,
        queueMax: Int = 64, random: @escaping @Sendable (_ count: Int) -> [UInt8]
    ) {
        self.parameters = parameters
        self.threads = HashingThreads(count: max(threads, 1), queueMax: queueMax)
        self.random = random
    }

    deinit { threads.close() }

    /// Hashes a password that the policy has let pass, with a new salt.
    /// - Throws: a `Problem`: `unavailable`, code `busy`, when the queue is full; of the field `password` when it is
    ///   longer than any password can be.
    package func hash(_ password: String) async throws -> PasswordHash {
        guard let bytes = PasswordBytes(password) else { throw PasswordPolicy.tooLong }
        let salt = random(PasswordHash.saltBytes)
        let digest = try await threads.digest(
            HashingJob(password: bytes, salt: salt, parameters: parameters, digestBytes: PasswordHash.digestBytes))
        return PasswordHash(parameters: parameters, salt: salt, digest: digest)
    }

    /// Checks a password against what is stored. `nil` stands for an account that does not exist: it costs one hash at
    /// today's parameters like any other and is always wrong, so that the time does not tell who has an account.
    /// - Throws: a `Problem`, `unavailable`, code `busy`, when the queue is full.
    package func verify(_ password: String, against stored: PasswordHash?) async throws -> Verification {
        let bytes = PasswordBytes(password)
        let reference =
            stored
            ?? PasswordHash(
                parameters: parameters, salt: random(PasswordHash.saltBytes),
                digest: random(PasswordHash.digestBytes))
        // Too long to be right, but it has to take as long as a wrong one.
        let digest = try await threads.digest(
            HashingJob(
                password: bytes ?? .empty, salt: reference.salt, parameters: reference.parameters,
                digestBytes: reference.digest.count))
        let matches = reference.matches(digest)
        guard matches, stored != nil, bytes != nil else { return .wrong }
        return .right(needsRehash: needsRehash(reference))
    }

    /// Ends the threads after what they are computing. Whoever still waits, or comes later, is told that it is busy.
    package func close() { threads.close() }

    var waitingCount: Int { threads.waitingCount }

    private func needsRehash(_ hash: PasswordHash) -> Bool {
        hash.parameters != parameters || hash.salt.count != PasswordHash.saltBytes
            || hash.digest.count != PasswordHash.digestBytes
    }
}
