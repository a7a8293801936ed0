import CPostgres
import Foundation
import Storage

/// A connection at the level of libpq: sends, waits no longer than it was told, and says what went wrong.
final class PostgresLink {
    private let connection: OpaquePointer

    /// Takes the connection over and closes it in the end.
    init(_ connection: OpaquePointer) {
        self.connection = connection
        // Notices would go to standard error ("relation already exists, skipping").
        late_PQsetNoticeProcessor(connection, { _, _ in }, nil)
    }

    deinit {
        late_PQfinish(connection)
    }

    var isOpen: Bool { late_PQstatus(connection) == CONNECTION_OK }

    /// The same with a look at what the server said unasked: that it goes, most of the time.
    var isStillOpen: Bool {
        var watched = pollfd(fd: late_PQsocket(connection), events: Int16(POLLIN), revents: 0)
        if poll(&watched, 1, 0) > 0 { _ = late_PQconsumeInput(connection) }
        return isOpen
    }

    var isInTransaction: Bool { late_PQtransactionStatus(connection) != PQTRANS_IDLE }

    /// One or several statements without parameters.
    func command(_ text: String, seconds: Int?) throws(PostgresTrouble) -> PostgresAnswer {
        try sent(late_PQsendQuery(connection, text))
        return try answer(within: seconds)
    }

    func prepare(_ name: String, _ text: String, seconds: Int?) throws(PostgresTrouble) {
        try sent(late_PQsendPrepare(connection, name, text, 0, nil))
        _ = try answer(within: seconds)
    }

    /// One statement, or several in one way there and back. After one that fails, the rest is not performed.
    /// - Parameters:
    ///   - statements: by their names, at least one.
    ///   - opening: goes out before them.
    ///   - closing: goes out after them.
    /// - Returns: the answer to each statement.
    func execute(
        _ statements: [(name: String, parameters: PostgresParameters)], behind opening: String?,
        before closing: [String], seconds: Int?
    ) throws(PostgresTrouble) -> [PostgresAnswer] {
        if statements.count == 1, opening == nil, closing.isEmpty {
            try send(statements[0].name, statements[0].parameters)
            return [try answer(within: seconds)]
        }
        try sent(late_PQenterPipelineMode(connection))
        // Not possible while answers are still to come; then the connection is of no use and is closed.
        defer { _ = late_PQexitPipelineMode(connection) }
        if let opening { try send(opening) }
        for (name, parameters) in statements { try send(name, parameters) }
        for text in closing { try send(text) }
        try sent(late_PQpipelineSync(connection))
        let deadline = deadline(in: seconds)
        var outcomes: [Result<PostgresAnswer, PostgresTrouble>] = []
        let count = statements.count + closing.count + (opening == nil ? 0 : 1)
        for _ in 0..<count { outcomes.append(try outcome(until: deadline)) }
        // The mark that ends all.
        _ = try answer(until: deadline, isMark: true)
        var answers: [PostgresAnswer] = []
        for outcome in outcomes { answers.append(try outcome.get()) }
        return Array(answers.dropFirst(opening == nil ? 0 : 1).prefix(statements.count))
    }

    private func send(_ text: String) throws(PostgresTrouble) {
        try sent(late_PQsendQueryParams(connection, text, 0, nil, nil, nil, nil, 0))
    }

    private func send(_ name: String, _ parameters: PostgresParameters) throws(PostgresTrouble) {
        try sent(
            parameters.withPointers { values, lengths, formats in
                late_PQsendQueryPrepared(connection, name, Int32(parameters.count), values, lengths, formats, 0)
            })
    }

    /// - Throws: where the connection is gone, so that there is nothing to wait for any more.
    private func outcome(
        until deadline: ContinuousClock.Instant?
    ) throws(PostgresTrouble) -> Result<PostgresAnswer, PostgresTrouble> {
        do throws(PostgresTrouble) {
            return .success(try answer(until: deadline))
        } catch {
            if error.isGone { throw error }
            return .failure(error)
        }
    }

    private func sent(_ accepted: Int32) throws(PostgresTrouble) {
        guard accepted == 1 else { throw .lost(message) }
    }

    /// The last answer, or the first that is an error.
    private func answer(within seconds: Int?) throws(PostgresTrouble) -> PostgresAnswer {
        try answer(until: deadline(in: seconds))
    }

    /// - Parameter isMark: what ends a pipeline is one answer, with nothing behind it.
    private func answer(
        until deadline: ContinuousClock.Instant?, isMark: Bool = false
    ) throws(PostgresTrouble) -> PostgresAnswer {
        var last: PostgresAnswer?
        var trouble: PostgresTrouble?
        while true {
            try wait(until: deadline)
            guard let result = late_PQgetResult(connection) else { break }
            let answer = PostgresAnswer(result)
            last = answer
            if trouble == nil { trouble = answer.trouble }
            if isMark { break }
        }
        if !isOpen { throw .lost(trouble.map { "\($0.storageError)" } ?? message) }
        if let trouble { throw trouble }
        guard let last else { throw .lost(message) }
        return last
    }

    private func deadline(in seconds: Int?) -> ContinuousClock.Instant? {
        seconds.map { ContinuousClock.now + .seconds($0) }
    }

    private func wait(until deadline: ContinuousClock.Instant?) throws(PostgresTrouble) {
        while late_PQisBusy(connection) == 1 {
            var watched = pollfd(fd: late_PQsocket(connection), events: Int16(POLLIN), revents: 0)
            let rest = deadline.map { ContinuousClock.now.duration(to: $0) }
            let milliseconds = rest.map { Int32(max(0, $0.components.seconds * 1000 + 1000)) } ?? -1
            let ready = poll(&watched, 1, milliseconds)
            if ready < 0 && errno == EINTR { continue }
            if ready == 0 { throw .lost("The server does not answer.") }
            // What it could not read shows in the status and in the next answer.
            if late_PQconsumeInput(connection) == 0 { return }
        }
    }

    private var message: String {
        let lines = String(cString: late_PQerrorMessage(connection)).split(whereSeparator: \.isNewline)
        let text = lines.joined(separator: " ")
        return text.isEmpty ? "The connection was lost." : text
    }
}

/// For the listener, which waits for the server to speak first.
extension PostgresLink {
    var socket: Int32 { late_PQsocket(connection) }

    /// Reads what has come. - Returns: whether there was a notification.
    func takeNotifications() throws(PostgresTrouble) -> Bool {
        guard late_PQconsumeInput(connection) == 1 else { throw .lost(message) }
        var found = false
        while let notification = late_PQnotifies(connection) {
            late_PQfreemem(notification)
            found = true
        }
        return found
    }
}
