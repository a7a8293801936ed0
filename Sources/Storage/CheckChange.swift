/// A CHECK of an existing table that is replaced by a wider one, where a new kind of thing comes into a column.
///
/// SQLite has no statement for it. What it documents for changes that leave the stored rows as they are is followed here:
/// the text of the schema is edited (https://www.sqlite.org/lang_altertable.html, section 7). Building the table anew would
/// need its foreign keys switched off, which cannot be done inside a transaction.
package struct CheckChange: Sendable {
    package let table: String
    /// PostgreSQL's name for it: `<table>_<column>_check` where the schema gave none.
    package let name: String
    /// To the letter as the earlier step wrote it: `CHECK (method IN ('card', 'prepaid'))`.
    package let before: String
    package let after: String

    package init(_ table: String, _ name: String, _ before: String, _ after: String) {
        self.table = table
        self.name = name
        self.before = before
        self.after = after
    }
}

extension Connection {
    func replace(_ check: CheckChange) throws {
        switch dialect {
        case .postgres:
            try script(
                """
                ALTER TABLE \(check.table) DROP CONSTRAINT \(check.name);
                ALTER TABLE \(check.table) ADD CONSTRAINT \(check.name) \(check.after);
                """)
        case .sqlite:
            guard let version: Int64 = try row("PRAGMA schema_version")?["schema_version"] else {
                throw StorageError.failed("SQLite does not say the version of its schema.")
            }
            try script("PRAGMA writable_schema = ON")
            let edited = try rows(
                """
                UPDATE sqlite_schema SET sql = replace(sql, \(check.before), \(check.after))
                WHERE type = 'table' AND name = \(check.table) AND instr(sql, \(check.before)) > 0
                RETURNING name
                """)
            // The other connections see by the version that they have to read the schema again; this one does at once.
            try script("PRAGMA schema_version = \(version + 1); PRAGMA writable_schema = RESET")
            guard edited.count == 1 else {
                throw StorageError.failed("The table \(check.table) has no check that reads: \(check.before)")
            }
        }
    }
}
