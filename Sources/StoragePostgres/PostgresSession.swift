import CPostgres
import Storage

/// One connection and the statements prepared on it.
///
/// `@unchecked Sendable`: it is used by one thread at a time; `PostgresCrew` hands it from one to the next under its lock.
final class PostgresSession: Session, @unchecked Sendable {
    private let server: PostgresServer
    private let purpose: PostgresPurpose
    private var link: PostgresLink?
    private var prepared: [String: PostgresPrepared] = [:]
    private var preparedCount = 0
    private var isEndless = false
    /// The transaction is begun along with its first statement, which saves a way there and back.
    private var owesBegin = false
    /// Others wait for what the transaction holds: see `PostgresFlush`.
    private(set) var isWanted = false
    /// What is not needed at once goes with the next statement, in one round trip.
    private var waiting: [PostgresWaiting] = []

    /// More at once would only make the server wait for its work.
    private static let waitingMax = 16

    /// The first thing that went wrong in this attempt at a closure. A transaction is given up there.
    private(set) var trouble: PostgresTrouble?

    /// Lists of `IN` come in any length, each its own text. When that many have gathered, all are prepared anew.
    private static let preparedMax = 500

    init(_ server: PostgresServer, _ purpose: PostgresPurpose) {
        self.server = server
        self.purpose = purpose
    }

    var dialect: Dialect { .postgres }

    /// Connects unless it is connected.
    /// - Throws: `StorageError.unavailable`
    func open() throws {
        if link?.isOpen == true { return }
        close()
        let link = PostgresLink(try server.connect())
        self.link = link
        do throws(PostgresTrouble) {
            _ = try link.command(purpose.settings, seconds: purpose.patienceSeconds)
        } catch {
            close()
            throw server.unavailable("\(error.storageError)")
        }
    }

    func close() {
        link = nil
        prepared = [:]
        waiting = []
    }

    func rows(_ statement: SQL) throws -> [Row] {
        let (answer, prepared) = try perform(statement)
        return answer.rows(prepared.shape(of: answer))
    }

    func execute(_ statement: SQL) throws -> Int {
        try perform(statement).answer.changed
    }

    /// What is wrong with it is told by the next statement, or by the commit.
    func send(_ statement: SQL) throws {
        guard purpose == .writing else {
            _ = try execute(statement)
            return
        }
        try queue(statement)
    }

    func send(_ statement: SQL, changing count: Int, or refusal: StorageError) throws {
        try queue(statement, isChecked: true) { answer, _ throws(PostgresTrouble) in
            if answer.changed != count { throw .failed(refusal) }
        }
    }

    func ask(_ statement: SQL) throws -> () throws -> [Row] {
        var rows: [Row]?
        try queue(statement) { answer, prepared in rows = answer.rows(prepared.shape(of: answer)) }
        return { [self] in
            if rows == nil { try noting(flush) }
            guard let rows else { throw StorageError.failed("An answer belongs to another transaction.") }
            return rows
        }
    }

    private func queue(_ statement: SQL, isChecked: Bool = false, _ take: PostgresWaiting.Take? = nil) throws {
        let (text, parameters) = try said(statement)
        try noting { link throws(PostgresTrouble) in
            waiting.append(PostgresWaiting(try ready(text, on: link), parameters, isChecked: isChecked, take))
            if waiting.count >= PostgresSession.waitingMax { try flush(link) }
        }
    }

    func releaseEarly() { isWanted = true }

    /// Schema changes may take their time on large tables.
    func script(_ text: String) throws {
        try noting { link throws(PostgresTrouble) in
            try flush(link)
            isEndless = true
            try begin(on: link)
            _ = try link.command("SET LOCAL statement_timeout = 0", seconds: nil)
            _ = try link.command(text, seconds: nil)
        }
    }

    private func perform(_ statement: SQL) throws -> (answer: PostgresAnswer, prepared: PostgresPrepared) {
        let (text, parameters) = try said(statement)
        return try noting { link throws(PostgresTrouble) in
            let statement = try ready(text, on: link)
            let together = waiting + [PostgresWaiting(statement, parameters)]
            waiting = []
            let answers = try execute(together, on: link)
            return (answers[answers.count - 1], statement)
        }
    }

    private var seconds: Int? { isEndless ? nil : purpose.patienceSeconds }

    private func said(_ statement: SQL) throws -> (text: String, parameters: PostgresParameters) {
        guard let parameters = PostgresParameters(statement.values) else {
            throw note(.failed(.refused("Text cannot hold the character U+0000.")))
        }
        return (statement.text { "$\($0)" }, parameters)
    }

    private func flush(_ link: PostgresLink) throws(PostgresTrouble) {
        if waiting.isEmpty { return }
        let together = waiting
        waiting = []
        _ = try execute(together, on: link)
    }

