package import Storage

/// Checks every invariant of the books, over all of the journal.
///
/// The database does the sums, a window of ids at a time, and answers only what is wrong; so memory stays flat however long
/// the journal is. Each check is one statement, so that it sees one moment even while the house is being served, and several
/// run at once.
/// - Returns: what is broken, at most a hundred for each invariant; empty when the books are right.
package func verifyBooks(_ database: Database) async throws -> [Violation] {
    try await withThrowingTaskGroup(of: (place: Int, violations: [Violation]).self) { group in
        for (place, check) in BookCheck.all.enumerated() {
            group.addTask { (place, try await database.report { try check.run(in: $0) }) }
        }
        return try await group.reduce(into: []) { $0.append($1) }
            .sorted { $0.place < $1.place }.flatMap(\.violations)
    }
}

/// The same on one connection, one check after the other.
package func verifyBooks(_ connection: Connection) throws -> [Violation] {
    try BookCheck.all.flatMap { try $0.run(in: connection) }
}

/// A statement that finds what breaks an invariant, and how to say it.
struct BookCheck: Sendable {
    /// More of the same would not say more.
    static let violationsMax = 100
    /// Rows looked at in one statement.
    private static let windowSize: Int64 = 50_000

    /// The table whose ids are gone through in windows; nil where the statement looks at everything at once.
    let table: StaticString?
    let offenders: @Sendable (Window) -> SQL
    let violations: @Sendable (Row) throws -> [Violation]

    /// Ids from the first, included, to the last, included.
    struct Window: Sendable {
        let first: Int64
        let last: Int64
    }

    init(
        _ invariant: Invariant, over table: StaticString? = nil,
        _ offenders: @escaping @Sendable (Window) -> SQL,
        finding: @escaping @Sendable (Row) throws -> (subject: String, finding: String)
    ) {
        self.init(over: table, offenders) { row in
            let (subject, text) = try finding(row)
            return [Violation(invariant: invariant, subject: subject, finding: text)]
        }
    }

    /// What breaks one of several invariants that are about the same sums.
    init(
        over table: StaticString?, _ offenders: @escaping @Sendable (Window) -> SQL,
        violations: @escaping @Sendable (Row) throws -> [Violation]
    ) {
        self.table = table
        self.offenders = offenders
        self.violations = violations
    }

    static let all: [BookCheck] = ledger + documents + payments + corrections + withdrawals + bank + reminders

    func run(in connection: Connection) throws -> [Violation] {
        Array(
            try windows(in: connection).lazy.flatMap { window in
                try connection.rows(offenders(window)).flatMap { try violations($0) }
            }.prefix(BookCheck.violationsMax))
    }

    private func windows(in connection: Connection) throws -> [Window] {
        guard let table else { return [Window(first: 0, last: .max)] }
        let row = try connection.row("SELECT MAX(id) AS last FROM \(SQL(stringLiteral: "\(table)"))")
        guard let last: Int64 = try row?["last"] else { return [] }
        return stride(from: 1, through: last, by: Int64.Stride(BookCheck.windowSize)).map { first in
            Window(first: first, last: min(first + BookCheck.windowSize - 1, last))
        }
    }
}
