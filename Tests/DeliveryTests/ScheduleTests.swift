import Delivery
import Kernel
import Storage
import Synchronization
import TestSupport
import Testing

/// Alarms in a list: each is due at its time and gone once it rang. Rings are noted with their instant.
private final class Alarms: Sendable {
    private let waiting: Mutex<[Instant]>
    private let diary: Diary
    let name: String

    init(_ name: String, at instants: [Instant], diary: Diary) {
        self.name = name
        waiting = Mutex(instants)
        self.diary = diary
    }

    var schedule: Schedule {
        Schedule(name: name) { _ in
            self.waiting.withLock { $0.min() }
        } run: { now in
            let due = self.waiting.withLock { waiting in
                let due = waiting.filter { $0 <= now }
                waiting.removeAll { $0 <= now }
                return due
            }
            self.diary.note("\(self.name) \(now)")
            return due.count
        }
    }
}

private final class Diary: Sendable {
    private let lines = Mutex<[String]>([])

    func note(_ line: String) { lines.withLock { $0.append(line) } }
    var all: [String] { lines.withLock { $0 } }
}

/// So many pieces to do, and how many are being done at the moment.
private final class Work: Sendable {
    private let left: Atomic<Int>
    private let running = Atomic(0)

    init(_ count: Int) { left = Atomic(count) }

    var isLeft: Bool { left.load(ordering: .relaxed) > 0 }

    /// - Returns: how many are at it now, this one included.
    func begin() -> Int { running.add(1, ordering: .relaxed).newValue }

    func end() {
        running.subtract(1, ordering: .relaxed)
        left.subtract(1, ordering: .relaxed)
    }
}

@Suite struct ScheduleTests {
    static func after(_ minutes: Int) -> Instant { Stage.start.adding(.minutes(minutes)) }

    @Test(arguments: DatabaseKind.allCases)
    func whatIsDueRunsInTheOrderOfItsTime(kind: DatabaseKind) async throws {
        try await Stage.run(kind) { stage in
            let diary = Diary()
            let late = Alarms("late", at: [Self.after(20)], diary: diary)
            let early = Alarms("early", at: [Self.after(10), Self.after(15)], diary: diary)
            let never = Alarms("never", at: [], diary: diary)
            let worker = stage.worker([], [], [late.schedule, early.schedule, never.schedule])
            let before = try await worker.drain()
            #expect(before == [:], "Nothing is due yet.")
            #expect(try await worker.nextDue() == Self.after(10))
            stage.clock.advance(.minutes(30))
            #expect(try await worker.drain() == ["late": 1, "early": 2])
            #expect(diary.all == ["early \(Self.after(30))", "late \(Self.after(30))"])
            #expect(try await worker.nextDue() == nil)
        }
    }

