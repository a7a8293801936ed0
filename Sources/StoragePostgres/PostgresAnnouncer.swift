import Dispatch
import Storage
import Synchronization

/// Tells other processes of announcements (`NOTIFY kontor_event`), after they were committed. Within the transaction PostgreSQL
/// would let only one such transaction commit at a time, and no two of them share a flush of the disk.
///
/// What is lost with this process is found by the others all the same: they look every second.
final class PostgresAnnouncer: Sendable {
    private let queue = DispatchQueue(label: "kontor-announcing")
    private let isDue = Mutex(false)
    /// Used on the queue alone.
    private let session: PostgresSession

    /// Whatever is announced meanwhile is told along with it.
    private static let pause = DispatchTimeInterval.milliseconds(10)

    init(_ server: PostgresServer) {
        session = PostgresSession(server, .writing)
    }

    func announce() {
        let isFirst = isDue.withLock { isDue in
            defer { isDue = true }
            return !isDue
        }
        guard isFirst else { return }
        queue.asyncAfter(deadline: .now() + PostgresAnnouncer.pause) { [self] in tell() }
    }

    /// Tells what is still to be told, and disconnects.
    func close() {
        queue.sync {
            tell()
            session.close()
        }
    }

    private func tell() {
        // The turn that was put off comes after the end, too, and finds nothing left: it must not connect again.
        let isNow = isDue.withLock { isDue in
            defer { isDue = false }
            return isDue
        }
        guard isNow else { return }
        do {
            try session.open()
            session.begin()
            _ = try session.rows("SELECT pg_notify('kontor_event', '')")
            try session.commit()
        } catch {
            session.rollback()
        }
    }
}
