import Accounts
import Kernel
import Storage
import Web

/// An event as a sentence in the reader's language. Each room has one for each of its events: `activity.OrderPlaced`.
struct ActivitySentence {
    let entry: ActivityEntry
    let words: Words

    /// Stands where a link goes until the sentence is markup; no sentence of ours contains it.
    private static let mark: Character = "\u{fffc}"

    private var key: String { "activity.\(entry.event.name)" }

    /// An event of a version that this one does not know is still told of.
    private var pattern: String { words.has(key) ? words(key) : words("activity_log.unknown") }

    private var actor: String {
        if let actor = entry.actor { return actor }
        return words(entry.event.actor.address.isEmpty ? "activity_log.system" : "activity_log.nobody")
    }

    private func filled(object: String) -> String {
        var arguments = entry.values.reduce(into: [String: String]()) { $0[$1.key] = shown($1.key, $1.value) }
        if let product = entry.product, arguments["product"] == nil { arguments["product"] = product.title }
        // A value of an event that its sentence did not have when it happened, or that was erased since.
        for hole in pattern.split(separator: "{").dropFirst() {
            let name = String(hole.prefix { $0 != "}" })
            if arguments[name] == nil { arguments[name] = "–" }
        }
        arguments["actor"] = actor
        arguments["object"] = object
        arguments["event"] = entry.event.name
        return words(words.has(key) ? key : "activity_log.unknown", arguments)
    }

    var text: String { filled(object: entry.object.title) }

    var html: HTML {
        guard let link = entry.object.link else { return HTML(text) }
        let parts = filled(object: String(ActivitySentence.mark))
            .split(separator: ActivitySentence.mark, omittingEmptySubsequences: false).map(String.init)
        return "\(parts[0])\(parts.dropFirst().map { "<a href=\"\(link)\">\(entry.object.title)</a>\($0)" as HTML })"
    }

    /// What it was and what it is, part by part, where the sentence does not say so itself.
    var changes: [ActivityChange] {
        let values = entry.values
        var changes: [ActivityChange] = []
        if values["before"] != nil || values["after"] != nil, !pattern.contains("{after}") {
            changes.append(
                ActivityChange(
                    label: nil, before: shown("before", values["before"] ?? ""),
                    after: shown("after", values["after"] ?? "")))
        }
        for name in ActivityChange.names(values) {
            let (before, after) = (values["\(name)_before"] ?? "", values["\(name)_after"] ?? "")
            if before == after { continue }
            let key = "activity.change.\(name)"
            changes.append(
                ActivityChange(
                    label: words.has(key) ? words(key) : name, before: part(name, before, but: after),
                    after: part(name, after, but: before)))
        }
        return changes
    }

    /// One side of a change, given the other.
    private func part(_ name: String, _ value: String, but other: String) -> String {
        if ActivityReferences.subjects[name] != nil {
            return entry.references.text(value, but: other, of: name, words)
        }
        return shown(name, value)
    }

    /// Codes as people write them. What people typed stays as it is.
    private func shown(_ key: String, _ value: String) -> String {
        if value.isEmpty { return "–" }
        let word: String? =
            switch key {
            case "role": words.role(value)
            case "right": Rights.named(value).map { _ in words.right(value) }
            case "billing": words(value == "yes" ? "rights.yes" : "rights.no")
            case "access": words(value == "full" ? "partners.access.full" : "partners.access.products")
            case "contacts":
                value.split(separator: ",").map { words("members.contacts.\($0)") }.joined(separator: ", ")
            case "kind":
                words.has("activity_log.logo.\(value)") ? words("activity_log.logo.\(value)") : nil
            case "country": Country(value).map { words.country($0) }
            case "until": Day(value).map { words.day($0) }
            case "before", "after":
                entry.event.name == "LanguageChanged" ? Language(rawValue: value)?.ownName : nil
            default: nil
            }
        return word ?? value
    }

    /// `Firefox, Linux`; nil where nothing is known of it, or not any more.
    var device: String? {
        let client = entry.client
        return client.isEmpty ? nil : Client(userAgent: client).name(words)
    }
}

extension Words {
    /// The name of a role that was stored; nil for what is none.
    fileprivate func role(_ stored: String) -> String? {
        let key = "role.\(stored)"
        return has(key) ? self(key) : nil
    }
}