    /// As the sandbox moves it: step by step to what is due next.
    @Test(arguments: DatabaseKind.allCases)
    func aClockThatIsMovedMeetsEverythingAtItsOwnTime(kind: DatabaseKind) async throws {
        try await Stage.run(kind) { stage in
            let diary = Diary()
            let first = Alarms("first", at: [Self.after(10), Self.after(30)], diary: diary)
            let second = Alarms("second", at: [Self.after(20), Self.after(90)], diary: diary)
            let worker = stage.worker([], [], [first.schedule, second.schedule])
            let target = Self.after(60)
            while let due = try await worker.nextDue(), due <= target {
                stage.clock.move(to: due)
                try await worker.drain()
            }
            #expect(
                diary.all == [
                    "first \(Self.after(10))", "second \(Self.after(20))", "first \(Self.after(30))",
                ])
        }
    }

    @Test(arguments: DatabaseKind.allCases)
    func whatAScheduleAnnouncesIsRelayedAndDeliveredInTheSameDrain(kind: DatabaseKind) async throws {
        try await Stage.run(kind) { stage in
            let isDone = Atomic(false)
            let renewal = Schedule(name: "renewals") { _ in
                isDone.load(ordering: .relaxed) ? nil : Stage.start
            } run: { _ in
                try await stage.announce("Renewed")
                isDone.store(true, ordering: .relaxed)
                return 1
            }
            let notebook = Notebook()
            let subscription = Subscription("Renewed") { _, _ in
                [Dispatch(kind: "test", target: "marie", payload: "{}")]
            }
            let worker = stage.worker([subscription], [notebook], [renewal])
            let done = try await worker.drain()
            #expect(done == ["renewals": 1, "events": 1, "deliveries": 1])
            #expect(notebook.noted.count == 1)
        }
    }

    @Test(arguments: DatabaseKind.allCases)
    func aScheduleThatFailsRestsAndDoesNotHinderTheOthers(kind: DatabaseKind) async throws {
        try await Stage.run(kind) { stage in
            let diary = Diary()
            let failing = Schedule(name: "failing") { _ in
                Stage.start
            } run: { _ in
                diary.note("failing")
                throw Broken()
            }
            let idle = Schedule(name: "idle") { _ in
                Stage.start
            } run: { _ in
                diary.note("idle")
                return 0
            }
            let blind = Schedule(name: "blind") { connection in
                try connection.row("SELECT nothing FROM nowhere").map { try $0["nothing"] }
            } run: { _ in
                1
            }
            let good = Alarms("good", at: [Self.after(0)], diary: diary)
            let worker = stage.worker([], [], [failing, idle, blind, good.schedule])
            #expect(try await worker.drain() == ["good": 1])
            #expect(diary.all == ["failing", "idle", "good \(Self.after(0))"])
            #expect(try await worker.drain() == [:], "They rest.")
            let next = try #require(try await worker.nextDue())
            #expect(next == Stage.start.adding(.milliseconds(2500)))
            stage.clock.move(to: next)
            #expect(try await worker.drain() == [:])
            #expect(diary.all.filter { $0 == "failing" }.count == 2)
        }
    }

    @Test(arguments: DatabaseKind.allCases)
    func oneProcessAtATimeRunsASchedule(kind: DatabaseKind) async throws {
        try await Stage.run(kind) { stage in
            let gate = Gate()
            let runs = Atomic(0)
            let isDone = Atomic(false)
            let schedule = Schedule(name: "renewals") { _ in
                isDone.load(ordering: .relaxed) ? nil : Stage.start
            } run: { _ in
                runs.add(1, ordering: .relaxed)
                await gate.pass()
                isDone.store(true, ordering: .relaxed)
                return 1
            }
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask {
                    let done = try await stage.worker([], [], [schedule]).drain()
                    #expect(done == ["renewals": 1])
                }
                await gate.someoneWaits()
                try await stage.elsewhere { stage in
                    let other = stage.worker([], [], [schedule])
                    try await other.drain()
                    #expect(try await other.nextDue() == Stage.start.adding(.seconds(60)), "When the lease ends.")
                }
                gate.open()
                try await group.waitForAll()
            }
            #expect(runs.load(ordering: .relaxed) == 1)
        }
    }

    @Test(arguments: DatabaseKind.allCases)
    func processesThatAskAtTheSameTimeTakeTurns(kind: DatabaseKind) async throws {
        try await Stage.run(kind) { stage in
            let work = Work(10)
            let schedule = Schedule(name: "renewals") { _ in
                work.isLeft ? Stage.start : nil
            } run: { _ in
                #expect(work.begin() == 1, "Two run at once.")
                try await Task.sleep(for: .milliseconds(5))
                work.end()
                return 1
            }
            try await withThrowingTaskGroup(of: Void.self) { group in
                for _ in 1...4 {
                    group.addTask {
                        try await stage.elsewhere { other in
                            while work.isLeft {
                                try await other.worker([], [], [schedule]).drain()
                                // A look that finds it held does not suspend, and must not take the thread for good.
                                try await Task.sleep(for: .milliseconds(1))
                            }
                        }
                    }
                }
                try await group.waitForAll()
            }
            #expect(!work.isLeft)
        }
    }

    @Test(arguments: DatabaseKind.allCases)
    func aScheduleOfAKilledProcessRunsWhenItsLeaseEnds(kind: DatabaseKind) async throws {
        try await Stage.run(kind) { stage in
            let diary = Diary()
            let alarms = Alarms("renewals", at: [Self.after(0)], diary: diary)
            _ = try await stage.database.write { connection in
                try connection.execute(
                    """
                    INSERT INTO schedule_lease (name, holder, leased_until)
                    VALUES ('renewals', 'killed', \(Self.after(1)))
                    """)
            }
            let worker = stage.worker([], [], [alarms.schedule])
            #expect(try await worker.drain() == [:])
            stage.clock.move(to: Self.after(1))
            #expect(try await worker.drain() == ["renewals": 1])
        }
    }
}
