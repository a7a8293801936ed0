/// What a database can answer instead of rows. Drivers translate their own errors into these.
package enum StorageError: Error, Equatable {
    /// A UNIQUE or PRIMARY KEY constraint. `constraint` names it, or the columns, as far as the database tells.
    case duplicate(constraint: String)
    /// A CHECK, NOT NULL, foreign key or append-only rule: the schema refused what the code allowed.
    case refused(String)
    /// Another transaction got in the way; the write is run again by the driver, and this is thrown when that did not help.
    case contended(String)
    /// The database cannot be reached or has no space left. Nothing was written.
    case unavailable(String)
    /// The connection broke while committing: it is not known whether the transaction was kept.
    case commitUnknown(String)
    /// A cell is not of the type that the code expects.
    case unreadable(String)
    /// The schema is newer than this program.
    case newerSchema([String])
    /// A statement that the database does not understand, or anything else: a defect.
    case failed(String)
}
