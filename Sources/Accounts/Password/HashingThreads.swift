import CArgon2
import Foundation
import Kernel

/// One Argon2id hash to compute, and who waits for it.
struct HashingJob: Sendable {
    let password: PasswordBytes
    var salt: [UInt8]
    let parameters: PasswordParameters
    let digestBytes: Int

    /// Runs on the calling thread, in the memory block that this thread keeps.
    func digest() throws(Problem) -> [UInt8] {
        var digest = [UInt8](repeating: 0, count: digestBytes)
        var salt = salt
        let code = kontor_argon2id(
            &digest, UInt32(digest.count), password.buffer.baseAddress, UInt32(password.buffer.count), &salt,
            UInt32(salt.count), UInt32(parameters.memoryKiB), UInt32(parameters.iterations),
            UInt32(parameters.parallelism))
        if code == ARGON2_MEMORY_ALLOCATION_ERROR.rawValue { throw .hashingBusy }
        precondition(
            code == ARGON2_OK.rawValue, "Argon2 refused parameters that PasswordParameters had let through: \(code).")
        return digest
    }
}

/// A few threads of their own that hash, and the bounded queue before them. A hash fills a core for tens of
/// milliseconds: on the threads that serve requests, a handful of sign-ins would stop everything else.
final class HashingThreads: Sendable {
    private struct State {
        var waiting: [(job: HashingJob, continuation: CheckedContinuation<[UInt8], any Error>)] = []
        var closed = false
    }

    private let condition = NSCondition()
    /// Only touched while `condition` is locked.
    private nonisolated(unsafe) var state = State()
    private let queueMax: Int
    /// A thread that had nothing to do for that long gives its block back: an idle server should be small.
    private let idleSeconds: Double

    init(count: Int, queueMax: Int, idleSeconds: Double = 10) {
        self.queueMax = queueMax
        self.idleSeconds = idleSeconds
        for index in 1...count {
            let thread = Thread { self.work() }
            thread.name = "password-\(index)"
            thread.stackSize = 512 * 1024
            thread.start()
        }
    }

    func digest(_ job: HashingJob) async throws -> [UInt8] {
        try await withCheckedThrowingContinuation { continuation in
            condition.lock()
            let accepted = !state.closed && state.waiting.count < queueMax
            if accepted {
                state.waiting.append((job, continuation))
                condition.signal()
            }
            condition.unlock()
            if !accepted { continuation.resume(throwing: Problem.hashingBusy) }
        }
    }

    var waitingCount: Int {
        condition.lock()
        defer { condition.unlock() }
        return state.waiting.count
    }

    /// Lets the threads finish what they are computing and end; what still waits is refused.
    func close() {
        condition.lock()
        let abandoned = state.waiting
        state = State(closed: true)
        condition.broadcast()
        condition.unlock()
        for entry in abandoned { entry.continuation.resume(throwing: Problem.hashingBusy) }
    }

    private func work() {
        while let (job, continuation) = next() {
            continuation.resume(with: Result { try job.digest() })
        }
        kontor_argon2_release()
    }

    private func next() -> (HashingJob, CheckedContinuation<[UInt8], any Error>)? {
        condition.lock()
        defer { condition.unlock() }
        while true {
            if let entry = state.waiting.first {
                state.waiting.removeFirst()
                return entry
            }
            if state.closed { return nil }
            if kontor_argon2_holds_memory() == 0 {
                condition.wait()
            } else if !condition.wait(until: Date(timeIntervalSinceNow: idleSeconds)) {
                kontor_argon2_release()
            }
        }
    }
}

extension Problem {
    /// More people sign in than the machine can check. Two seconds clear a full queue of the standard size on two cores.
    static let hashingBusy = Problem(.unavailable(retryAfterSeconds: 2), code: "busy", word: "accounts.busy")
}
