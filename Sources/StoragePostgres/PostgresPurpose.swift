/// What a connection is for, and how it is set up.
enum PostgresPurpose: Sendable {
    case reading, writing, reporting

    /// Pages and rules are done in milliseconds. A statement that takes ten seconds is stuck, and gives its place back.
    static let statementTimeoutSeconds = 10

    var settings: String {
        let seconds = PostgresPurpose.statementTimeoutSeconds
        return switch self {
        case .reading: "SET default_transaction_read_only = on; SET statement_timeout = '\(seconds)s'"
        case .writing: "SET default_transaction_isolation = 'read committed'; SET statement_timeout = '\(seconds)s'"
        case .reporting: "SET default_transaction_read_only = on"
        }
    }

    /// Reads need no transaction, which saves them two round trips.
    var begin: String? {
        switch self {
        case .reading: nil
        case .writing: "BEGIN"
        case .reporting: "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"
        }
    }

    /// How long we wait for an answer. The server gives up earlier by itself; this is for one that hangs.
    var patienceSeconds: Int? { self == .reporting ? nil : PostgresPurpose.statementTimeoutSeconds + 2 }
}
