import Storage

/// What can go wrong with a statement, as far as it decides what happens to its closure.
enum PostgresTrouble: Error {
    /// The connection is gone, and with it the transaction: connect again and run the closure again.
    case lost(String)
    /// Another transaction was in the way: run the closure again after a moment.
    case contended(String)
    /// A prepared statement no longer fits the schema: prepare it anew and run the closure again.
    case stale
    /// The server only reads, or the connection does.
    case readOnly(String)
    case failed(StorageError)
    /// A prepared statement that the server refuses to use, with what to say if that is no matter of age.
    case refusedPlan(StorageError)

    /// SQLSTATE codes: https://www.postgresql.org/docs/current/errcodes-appendix.html. The primary message names tables and
    /// constraints, never values; the detail, which does, is left out.
    init(state: String, message: String, constraint: String?) {
        self =
            switch state {
            case "40001", "40P01": .contended(message)
            case "57014", "55P03": .failed(.contended(message))
            case "25006": .readOnly(message)
            case "23505": .failed(.duplicate(constraint: constraint ?? message))
            // Raised by a trigger; text that is no UTF-8.
            case "P0001", "22021": .failed(.refused(message))
            case "0A000", "26000": .refusedPlan(.failed("\(message) (\(state))"))
            case "25P03", "57P05": .lost(message)
            default:
                switch state.prefix(2) {
                case "23", "2F", "44": .failed(.refused(message))
                case "08", "57": .lost(message)
                // No space, no memory, too many connections; the disk fails; the data is damaged.
                case "53", "58", "XX": .failed(.unavailable(message))
                default: .failed(.failed("\(message) (\(state))"))
                }
            }
    }

    var storageError: StorageError {
        switch self {
        case .lost(let message): .unavailable(message)
        case .contended(let message): .contended(message)
        case .stale: .contended("A prepared statement no longer fits the schema.")
        case .readOnly: .refused("A closure that only reads tried to write.")
        case .failed(let error), .refusedPlan(let error): error
        }
    }

    /// The connection is not there any more.
    var isGone: Bool {
        switch self {
        case .lost, .stale: true
        default: false
        }
    }

    var isStalePlan: Bool {
        if case .refusedPlan = self { true } else { false }
    }

    var onlyReads: Bool {
        if case .readOnly = self { true } else { false }
    }
}
