import Foundation
import Synchronization

/// How long things take, in seconds.
enum Measure {
    static func seconds(_ body: () async throws -> Void) async rethrows -> Double {
        let start = ContinuousClock.now
        try await body()
        return (ContinuousClock.now - start).seconds
    }

    /// The processor's time for one call of something that only computes: the best of several rounds, as what disturbs
    /// only adds.
    /// - Parameter body: its result is kept, so that the compiler cannot leave the work out.
    static func perCall<T>(_ body: () async throws -> T) async rethrows -> Double {
        var calls = 1
        var best = Double.infinity
        var rounds = 0
        while rounds < 7 {
            let start = clock()
            for _ in 0..<calls { keep(try await body()) }
            let seconds = Double(clock() - start) / Double(CLOCKS_PER_SEC)
            if seconds < 0.05 {
                calls *= 2
                continue
            }
            best = min(best, seconds / Double(calls))
            rounds += 1
        }
        return best
    }

    @inline(never) @_optimize(none)
    private static func keep<T>(_ value: T) {}
}

/// How long each of many took.
struct Latencies: Sendable {
    private let sorted: [Double]
    /// From the first start to the last end.
    let wall: Double

    init(_ seconds: [Double], wall: Double) {
        sorted = seconds.sorted()
        self.wall = wall
    }

    var rate: Double { Double(sorted.count) / wall }

    func percentile(_ percent: Double) -> Double {
        sorted[min(sorted.count - 1, Int(Double(sorted.count) * percent / 100))]
    }

    var note: String { "p50 \(Figure.time(percentile(50))), p99 \(Figure.time(percentile(99)))" }

    static func best(_ all: [Latencies]) -> Latencies { all.max { $0.rate < $1.rate } ?? Latencies([0], wall: 1) }

    /// One after the other on the calling thread.
    static func inTurn(_ turns: Range<Int>, _ body: (Int) throws -> Void) async rethrows -> Latencies {
        let start = ContinuousClock.now
        var seconds: [Double] = []
        for turn in turns { seconds.append(try await Measure.seconds { try body(turn) }) }
        return Latencies(seconds, wall: (ContinuousClock.now - start).seconds)
    }

    /// Clients that each do one thing after the other, all at once.
    static func of(
        clients: Int, each count: Int, _ body: @escaping @Sendable (_ client: Int, _ turn: Int) async throws -> Void
    ) async throws -> Latencies {
        let start = ContinuousClock.now
        let seconds = try await withThrowingTaskGroup(of: [Double].self) { group in
            for client in 0..<clients {
                group.addTask {
                    var seconds: [Double] = []
                    for turn in 0..<count {
                        seconds.append(try await Measure.seconds { try await body(client, turn) })
                    }
                    return seconds
                }
            }
            return try await group.reduce(into: []) { $0 += $1 }
        }
        return Latencies(seconds, wall: (ContinuousClock.now - start).seconds)
    }

    /// Visitors who come by themselves, at random, so many a second, whether those before them are answered or not.
    /// - Parameter seed: the same gaps at each run.
    static func arriving(
        _ perSecond: Double, for seconds: Double, seed: UInt64 = 1,
        _ body: @escaping @Sendable (_ arrival: Int) async throws -> Void
    ) async throws -> Latencies {
        var chance = Chance(seed: seed)
        var moments: [Double] = []
        var moment = 0.0
        while moment < seconds {
            moments.append(moment)
            moment -= log(Double.random(in: .leastNonzeroMagnitude..<1, using: &chance)) / perSecond
        }
        let start = ContinuousClock.now
        let found = try await withThrowingTaskGroup(of: Double.self) { group in
            for (arrival, moment) in moments.enumerated() {
                group.addTask {
                    try await Task.sleep(until: start + .seconds(moment), tolerance: .zero, clock: .continuous)
                    return try await Measure.seconds { try await body(arrival) }
                }
            }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        return Latencies(found, wall: (ContinuousClock.now - start).seconds)
    }
}

/// SplitMix64: numbers that look random and are the same at each run.
struct Chance: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}

/// Runs a body on that many threads of its own and waits for all of them: for what blocks or fills a core.
func onThreads(_ count: Int, _ body: @escaping @Sendable (_ index: Int) -> Void) {
    let done = DispatchSemaphore(value: 0)
    for index in 0..<count {
        let thread = Thread {
            body(index)
            done.signal()
        }
        thread.stackSize = 1 << 20
        thread.start()
    }
    for _ in 0..<count { done.wait() }
}

/// A number that several threads count up.
final class Tally: Sendable {
    private let value = Atomic(0)

    func add(_ count: Int = 1) { value.add(count, ordering: .relaxed) }
    var count: Int { value.load(ordering: .relaxed) }
}

extension Duration {
    var seconds: Double { Double(components.seconds) + Double(components.attoseconds) / 1e18 }
}
