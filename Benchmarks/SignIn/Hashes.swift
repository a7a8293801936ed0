import ArgumentParser
import CArgon2
import Foundation
import Synchronization

/// Nothing but Argon2id, one thread for each core: prints hashes a second, and the processor's seconds for each.
struct Hashes: ParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Hashes without Kontor.", shouldDisplay: false)

    enum Memory: String, ExpressibleByArgument {
        /// As Kontor calls it: each thread keeps its block.
        case kept
        /// As the library's own call does it.
        case fresh
    }

    @Option var memory: Memory
    @Option var seconds: Int

    func run() {
        let memory = memory
        let seconds = Double(seconds)
        let hashes = Tally()
        let rates = Mutex<[Double]>([])
        let before = clock()
        onThreads(Machine.cores) { _ in
            // The first one gets its memory from the system; the server had its own before the turn.
            Hashes.hash(memory)
            var count = 0
            let start = ContinuousClock.now
            while (ContinuousClock.now - start).seconds < seconds {
                Hashes.hash(memory)
                count += 1
            }
            let rate = Double(count) / (ContinuousClock.now - start).seconds
            rates.withLock { $0.append(rate) }
            hashes.add(count + 1)
        }
        let processorSeconds = Double(clock() - before) / Double(CLOCKS_PER_SEC)
        print(rates.withLock { $0.reduce(0, +) }, processorSeconds / Double(hashes.count))
    }

    /// What Kontor uses unless it is told otherwise.
    static let memoryKiB = 47_104
    static let iterations = 1

    private static func hash(_ memory: Memory) {
        var digest = [UInt8](repeating: 0, count: 32)
        var password = Array("correct horse battery staple".utf8)
        var salt = [UInt8](repeating: 7, count: 16)
        let code =
            switch memory {
            case .kept:
                kontor_argon2id(
                    &digest, 32, &password, UInt32(password.count), &salt, 16, UInt32(memoryKiB), UInt32(iterations), 1)
            case .fresh:
                argon2id_hash_raw(
                    UInt32(iterations), UInt32(memoryKiB), 1, password, password.count, salt, salt.count, &digest,
                    digest.count)
            }
        precondition(code == ARGON2_OK.rawValue, "Argon2 takes these parameters.")
    }
}
