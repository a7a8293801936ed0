import Kernel
import Storage
import Synchronization
import TestSupport
import Testing

/// Several processes over one PostgreSQL, each with its own driver and memory.
@Suite("Two processes over one database")
struct ProcessTests {
    @Test("An event that one announces wakes the other, and is delivered once")
    func deliveredOnce() async throws {
        try await DatabaseLease.withLease(.postgres, migrations: TestWorld.migrations) { lease in
            let one = try TestWorld(over: lease.database)
            let another = try lease.another()
            let two = try one.twin(over: another)
            let woken = Mutex(false)
            another.onAnnouncement { woken.withLock { $0 = true } }
            let browser = one.browser()
            for number in 1...10 {
                try await browser.submit(await browser.get("/sign-up"), "/sign-up", ["email": "a\(number)@one.example"])
            }
            async let first = one.drain()
            async let second = two.drain()
            let done = [try await first, try await second]
            #expect(done.compactMap { $0["events"] }.reduce(0, +) == 10)
            #expect(try await one.count("SELECT id FROM sandbox_message") == 10)
            #expect(try await one.count("SELECT id FROM delivery WHERE state = 'done'") == 10)
            for _ in 0..<100 where !woken.withLock({ $0 }) { try await Task.sleep(for: .milliseconds(20)) }
            #expect(woken.withLock { $0 })
            await another.close()
        }
    }

    @Test("A session of one is a session of the other, until it is ended in either")
    func sharedSession() async throws {
        try await DatabaseLease.withLease(.postgres, migrations: TestWorld.migrations) { lease in
            let one = try TestWorld(over: lease.database)
            let another = try lease.another()
            let two = try one.twin(over: another)
            let marie = try await one.founder()
            let here = try await one.browser(for: marie)
            let there = two.browser()
            there.keep(cookies: here.cookies)
            #expect(await there.get("/profile").status == 200)
            #expect(await there.post("/sign-out").status == 303)
            #expect(await here.get("/profile").status == 303)
            await another.close()
        }
    }
}
