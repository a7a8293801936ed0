package import Kernel

/// What a driver does inside a transaction. Only `Connection` talks to it.
package protocol Session: AnyObject {
    var dialect: Dialect { get }
    func rows(_ statement: SQL) throws -> [Row]
    /// The same statement once for each of several lists of values, in their order.
    func rows(_ statement: SQL, for lists: [[Value]]) throws -> [Row]
    /// - Returns: the number of rows changed.
    func execute(_ statement: SQL) throws -> Int
    /// A write whose answer nobody wants: it may go together with what follows, which then says what was wrong with it.
    func send(_ statement: SQL) throws
    /// The same for one that has to change so many rows: otherwise what follows throws this, and nothing is kept.
    func send(_ statement: SQL, changing count: Int, or refusal: StorageError) throws
    /// A question that may go together with what follows. - Returns: what waits for the answer, if it has to.
    func ask(_ statement: SQL) throws -> () throws -> [Row]
    /// Several statements in one text without binds; for migrations.
    func script(_ text: String) throws
    /// Others wait for what this transaction holds: its locks go as soon as it is committed, before that is on the disk.
    func releaseEarly()
}

extension Session {
    package func rows(_ statement: SQL, for lists: [[Value]]) throws -> [Row] {
        try lists.flatMap { try rows(statement.with($0)) }
    }

    package func send(_ statement: SQL) throws { _ = try execute(statement) }

    package func send(_ statement: SQL, changing count: Int, or refusal: StorageError) throws {
        guard try execute(statement) == count else { throw refusal }
    }

    package func ask(_ statement: SQL) throws -> () throws -> [Row] {
        let rows = try rows(statement)
        return { rows }
    }

    package func releaseEarly() {}
}

/// A transaction's view of the database. Not `Sendable`: it cannot leave the closure it was given to, and so a transaction
/// can neither await nor send anything.
package final class Connection {
    let session: any Session
    /// What was announced and is not written yet.
    var announced: [(event: Event, at: Instant)] = []
    /// True once an event was written, so that the driver wakes the relay after the commit.
    package internal(set) var hasAnnounced = false

    package init(_ session: any Session) {
        self.session = session
    }

    package var dialect: Dialect { session.dialect }

    package func rows(_ statement: SQL) throws -> [Row] { try session.rows(statement) }

    package func row(_ statement: SQL) throws -> Row? { try session.rows(statement).first }

    /// Asks what is wanted a little later, so that several questions are one round trip.
    ///
    ///     let owner = try connection.ask("SELECT name FROM organization WHERE id = \(id)").first { try $0["name"] as String }
    ///     let teams = try connection.ask("SELECT id FROM team WHERE organization_id = \(id)")
    ///     let name = try owner.answer()
    /// - Throws: what is wrong with it may also be told by the next statement.
    package func ask(_ statement: SQL) throws -> Question<[Row]> { Question(try session.ask(statement)) }

    /// - Returns: the number of rows changed.
    @discardableResult
    package func execute(_ statement: SQL) throws -> Int { try session.execute(statement) }

    /// Changes something where nobody wants to know how much: it may go together with what follows, which then says what was
    /// wrong with it.
    package func send(_ statement: SQL) throws { try session.send(statement) }

    /// The same where it is a mistake that changes another number of rows.
    /// - Parameter refusal: thrown then, by this or by what follows; nothing is kept.
    package func send(_ statement: SQL, changing count: Int, or refusal: StorageError) throws {
        try session.send(statement, changing: count, or: refusal)
    }

    /// Runs an `INSERT … RETURNING id`.
    package func insert<Subject>(_ statement: SQL) throws -> Identifier<Subject> {
        guard let row = try row(statement) else {
            throw StorageError.failed("The INSERT returned no row; does it end with RETURNING id?")
        }
        return try row["id"]
    }

    /// Holds a guard row until the end of the transaction, so that a rule which reads and then writes is alone.
    /// Nothing to do on SQLite, where writers are alone anyway.
    package func lock<Subject>(_ table: StaticString, _ id: Identifier<Subject>) throws {
        guard dialect == .postgres else { return }
        try session.send("SELECT 1 FROM \(SQL(stringLiteral: "\(table)")) WHERE id = \(id) FOR UPDATE")
    }

    /// Holds a name until the end of the transaction, for a row that everybody wants, as the counter of a series: an advisory
    /// lock, with early lock release. Nobody is answered before the commit is on the disk, as always.
    ///
    /// PostgreSQL wakes all who wait for a row whenever it is free, and whoever is first takes it; of those who wait for a name
    /// it wakes the next.
    package func lock(named name: String) throws {
        guard dialect == .postgres else { return }
        session.releaseEarly()
        try session.send("SELECT pg_advisory_xact_lock(hashtextextended(\(name), 0))")
    }

    package func script(_ text: String) throws { try session.script(text) }
}

/// What was asked and may be on its way. It belongs to the transaction in which it was asked.
package struct Question<Answer> {
    private let find: () throws -> Answer

    fileprivate init(_ find: @escaping () throws -> Answer) {
        self.find = find
    }

    /// Waits for it, where it has to.
    package func answer() throws -> Answer { try find() }
}

extension Question where Answer == [Row] {
    /// The same for what the first row says; nil where there is none.
    package func first<Value>(_ read: @escaping (Row) throws -> Value) -> Question<Value?> {
        Question<Value?> { try answer().first.map(read) }
    }
}
