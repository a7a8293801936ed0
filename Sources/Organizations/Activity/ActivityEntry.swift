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
    let references: ActivityReferences
    /// False where the reader is not to know from where the actor came.
    let showsOrigin: Bool

    var address: String { showsOrigin ? event.actor.address : "" }
    var client: String { showsOrigin ? event.actor.client : "" }
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
    private let scope: ActivityScope
    /// Those of the actors whose address and device are the operator's.
    private let staff: Set<Int64>
    /// Ids in one statement.
    private static let portion = 1000

    init(
        _ events: [RecordedEvent], _ subjects: [String: SubjectKind], _ words: Words, scope: ActivityScope,
        in connection: Connection
    ) throws {
        self.scope = scope
        self.subjects = subjects
        deleted = words("activity_log.deleted_person")
        let actors = Set(events.compactMap { $0.event.actor.person })
        people = try Person.names(of: Array(actors), in: connection)
        staff = try ActivityNames.staff(among: Array(actors), scope, connection)
        let concerned = Set(events.flatMap { [$0.event.organization, $0.event.actor.onBehalfOf].compactMap { $0 } })
        organizations = Dictionary(
            uniqueKeysWithValues: concerned.isEmpty
                ? []
                : try connection.rows("SELECT id, name FROM organization WHERE id IN \(Array(concerned))")
                    .map { (try $0["id"], try $0["name"]) })
        let open = try ActivityNames.open(scope, connection)
        var ids: [String: Set<Int64>] = [:]
        for event in events.map(\.event) {
            if let open, let place = event.organization, !open.contains(place) { continue }
            ids[event.subject, default: []].insert(event.subjectID)
            if let product = event.product { ids["product", default: []].insert(product.rawValue) }
            for (subject, referred) in ActivityReferences.ids(event.payload) {
                ids[subject, default: []].formUnion(referred)
            }
        }
        var titles: [String: [Int64: String]] = [:]
        for (name, ids) in ids {
            guard let subject = subjects[name] else { continue }
            let sorted = ids.sorted()
            for start in stride(from: 0, to: sorted.count, by: ActivityNames.portion) {
                let some = Array(sorted[start..<min(start + ActivityNames.portion, sorted.count)])
                titles[name, default: [:]].merge(try subject.titles(connection, some, words)) { $1 }
            }
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
                object: named(event.subject, event.subjectID, event.organization, otherwise: event.payload["name"]),
                product: isProduct ? nil : event.product.map { named("product", $0.rawValue, event.organization) },
                references: ActivityReferences(titles: titles), showsOrigin: showsOrigin(event))
        }
    }

    /// In an organisation that of its own people, not of the operator's and not of a partner's; in one's own log one's own, and that of those who were not signed in.
    private func showsOrigin(_ event: Event) -> Bool {
        guard let actor = event.actor.person else { return true }
        return switch scope {
        case .organization(let id):
            event.organization == id && event.actor.onBehalfOf == nil && !staff.contains(actor.rawValue)
        case .person(let id): actor == id
        }
    }

    /// Where a person may be today. What they did elsewhere stays theirs to read, but not what it is called there now.
    /// - Returns: nil in the log of an organisation, which reads its own.
    private static func open(_ scope: ActivityScope, _ connection: Connection) throws -> Set<OrganizationID>? {
        guard case .person(let id) = scope else { return nil }
        let own: [OrganizationID] = try connection.rows(
            "SELECT organization_id FROM membership WHERE person_id = \(id)"
        ).map { try $0["organization_id"] }
        return Set(own + (try Partnership.clients(of: id, in: connection).map(\.id)))
    }

    /// Staff who are not members of the organisation as well.
    private static func staff(
        among people: [PersonID], _ scope: ActivityScope, _ connection: Connection
    ) throws -> Set<Int64> {
        guard case .organization(let organization) = scope, !people.isEmpty else { return [] }
        return Set(
            try connection.rows(
                """
                SELECT id FROM person WHERE is_staff AND \(connection.dialect.among("id", people)) AND NOT EXISTS (
                    SELECT 1 FROM membership WHERE organization_id = \(organization) AND person_id = person.id)
                """
            ).map { try $0["id"] })
    }

    /// - Parameter otherwise: what it was called then, for what is gone.
    private func named(
        _ subject: String, _ id: Int64, _ organization: OrganizationID?, otherwise: String? = nil
    ) -> ActivityEntry.Named {
        guard let title = titles[subject]?[id] else {
            return ActivityEntry.Named(title: subject == "person" ? deleted : otherwise ?? "\(id)", link: nil)
        }
        return ActivityEntry.Named(title: title, link: subjects[subject]?.link(organization, id))
    }
}
