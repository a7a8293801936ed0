import Kernel
import Web

/// What one part of something was, and what it is since.
struct ActivityChange: Sendable {
    /// Nil where the sentence leaves no doubt.
    let label: String?
    let before: String
    let after: String

    /// `Role: Collaborator → Administrator`.
    var text: String { "\(label.map { "\($0): " } ?? "")\(before) → \(after)" }

    /// For a table that has a column for each side.
    func labelled(_ side: String) -> String { label.map { "\($0): \(side)" } ?? side }

    /// In this order; what is not among them comes last.
    static let order = [
        "name", "description", "leader", "role", "billing", "contacts", "teams", "products", "address", "country",
        "time_zone", "contact", "vat_number",
    ]

    /// The parts of which a payload has both sides, `role_before` and `role_after`.
    static func names(_ values: [String: String]) -> [String] {
        let named = Set(
            values.keys.compactMap { key in
                ["_before", "_after"].first { key.hasSuffix($0) }.map { String(key.dropLast($0.count)) }
            })
        return order.filter(named.contains) + named.subtracting(order).sorted()
    }
}

/// Ids in the payload of an event, and the names of what they count.
struct ActivityReferences: Sendable {
    /// So many names are shown; of longer lists only what differs.
    static let namesMax = 12

    /// The parts of a payload that hold ids, with the subject that the ids are of.
    static let subjects = ["leader": "person", "people": "person", "products": "product", "teams": "team"]

    let titles: [String: [Int64: String]]

    /// Those whose names are needed to tell of a payload, by subject.
    static func ids(_ values: [String: String]) -> [String: [Int64]] {
        var found: [String: [Int64]] = [:]
        for (part, subject) in subjects {
            let before = ids(values["\(part)_before"] ?? "")
            let after = ids(values["\(part)_after"] ?? "")
            found[subject, default: []] += shown(before, but: after).prefix(namesMax)
            found[subject, default: []] += shown(after, but: before).prefix(namesMax)
        }
        return found
    }

    static func ids(_ list: String) -> [Int64] { list.split(separator: ",").compactMap { Int64($0) } }

    private static func shown(_ ids: [Int64], but other: [Int64]) -> [Int64] {
        if max(ids.count, other.count) <= namesMax { return ids }
        let known = Set(other)
        return ids.filter { !known.contains($0) }
    }

    /// The names of what a list of ids counts, in the light of the list on the other side.
    func text(_ list: String, but other: String, of part: String, _ words: Words) -> String {
        let titles = ActivityReferences.subjects[part].flatMap { self.titles[$0] } ?? [:]
        let ids = ActivityReferences.shown(ActivityReferences.ids(list), but: ActivityReferences.ids(other))
        var names = ids.prefix(ActivityReferences.namesMax).map { titles[$0] ?? words("activity_log.gone") }
        if ids.count > names.count { names.append(words("members.more", ["count": String(ids.count - names.count)])) }
        return names.isEmpty ? "–" : names.joined(separator: ", ")
    }
}