    private func execute(
        _ statements: [PostgresWaiting], before closing: [String] = [], on link: PostgresLink
    ) throws(PostgresTrouble) -> [PostgresAnswer] {
        let isOld = statements.contains { $0.statement.isOld }
        do throws(PostgresTrouble) {
            let opening = owesBegin ? purpose.begin : nil
            owesBegin = false
            let answers = try link.execute(
                statements.map { ($0.statement.name, $0.parameters) }, behind: opening, before: closing,
                seconds: seconds)
            for (waiting, answer) in zip(statements, answers) {
                waiting.statement.isOld = true
                try waiting.take?(answer, waiting.statement)
            }
            return answers
        } catch {
            // Prepared before the schema changed, or gone with the connection of a pooler: prepare it anew.
            throw error.isStalePlan && isOld ? .stale : error
        }
    }

    private func ready(_ text: String, on link: PostgresLink) throws(PostgresTrouble) -> PostgresPrepared {
        if let known = prepared[text] { return known }
        try begin(on: link)
        return try prepare(text, on: link, seconds: seconds)
    }

    private func prepare(_ text: String, on link: PostgresLink, seconds: Int?) throws(PostgresTrouble)
        -> PostgresPrepared
    {
        if prepared.count >= PostgresSession.preparedMax {
            try flush(link)
            _ = try link.command("DEALLOCATE ALL", seconds: seconds)
            prepared = [:]
        }
        preparedCount += 1
        let new = PostgresPrepared(name: "k\(preparedCount)")
        try link.prepare(new.name, text, seconds: seconds)
        prepared[text] = new
        return new
    }

    private func noting<T>(_ body: (PostgresLink) throws(PostgresTrouble) -> T) throws -> T {
        if let trouble, purpose.begin != nil { throw trouble.storageError }
        guard let link else { throw note(.lost("The connection is closed.")) }
        do throws(PostgresTrouble) {
            return try body(link)
        } catch {
            throw note(error)
        }
    }

    private func note(_ trouble: PostgresTrouble) -> StorageError {
        let trouble = trouble.onlyReads && purpose == .writing ? .lost("The server only reads now.") : trouble
        if self.trouble == nil { self.trouble = trouble }
        if case .lost = trouble { close() }
        if case .stale = trouble { close() }
        return trouble.storageError
    }
}

/// What is said around a closure.
extension PostgresSession {
    func begin() {
        trouble = nil
        isEndless = false
        isWanted = false
        waiting = []
        owesBegin = purpose.begin != nil
    }

    private func begin(on link: PostgresLink) throws(PostgresTrouble) {
        guard owesBegin, let begin = purpose.begin else { return }
        owesBegin = false
        _ = try link.command(begin, seconds: purpose.patienceSeconds)
    }

    /// - Parameter isEarly: its locks go before it is on the disk, which `flush` sees to.
    /// - Returns: false where there was nothing to keep.
    /// - Throws: `StorageError.commitUnknown` where the connection broke meanwhile.
    @discardableResult
    func commit(isEarly: Bool = false) throws -> Bool {
        if let trouble, purpose.begin != nil || trouble.isGone { throw trouble.storageError }
        // Nothing was said, so there is nothing to keep.
        guard purpose.begin != nil, !owesBegin || !waiting.isEmpty else { return false }
        if waiting.contains(where: \.isChecked) { try noting(flush) }
        try committing { link throws(PostgresTrouble) in
            // What waits goes along with it.
            let together = waiting
            waiting = []
            let closing = isEarly ? ["SET LOCAL synchronous_commit = off", "COMMIT"] : ["COMMIT"]
            if together.isEmpty {
                _ = try link.command(closing.joined(separator: ";"), seconds: purpose.patienceSeconds)
            } else {
                _ = try execute(together, before: closing, on: link)
            }
        }
        return true
    }

    /// Returns when everything is on the disk that was committed before, on this connection or another: by a commit that has
    /// something to write, though only into the log, and waits for it as the server was told to.
    /// - Throws: `StorageError.commitUnknown`
    func flush() throws {
        do {
            _ = try noting { link throws(PostgresTrouble) in
                try link.command(
                    "SELECT pg_logical_emit_message(true, 'kontor', '')", seconds: purpose.patienceSeconds)
            }
        } catch {
            throw unknown("\(error)")
        }
    }

    /// What another connection flushed was this server's commit only if this server still runs.
    /// - Throws: `StorageError.commitUnknown`
    func checkStillOpen() throws {
        if link?.isStillOpen != true { throw unknown("The connection was lost.") }
    }

    private func committing(_ body: (PostgresLink) throws(PostgresTrouble) -> Void) throws {
        do {
            try noting(body)
        } catch {
            guard purpose == .writing, case .lost(let reason) = trouble else { throw error }
            throw unknown(reason)
        }
    }

    private func unknown(_ reason: String) -> StorageError {
        let unknown = StorageError.commitUnknown(reason)
        trouble = .failed(unknown)
        return unknown
    }

    /// A connection that cannot even roll back is of no use.
    func rollback() {
        waiting = []
        guard let link, link.isInTransaction else { return }
        do throws(PostgresTrouble) {
            _ = try link.command("ROLLBACK", seconds: purpose.patienceSeconds)
        } catch {
            close()
        }
    }
}
