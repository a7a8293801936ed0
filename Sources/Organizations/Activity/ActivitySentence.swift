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

    /// What it was and what it is, where the sentence does not say so itself.
    var change: (before: String, after: String)? {
        if pattern.contains("{after}") { return nil }
        let (before, after) = (entry.values["before"], entry.values["after"])
        if before == nil, after == nil { return nil }
        return (shown("before", before ?? "–"), shown("after", after ?? "–"))
    }

    /// Codes as people write them.
    private func shown(_ key: String, _ value: String) -> String {
        if value.isEmpty { return "–" }
        if let day = Day(value) { return words.day(day) }
        if key == "country", let country = Country(value) { return words.country(country) }
        if let role = words.role(value) { return role }
        if entry.event.name == "LanguageChanged", let language = Language(rawValue: value) { return language.ownName }
        return value
    }

    /// `Firefox, Linux`; nil where nothing is known of it, or not any more.
    var device: String? {
        let client = entry.event.actor.client
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
