import Foundation
import Storage

/// Runs closures on one connection, again where that helps.
struct PostgresWorker {
    private let session: PostgresSession
    private let flush: PostgresFlush
    private let whenAnnounced: @Sendable () -> Void

    /// - Parameters:
    ///   - flush: what it shares with the others of its crew.
    ///   - whenAnnounced: called after a commit that announced an event.
    init(_ session: PostgresSession, _ flush: PostgresFlush, whenAnnounced: @escaping @Sendable () -> Void) {
        self.session = session
        self.flush = flush
        self.whenAnnounced = whenAnnounced
    }

    /// A connection can break twice in a row when a server restarts; more often, waiting is of no use.
    private static let attemptsAfterLossMax = 3
    /// Two closures that collide get past each other at the second or third attempt; ten of them all at once take longer.
    private static let attemptsAfterContentionMax = 12
    private static let pauseStepMilliseconds = 5

    func perform(_ work: PostgresWork) {
        flush.began()
        defer { flush.ended() }
        var attempt = 1
        while true {
            do {
                try session.open()
                return try once(work)()
            } catch {
                session.rollback()
                guard mayTryAgain(after: attempt) else { return work.fail(error) }
                attempt += 1
            }
        }
    }

    private func once(_ work: PostgresWork) throws -> @Sendable () -> Void {
        session.begin()
        let connection = Connection(session)
        let answer = try work.run(connection)
        if session.isWanted, flush.isShared {
            try flush.early { if try session.commit(isEarly: true) { try makeSafe() } }
        } else {
            let mayHaveReadUnsafe = flush.isPending
            try session.commit()
            if mayHaveReadUnsafe { try makeSafe() }
        }
        if connection.hasAnnounced { whenAnnounced() }
        return answer
    }

    private func makeSafe() throws {
        try flush.wait(session.flush)
        try session.checkStillOpen()
    }

    /// What happened on the connection decides, and not what the closure made of it.
    private func mayTryAgain(after attempt: Int) -> Bool {
        switch session.trouble {
        case .lost, .stale: return attempt < PostgresWorker.attemptsAfterLossMax
        case .contended:
            guard attempt < PostgresWorker.attemptsAfterContentionMax else { return false }
            // At random, so that the two do not meet again.
            let milliseconds = Int.random(in: 1...PostgresWorker.pauseStepMilliseconds * attempt)
            Thread.sleep(forTimeInterval: Double(milliseconds) / 1000)
            return true
        default: return false
        }
    }
}
