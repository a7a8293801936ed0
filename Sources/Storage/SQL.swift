/// A statement: literal text is text, interpolated values become binds. There is no way to put a value into the text.
///
///     let rows = try connection.rows("SELECT id, name FROM organization WHERE id = \(id) AND name <> \(name)")
///
/// One whole statement in one literal; keywords upper case; columns named. An `SQL` interpolated into another is inserted
/// as it stands, with its binds.
package struct SQL: ExpressibleByStringInterpolation, Sendable {
    /// The text between the binds: always one more than there are values.
    private(set) var texts: [String] = [""]
    package private(set) var values: [Value] = []

    package init(stringLiteral text: String) {
        texts = [text]
    }

    package init(stringInterpolation: Interpolation) {
        self = stringInterpolation.sql
    }

    private init() {}

    package struct Interpolation: StringInterpolationProtocol {
        fileprivate var sql = SQL()

        package init(literalCapacity: Int, interpolationCount: Int) {
            sql.texts.reserveCapacity(interpolationCount + 1)
            sql.values.reserveCapacity(interpolationCount)
        }

        package mutating func appendLiteral(_ literal: String) {
            sql.texts[sql.texts.count - 1] += literal
        }

        package mutating func appendInterpolation(_ value: some Storable) {
            sql.values.append(value.stored)
            sql.texts.append("")
        }

        package mutating func appendInterpolation(_ value: (some Storable)?) {
            sql.values.append(value?.stored ?? .null)
            sql.texts.append("")
        }

        mutating func appendInterpolation(_ value: Value) {
            sql.values.append(value)
            sql.texts.append("")
        }

        /// A list for `IN`: `WHERE id IN \(ids)`. An empty list matches nothing.
        package mutating func appendInterpolation(_ list: [some Storable]) {
            if list.isEmpty { return appendLiteral("(NULL)") }
            appendLiteral("(")
            for (index, value) in list.enumerated() {
                if index > 0 { appendLiteral(", ") }
                appendInterpolation(value)
            }
            appendLiteral(")")
        }

        package mutating func appendInterpolation(_ other: SQL) {
            for (index, text) in other.texts.enumerated() {
                appendLiteral(text)
                if index < other.values.count {
                    sql.values.append(other.values[index])
                    sql.texts.append("")
                }
            }
        }
    }

    /// The same text with other values, as many as it has.
    func with(_ values: [Value]) -> SQL {
        precondition(values.count == self.values.count, "A statement takes as many values as it has places.")
        var other = self
        other.values = values
        return other
    }

    /// The text with its binds written by the driver: `?` or `$1`.
    package func text(placeholder: (_ position: Int) -> String) -> String {
        if values.isEmpty { return texts[0] }
        var text = texts[0]
        text.reserveCapacity(texts.reduce(values.count * 4) { $0 + $1.utf8.count })
        for index in values.indices {
            text += placeholder(index + 1)
            text += texts[index + 1]
        }
        return text
    }
}
