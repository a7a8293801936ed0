import Kernel
import Storage
import Web

/// Whose acts a log shows.
enum ActivityScope: Sendable {
    case organization(OrganizationID)
    /// One's own in all organisations, and what others did to one's account.
    case person(PersonID)
}

/// What a reader wants to see of the log (SES-3).
struct ActivityFilter: Sendable {
    var from: Day?
    var to: Day?
    var kind: ActivityKind?
    /// A part of a product's name.
    var product = ""
    /// A part of the name or the login of who did it.
    var person = ""

    init() {}

    init(_ visit: Visit) {
        from = Day(visit.query("from"))
        to = Day(visit.query("to"))
        kind = ActivityKind(rawValue: visit.query("kind"))
        product = String(visit.query("product").trimmed.prefix(100))
        person = String(visit.query("person").trimmed.prefix(100))
    }

    var isEmpty: Bool { query.allSatisfy { $0.value.isEmpty } }

    /// As the address of the page has it.
    var query: [(name: String, value: String)] {
        [
            ("from", from?.description ?? ""), ("to", to?.description ?? ""), ("kind", kind?.rawValue ?? ""),
            ("product", product), ("person", person),
        ]
    }

    /// The same without one of its parts.
    func without(_ name: String) -> [(name: String, value: String)] { query.filter { $0.name != name } }
}

/// Where in the log, from the newest: the id of the last event that was shown.
struct ActivityPosition: Sendable {
    let before: EventID?

    init(before: EventID?) {
        self.before = before
    }

    init(_ visit: Visit) {
        before = EventID(visit.query("before"))
    }
}
