import Foundation

/// Makes commits safe together, one flush of the disk for all that wait, after their locks are let go.
///
/// PostgreSQL holds the locks of a transaction until its commit is on the disk. Whoever wants the same row, as everybody does
/// who takes the next number of an invoice, waits for a flush of each one before. So who is in such a line (`Connection.lineUp`), while other
/// writers are at work, commits without waiting (`synchronous_commit = off`), and is not answered before a later commit has returned
/// that does wait. The log is written in order: what is on the disk has all with it that it was built on, and numbers stay
/// without gaps. A page of somebody else may show a change some milliseconds before it is safe.
final class PostgresFlush: Sendable {
    private let condition = NSCondition()
    /// Under the condition's lock.
    nonisolated(unsafe) private var state = State()

    private struct State {
        /// Transactions that were begun and are not answered yet.
        var atWork = 0
        /// Commits that asked to be made safe, in their order, and how many of them are.
        var asked = 0
        var safe = 0
        var isFlushing = false
    }

    func began() { locked { $0.atWork += 1 } }
    func ended() { locked { $0.atWork -= 1 } }

    /// Whether a commit may keep somebody waiting for its flush.
    var isShared: Bool { locked { $0.atWork > 1 } }

    /// Returns when everything is safe that was committed before. One of those who wait flushes for all of them.
    /// - Parameter flush: on a connection that has committed.
    func wait(_ flush: () throws -> Void) throws {
        condition.lock()
        state.asked += 1
        let place = state.asked
        while state.isFlushing, state.safe < place { condition.wait() }
        if state.safe >= place { return condition.unlock() }
        state.isFlushing = true
        let reached = state.asked
        condition.unlock()
        let outcome = Result { try flush() }
        locked { state in
            state.isFlushing = false
            if case .success = outcome { state.safe = max(state.safe, reached) }
        }
        condition.broadcast()
        try outcome.get()
    }

    private func locked<T>(_ body: (inout State) -> T) -> T {
        condition.lock()
        defer { condition.unlock() }
        return body(&state)
    }
}
