import Accounts
import Kernel
import Storage
import Web

/// An event with everything that its sentence needs, already looked up.
struct ActivityEntry: Sendable {
    /// A name, and the page of what it names.
    struct Named: Sendable {
        let title: String
        let link: Link?
    }

    let recorded: RecordedEvent
    /// Nil: nobody signed in, or the system.
    let actor: String?
    let onBehalfOf: String?
    let organization: String?
    let object: Named
    /// Where the event is about a product that is not its object.
    let product: Named?

    var event: Event { recorded.event }
    /// Everything that was said of it, the erasable part too as long as it is there.
    var values: [String: String] { event.payload.merging(event.personal) { _, personal in personal } }
}

/// The names behind the ids of some events: one query for people, one for organisations, one for each kind of subject.
struct ActivityNames {
    private let people: [Int64: String]
    private let organizations: [Int64: String]
    private let titles: [String: [Int64: String]]
    private let subjects: [String: SubjectKind]
    private let deleted: String

    init(_ events: [RecordedEvent], _ subjects: [String: SubjectKind], _ words: Words, in connection: Connection) throws
    {
        self.subjects = subjects
        deleted = words("activity_log.deleted_person")
        let actors = Set(events.compactMap { $0.event.actor.person })
        people = try Person.names(of: Array(actors), in: connection)
        let concerned = Set(events.flatMap { [$0.event.organization, $0.event.actor.onBehalfOf].compactMap { $0 } })
        organizations = Dictionary(
            uniqueKeysWithValues: concerned.isEmpty
                ? []
                : try connection.rows("SELECT id, name FROM organization WHERE id IN \(Array(concerned))")
                    .map { (try $0["id"], try $0["name"]) })
        var ids: [String: Set<Int64>] = [:]
        for event in events.map(\.event) {
            ids[event.subject, default: []].insert(event.subjectID)
            if let product = event.product { ids["product", default: []].insert(product.rawValue) }
        }
        var titles: [String: [Int64: String]] = [:]
        for (name, ids) in ids {
            if let subject = subjects[name] { titles[name] = try subject.titles(connection, Array(ids), words) }
        }
        self.titles = titles
    }

    func entries(_ events: [RecordedEvent]) -> [ActivityEntry] {
        events.map { recorded in
            let event = recorded.event
            let isProduct = event.subject == "product" && event.product?.rawValue == event.subjectID
            return ActivityEntry(
                recorded: recorded, actor: event.actor.person.map { people[$0.rawValue] ?? deleted },
                onBehalfOf: event.actor.onBehalfOf.flatMap { organizations[$0.rawValue] },
                organization: event.organization.flatMap { organizations[$0.rawValue] },
                object: named(event.subject, event.subjectID, event.organization),
                product: isProduct ? nil : event.product.map { named("product", $0.rawValue, event.organization) })
        }
    }

    private func named(_ subject: String, _ id: Int64, _ organization: OrganizationID?) -> ActivityEntry.Named {
        guard let title = titles[subject]?[id] else {
            return ActivityEntry.Named(title: subject == "person" ? deleted : "\(id)", link: nil)
        }
        return ActivityEntry.Named(title: title, link: subjects[subject]?.link(organization, id))
    }
}
