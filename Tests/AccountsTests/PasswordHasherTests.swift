import Kernel
import Testing

@testable import Accounts

@Suite("The password hasher")
struct PasswordHasherTests {
    static let tiny = PasswordParameters(unchecked: 8, iterations: 1, parallelism: 1)

    static func hasher(_ parameters: PasswordParameters = tiny, threads: Int = 2, queueMax: Int = 64) -> PasswordHasher
    {
        PasswordHasher(
            parameters: parameters, threads: threads, queueMax: queueMax, random: Surroundings.machine.random)
    }

    @Test("makes what the reference implementation makes")
    func referenceVector() async throws {
        // The known answer for version 0x13, Argon2id, 256 KiB, two passes, "password" and "somesalt" in libargon2's tests.
        let known = "$argon2id$v=19$m=256,t=2,p=1$c29tZXNhbHQ$nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4"
        let hash = try #require(PasswordHash(phc: known))
        #expect(try await Self.hasher().verify("password", against: hash) == .right(needsRehash: true))
        #expect(try await Self.hasher().verify("passwore", against: hash) == .wrong)
    }

    @Test("knows its own hashes again, in any normal form, and no other password")
    func verify() async throws {
        let hasher = Self.hasher()
        let hash = try await hasher.hash("Zürich im Frühling")
        #expect(try await hasher.verify("Zürich im Frühling", against: hash) == .right(needsRehash: false))
        #expect(
            try await hasher.verify("Zu\u{308}rich im Fru\u{308}hling", against: hash) == .right(needsRehash: false))
        #expect(try await hasher.verify("Zurich im Fruhling", against: hash) == .wrong)
        #expect(try await hasher.verify("zürich im frühling", against: hash) == .wrong)
        #expect(try await hasher.verify("", against: hash) == .wrong)
    }

    @Test("salts every hash anew")
    func salt() async throws {
        let hasher = Self.hasher()
        let first = try await hasher.hash("correct horse battery staple")
        let second = try await hasher.hash("correct horse battery staple")
        #expect(first.phc != second.phc)
    }

    @Test("asks for a new hash when the parameters have changed")
    func rehash() async throws {
        let old = try await Self.hasher().hash("correct horse battery staple")
        let today = Self.hasher(PasswordParameters(unchecked: 16, iterations: 1, parallelism: 1))
        #expect(try await today.verify("correct horse battery staple", against: old) == .right(needsRehash: true))
        let new = try await today.hash("correct horse battery staple")
        #expect(try await today.verify("correct horse battery staple", against: new) == .right(needsRehash: false))
    }

    @Test("lets no password open an account that does not exist, and spends as long on it")
    func unknownAccount() async throws {
        let hasher = Self.hasher(.floor, threads: 1)
        let hash = try await hasher.hash("correct horse battery staple")
        func time(against stored: PasswordHash?) async throws -> Duration {
            let start = ContinuousClock.now
            for _ in 0..<4 { #expect(try await hasher.verify("wrong", against: stored) == .wrong) }
            return ContinuousClock.now - start
        }
        let known = try await time(against: hash)
        let unknown = try await time(against: nil)
        // Other tests run at the same time; a skipped hash would be thousands of times faster.
        #expect(unknown * 5 > known)
    }

    @Test("refuses what is too long to be a password, and takes the longest there is")
    func tooLong() async throws {
        let hasher = Self.hasher()
        let longest = String(repeating: "😀", count: 1024)
        let hash = try await hasher.hash(longest)
        #expect(try await hasher.verify(longest, against: hash) == .right(needsRehash: false))
        await #expect(throws: PasswordPolicy.tooLong) { try await hasher.hash("\(longest)a") }
        let empty = try await hasher.hash("")
        #expect(try await hasher.verify("\(longest)a", against: empty) == .wrong)
    }

    @Test("says that it is busy when its queue is full, and goes on afterwards")
    func queueFull() async throws {
        let hasher = Self.hasher(.floor, threads: 1, queueMax: 2)
        let answers = await withTaskGroup(of: Problem?.self) { group in
            for _ in 0..<12 {
                group.addTask {
                    do {
                        _ = try await hasher.hash("correct horse battery staple")
                        return nil
                    } catch {
                        return error as? Problem
                    }
                }
            }
            return await group.reduce(into: [Problem?]()) { $0.append($1) }
        }
        let refused = answers.compactMap(\.self)
        #expect(!refused.isEmpty)
        #expect(answers.contains(nil))
        #expect(refused.allSatisfy { $0.code == "busy" && $0.word == "accounts.busy" })
        #expect(refused.allSatisfy { $0.kind == .unavailable(retryAfterSeconds: 2) })
        _ = try await hasher.hash("correct horse battery staple")
    }

    @Test("answers a hundred people at once, each with their own hash")
    func many() async throws {
        let hasher = Self.hasher(queueMax: 200)
        try await withThrowingTaskGroup(of: Bool.self) { group in
            for number in 0..<100 {
                group.addTask {
                    let hash = try await hasher.hash("password number \(number)")
                    let right = try await hasher.verify("password number \(number)", against: hash)
                    let wrong = try await hasher.verify("password number \(number + 1)", against: hash)
                    return right == .right(needsRehash: false) && wrong == .wrong
                }
            }
            for try await isTrue in group { #expect(isTrue) }
        }
    }

    @Test("refuses whoever waits when it is closed, and whoever comes later")
    func close() async throws {
        let hasher = Self.hasher(.floor, threads: 1)
        let waiting = (0..<6).map { _ in Task { try await hasher.hash("correct horse battery staple") } }
        while hasher.waitingCount < 3 { await Task.yield() }
        hasher.close()
        var refused = 0
        for task in waiting {
            if case .failure = await task.result { refused += 1 }
        }
        #expect(refused >= 3)
        await #expect(throws: Problem.hashingBusy) { try await hasher.hash("correct horse battery staple") }
    }
}
