package import Kernel

/// What the two databases say differently, named after the need.
package enum Dialect: Sendable {
    case sqlite
    case postgres

    /// After a SELECT that claims work: rows that another worker holds are passed over.
    package var skippingClaimed: SQL {
        switch self {
        case .sqlite: ""
        case .postgres: "FOR UPDATE SKIP LOCKED"
        }
    }

    /// After a SELECT: what it found stays as it is until the transaction ends, for others who only look as well.
    package var holding: SQL {
        switch self {
        case .sqlite: ""
        case .postgres: "FOR SHARE"
        }
    }

    /// The same for the rows of one table of a join.
    package func holding(_ table: StaticString) -> SQL {
        self == .postgres ? "FOR SHARE OF \(SQL(stringLiteral: "\(table)"))" : ""
    }

    /// Contains, whatever the case. `pattern` comes from `Dialect.containing`.
    ///
    /// PostgreSQL's own ILIKE folds the pattern again at every row, and takes twice as long. The backslash is what LIKE
    /// escapes with there by itself; saying so would cost a call for each row, too.
    package func matches(_ column: StaticString, _ pattern: String) -> SQL {
        switch self {
        case .sqlite: "\(SQL(stringLiteral: "\(column)")) LIKE \(pattern) ESCAPE '\\'"
        case .postgres: "lower(\(SQL(stringLiteral: "\(column)"))) LIKE (SELECT lower(\(pattern)))"
        }
    }

    /// Every word is somewhere in one of the columns, whatever the case: for searches by name. At most five of the words count.
    ///
    /// PostgreSQL folds the columns once for a row, however many words there are.
    package func matches(words text: String, in columns: [StaticString]) -> SQL {
        let patterns = text.split(separator: " ").prefix(5).map { Dialect.containing(String($0)) }
        if patterns.isEmpty { return "1 = 1" }
        let all = SQL(stringLiteral: columns.map { "\($0)" }.joined(separator: " || ' ' || "))
        switch self {
        case .sqlite:
            return patterns.dropFirst().reduce("\(all) LIKE \(patterns[0]) ESCAPE '\\'") { conditions, pattern in
                "\(conditions) AND \(all) LIKE \(pattern) ESCAPE '\\'"
            }
        case .postgres:
            let list = patterns.dropFirst().reduce("lower(\(patterns[0]))" as SQL) { "\($0), lower(\($1))" }
            return "lower(\(all)) LIKE ALL (CAST((SELECT ARRAY[\(list)]) AS TEXT[]))"
        }
    }

    /// `column IN (…)` for many keys in one bind, so that the statement stays the same however many there are. Sorted keys
    /// are found faster.
    ///
    /// PostgreSQL plans a list anew each time, as it may be short or long. For one key that takes longer than to find it, so
    /// one is told by itself.
    package func among<Subject>(_ column: StaticString, _ keys: KeyList<Subject>) -> SQL {
        if let key = Int64(keys.text) { return "\(SQL(stringLiteral: "\(column)")) = \(key)" }
        return switch self {
        case .sqlite: "\(SQL(stringLiteral: "\(column)")) IN (SELECT value FROM json_each(\("[\(keys.text)]")))"
        case .postgres: "\(SQL(stringLiteral: "\(column)")) = ANY (CAST(\("{\(keys.text)}") AS BIGINT[]))"
        }
    }

    package func among<Subject>(_ column: StaticString, _ ids: some Collection<Identifier<Subject>>) -> SQL {
        among(column, KeyList(Set(ids)))
    }

    /// The same for numbers that are no keys.
    package func among(_ column: StaticString, _ numbers: Set<Int64>) -> SQL {
        among(column, KeyList(Set(numbers.map(Identifier<Int64>.init(rawValue:)))))
    }

    /// The same for texts. PostgreSQL would look for a row's text in a list one by one, where it does not use an index; in rows
    /// it looks by hash.
    package func among(_ column: StaticString, _ texts: [String]) -> SQL {
        if texts.count == 1 { return "\(SQL(stringLiteral: "\(column)")) = \(texts[0])" }
        return switch self {
        case .sqlite: "\(SQL(stringLiteral: "\(column)")) IN (SELECT value FROM json_each(\(JSONText.encode(texts))))"
        case .postgres:
            """
            \(SQL(stringLiteral: "\(column)")) IN (
                SELECT unnest(CAST(\(ArrayLiteral(texts.map(Value.text)).text) AS TEXT[])))
            """
        }
    }

    /// An aggregate: every key of a group in one text, separated by commas. Much cheaper than as many rows.
    package func joined(_ column: StaticString) -> SQL {
        switch self {
        case .sqlite: "group_concat(\(SQL(stringLiteral: "\(column)")))"
        case .postgres: "string_agg(CAST(\(SQL(stringLiteral: "\(column)")) AS TEXT), ',')"
        }
    }

    /// A LIKE pattern for text that contains what was typed, with its wildcards made plain.
    package static func containing(_ text: String) -> String {
        var escaped = ""
        for character in text {
            if character == "%" || character == "_" || character == "\\" { escaped.append("\\") }
            escaped.append(character)
        }
        return "%\(escaped)%"
    }

    /// Translates the schema's own words: `IDENTITY` for a generated key, `BYTES` for binary columns.
    package func schema(_ text: String) -> String {
        switch self {
        case .sqlite:
            text.replacing("IDENTITY", with: "INTEGER PRIMARY KEY AUTOINCREMENT").replacing("BYTES", with: "BLOB")
        case .postgres:
            text.replacing("IDENTITY", with: "BIGINT GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY")
                .replacing("BYTES", with: "BYTEA")
        }
    }

    /// The trigger that makes a table append-only: UPDATE and DELETE are refused by the database itself.
    package func appendOnly(_ table: String) -> String {
        switch self {
        case .sqlite:
            """
            CREATE TRIGGER \(table)_keeps_update BEFORE UPDATE ON \(table)
            BEGIN SELECT RAISE(ABORT, '\(table) is append-only'); END;
            CREATE TRIGGER \(table)_keeps_delete BEFORE DELETE ON \(table)
            BEGIN SELECT RAISE(ABORT, '\(table) is append-only'); END;
            """
        case .postgres:
            """
            CREATE OR REPLACE FUNCTION \(table)_keeps() RETURNS trigger LANGUAGE plpgsql AS
            $$ BEGIN RAISE EXCEPTION '\(table) is append-only' USING ERRCODE = 'restrict_violation'; END $$;
            CREATE TRIGGER \(table)_keeps BEFORE UPDATE OR DELETE OR TRUNCATE ON \(table)
            FOR EACH STATEMENT EXECUTE FUNCTION \(table)_keeps();
            """
        }
    }

    /// Takes the trigger of `appendOnly` away again, for a migration and for nothing else.
    package func rewritable(_ table: String) -> String {
        switch self {
        case .sqlite: "DROP TRIGGER \(table)_keeps_update; DROP TRIGGER \(table)_keeps_delete;"
        case .postgres: "DROP TRIGGER \(table)_keeps ON \(table);"
        }
    }
}

extension String {
    fileprivate func replacing(_ word: String, with other: String) -> String {
        split(separator: word, omittingEmptySubsequences: false).joined(separator: other)
    }
}
