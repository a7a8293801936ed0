import Kernel
import Storage
import Web

/// A part of the log, newest first.
struct ActivityPortion: Sendable {
    let entries: [ActivityEntry]
    /// Where to go on; nil at the end.
    let next: EventID?
}

/// Finds events by the indexes on organisation, person and product, and never by skipping over a number of rows: so the page
/// of an organisation with a million events is as fast as that of a new one.
struct ActivityStore {
    /// So many events are looked at for one page when the filter leaves most of them out; the next page goes on from there.
    static let searchMax = 20_000
    /// Clocks and transactions make ids differ from the order of time by moments. An hour is plenty.
    private static let disorder: Duration = .hours(1)

    let scope: ActivityScope
    let filter: ActivityFilter
    let subjects: [String: SubjectKind]
    let zone: Zone
    let now: Instant

    /// - Parameter organizations: those in which a product can be looked for.
    func portion(
        after position: ActivityPosition, limit: Int, organizations: [OrganizationID], words: Words,
        in connection: Connection
    ) throws -> ActivityPortion {
        let (ids, next) = try find(before: position.before, limit: limit, organizations, connection)
        let events = try connection.rows("\(RecordedEvent.select) WHERE id IN \(ids) ORDER BY id DESC")
            .map(RecordedEvent.init)
        return ActivityPortion(
            entries: try ActivityNames(events, subjects, words, scope: scope, in: connection).entries(events),
            next: next)
    }

    private func find(
        before: EventID?, limit: Int, _ organizations: [OrganizationID], _ connection: Connection
    ) throws -> ([EventID], next: EventID?) {
        let start = max(
            filter.from.map { zone.start(of: $0) } ?? Instant(milliseconds: 0),
            now.adding(.milliseconds(-Event.originKept.wholeMilliseconds)))
        let end = filter.to.map { zone.start(of: $0.adding(days: 1)) }
        var range: SQL = try "id >= \(first(since: start.adding(.zero - ActivityStore.disorder), connection))"
        if let end { range = try "\(range) AND id < \(first(since: end.adding(ActivityStore.disorder), connection))" }
        if let before { range = "\(range) AND id < \(before)" }
        var conditions: SQL = "happened_at >= \(start)"
        if let end { conditions = "\(conditions) AND happened_at < \(end)" }
        if let kind = filter.kind { conditions = "\(conditions) AND \(condition(kind))" }
        let isLoose = filter.kind == nil && filter.from == nil && filter.to == nil
        let looked = isLoose ? limit + 1 : ActivityStore.searchMax
        let sources = try ActivitySource(scope: scope, filter: filter, subjects: subjects)
            .conditions(organizations, connection)
        let inner = ActivitySource.newest(looked, of: sources, range)
        let found: [EventID] = try connection.rows(
            "SELECT id FROM (\(inner)) recent WHERE \(conditions) ORDER BY id DESC LIMIT \(limit + 1)"
        ).map { try $0["id"] }
        if found.count > limit { return (Array(found.prefix(limit)), found[limit - 1]) }
        let row = try connection.row("SELECT COUNT(*) AS count, MIN(id) AS last FROM (\(inner)) recent")
        guard let row, try row["count"] == looked else { return (found, nil) }
        return (found, try row["last"])
    }

    private func first(since moment: Instant, _ connection: Connection) throws -> EventID {
        try Event.firstID(since: moment, in: connection)
    }

    /// What happens to a person inside an organisation concerns its members; elsewhere, their account.
    private func condition(_ kind: ActivityKind) -> SQL {
        func names(_ kind: ActivityKind) -> [String] {
            subjects.values.filter { $0.activity == kind }.map(\.name).sorted()
        }
        return switch kind {
        case .account: "(subject IN \(names(.account)) AND organization_id IS NULL)"
        case .members:
            "(subject IN \(names(.members)) OR (subject IN \(names(.account)) AND organization_id IS NOT NULL))"
        default: "subject IN \(names(kind))"
        }
    }
}
