import Storage
import Synchronization

/// A schema for these tests, with every kind of column and constraint.
let worktable = [
    Migration(
        "test-001-worktable",
        """
        CREATE TABLE shelf (id IDENTITY, name TEXT NOT NULL);
        CREATE TABLE thing (
            id IDENTITY,
            name TEXT UNIQUE,
            amount BIGINT CHECK (amount <> 13),
            small INTEGER NOT NULL DEFAULT 0,
            flag BOOLEAN,
            document BYTES,
            shelf_id BIGINT REFERENCES shelf (id),
            late_shelf_id BIGINT REFERENCES shelf (id) DEFERRABLE INITIALLY DEFERRED
        );
        CREATE TABLE journal (id IDENTITY, text TEXT NOT NULL);
        """, appendOnly: ["journal"])
]

extension Connection {
    func addThing(_ name: String, amount: Int = 0) throws {
        try execute("INSERT INTO thing (name, amount) VALUES (\(name), \(amount))")
    }

    func thingCount() throws -> Int {
        try row("SELECT COUNT(*) AS n FROM thing")?["n"] ?? -1
    }
}

extension Database {
    func thingCount() async throws -> Int { try await read { try $0.thingCount() } }
}

/// What a closure throws of its own.
struct Refusal: Error, Equatable {}

/// Counts from any thread.
final class Counter: Sendable {
    private let count = Mutex(0)

    var value: Int { count.withLock { $0 } }

    @discardableResult
    func increment() -> Int {
        count.withLock { count in
            count += 1
            return count
        }
    }

    /// Waits until the count is reached; a few seconds at most.
    func reaches(_ expected: Int, withinSeconds: Int = 10) async throws -> Bool {
        for _ in 0..<withinSeconds * 100 {
            if value >= expected { return true }
            try await Task.sleep(for: .milliseconds(10))
        }
        return false
    }
}
