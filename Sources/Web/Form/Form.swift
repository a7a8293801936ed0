package import Kernel

/// What a person typed into a form: read field by field with the limits named, kept as typed so that the page can come back
/// with it, and with the problem beside each field that has one.
package struct Form: Sendable {
    private var values: [String: [String]]
    package let uploads: [String: Upload]
    package private(set) var problems: [Problem]

    package struct Upload: Sendable {
        package let fileName: String
        package let bytes: [UInt8]
    }

    package init(values: [String: [String]] = [:], uploads: [String: Upload] = [:], problems: [Problem] = []) {
        self.values = values
        self.uploads = uploads
        self.problems = problems
    }

    /// A form filled in beforehand.
    package init(_ values: [String: String]) {
        self.init(values: values.mapValues { [$0] })
    }

    /// As it was typed, for showing it again.
    package func typed(_ name: String) -> String { values[name]?.last ?? "" }

    package func isChecked(_ name: String, _ value: String = "yes") -> Bool { values[name]?.contains(value) ?? false }

    package func list(_ name: String) -> [String] { values[name] ?? [] }

    /// Whether the field was part of what was sent, be it empty.
    package func isSent(_ name: String) -> Bool { values[name] != nil }

    /// The fields that were sent, sorted.
    package var names: [String] { values.keys.sorted() }

    package var isEmpty: Bool { values.isEmpty && uploads.isEmpty }

    /// Puts a value where nothing was typed.
    package mutating func fill(_ name: String, _ value: String) {
        if values[name] == nil { values[name] = [value] }
    }

    /// The state that the page shows: kept as it was sent, unless it turned out to be old.
    package mutating func refresh(_ name: String, _ value: String) {
        if values[name] == nil || problems.contains(where: { $0.code == "changed_meanwhile" }) {
            values[name] = [value]
        }
    }

    package mutating func set(_ name: String, _ value: String) { values[name] = [value] }

    package mutating func add(_ problem: Problem) { problems.append(problem) }

    package func problem(of field: String) -> Problem? { problems.first { $0.field == field } }

    /// Reads a line of text without its outer blanks.
    /// - Parameter max: characters; beyond it the field has a problem.
    package mutating func text(_ name: String, max: Int, isRequired: Bool = true) -> String {
        let text = typed(name).trimmed
        if text.isEmpty {
            if isRequired { add(.field(name, "form.required", code: "validation_rule_required")) }
        } else if text.count > max {
            add(.field(name, "form.too_long", code: "validation_rule_max", ["max": String(max)]))
        } else if text.unicodeScalars.contains(where: { $0.properties.generalCategory == .control }) {
            add(.field(name, "form.control_characters"))
        }
        return text
    }

    /// Reads a value of some type. nil means that the field has a problem now.
    package mutating func value<T>(
        _ name: String, max: Int = 254, otherwise word: String, _ read: (String) -> T?
    ) -> T? {
        let count = problems.count
        let text = text(name, max: max)
        guard problems.count == count else { return nil }
        guard let value = read(text) else {
            add(.field(name, word))
            return nil
        }
        return value
    }

    /// Every problem found so far, to be thrown by the handler that needs all fields.
    package var rejection: Problems { Problems(problems) }

    /// - Throws: `Problems` where a field has one.
    package func check() throws(Problems) {
        if !problems.isEmpty { throw rejection }
    }
}

extension String {
    /// Without blanks at either end.
    package var trimmed: String {
        guard let first = firstIndex(where: { !$0.isWhitespace }),
            let last = lastIndex(where: { !$0.isWhitespace })
        else { return "" }
        return String(self[first...last])
    }
}
