import Storage

/// The closures of one commit.
struct SQLiteBatch {
    private let writes: [PendingWrite]
    private let session: SQLiteSession

    init(_ writes: [PendingWrite], _ session: SQLiteSession) {
        self.writes = writes
        self.session = session
    }

    /// Runs all closures, commits, and answers every one of them: nobody hears of a result that is not on the disk.
    func write(whenAnnounced wake: () -> Void) {
        do {
            try session.begin()
        } catch {
            return answerAll(error)
        }
        var answers: [@Sendable () -> Void] = []
        var kept = 0
        var hasAnnounced = false
        for write in writes {
            let connection = Connection(session)
            do {
                answers.append(try run(write, connection))
                kept += 1
                hasAnnounced = hasAnnounced || connection.hasAnnounced
            } catch {
                answers.append { write.fail(error) }
            }
            // A full disk or a failing one: SQLite has undone the whole transaction, the closures before this one too.
            guard session.isInTransaction else { return answerAll(whole(session.failure ?? .rolledBack)) }
        }
        do {
            if kept > 0 { try session.commit() } else { session.rollback() }
        } catch {
            session.rollback()
            return commitFailed(error, whenAnnounced: wake)
        }
        for answer in answers { answer() }
        if hasAnnounced { wake() }
    }

    /// A lone closure needs no savepoint: the transaction is its own.
    private func run(_ write: PendingWrite, _ connection: Connection) throws -> @Sendable () -> Void {
        guard writes.count > 1 else {
            return try complete(write, connection)
        }
        try session.openSavepoint()
        do {
            let answer = try complete(write, connection)
            try session.releaseSavepoint()
            return answer
        } catch {
            if session.isInTransaction { try session.rollbackToSavepoint() }
            throw error
        }
    }

    private func complete(_ write: PendingWrite, _ connection: Connection) throws -> @Sendable () -> Void {
        let answer = try write.run(connection)
        if let failure = session.failure { throw failure }
        return answer
    }

    /// A constraint that is only checked at the end (DEFERRABLE) is one closure's fault: each tries again on its own.
    private func commitFailed(_ error: any Error, whenAnnounced wake: () -> Void) {
        if writes.count > 1, case StorageError.refused = error {
            for write in writes { SQLiteBatch([write], session).write(whenAnnounced: wake) }
        } else if case StorageError.refused = error {
            answerAll(error)
        } else {
            answerAll(whole(StorageError(any: error)))
        }
    }

    private func whole(_ cause: StorageError) -> StorageError {
        if case .unavailable = cause { return cause }
        return .unavailable("The commit failed, and nothing was written: \(cause)")
    }

    private func answerAll(_ error: any Error) {
        for write in writes { write.fail(error) }
    }
}
