import Access
import Kernel
import Storage
import Web

extension Organizations {
    /// What was done: in an organisation, and by oneself everywhere (SES-3).
    func openActivity(_ doors: Doors) {
        doors.organization(SeeActivity.self).get("activity") { visit in
            .page(try await activity(.organization(visit.organization.id), visit.visit))
        }
        doors.organization(SeeActivity.self).download("/organizations/{organization}/activity.csv") { visit in
            try await activityTable(.organization(visit.organization.id), visit.visit)
        }
        doors.signedIn.get("/security/activity") { visit in
            .page(try await activity(.person(visit.person.id), visit.visit))
        }
        doors.signedIn.download("/security/activity.csv") { visit in
            try await activityTable(.person(visit.person.id), visit.visit)
        }
        doors.subject(
            "organization", .settings,
            link: { organization, _ in organization.map { "/organizations/\($0)/settings" } },
            titles: { connection, ids, _ in
                let rows = try connection.rows("SELECT id, name FROM organization WHERE id IN \(ids)")
                return Dictionary(uniqueKeysWithValues: try rows.map { (try $0["id"], try $0["name"]) })
            })
        doors.navigate(
            NavigationItem(
                id: "activity", section: .organization, icon: "clock", title: { $0("activity_log.title") },
                link: { "/organizations/\($0)/activity" }, isShown: { $0.has(SeeActivity.self) }))
    }

    private func store(_ scope: ActivityScope, _ visit: Visit) -> (ActivityStore, [OrganizationID]) {
        var filter = ActivityFilter(visit)
        let organizations: [OrganizationID]
        switch scope {
        case .organization(let id): organizations = [id]
        case .person:
            organizations = visit.person?.organizations.map(\.id) ?? []
            filter.person = ""
        }
        let store = ActivityStore(
            scope: scope, filter: filter, subjects: visit.house.subjects, zone: visit.zone, now: visit.now)
        return (store, organizations)
    }

    private func activity(_ scope: ActivityScope, _ visit: Visit) async throws -> Page {
        await visit.house.places.prepare()
        let (store, organizations) = store(scope, visit)
        let portion = try await database.read { connection in
            try store.portion(
                after: ActivityPosition(visit), limit: Paging.sizeDefault, organizations: organizations,
                words: visit.words, in: connection)
        }
        return ActivityList(visit: visit, scope: scope, filter: store.filter, portion: portion).page
    }

    private func activityTable(_ scope: ActivityScope, _ visit: Visit) async throws -> Answer {
        await visit.house.places.prepare()
        let (store, organizations) = store(scope, visit)
        let bytes = try await database.report { connection in
            var table = ActivityCSV(visit)
            var position = ActivityPosition(before: nil)
            while table.count < ActivityCSV.rowsMax {
                let portion = try store.portion(
                    after: position, limit: min(ActivityCSV.portion, ActivityCSV.rowsMax - table.count),
                    organizations: organizations, words: visit.words, in: connection)
                for entry in portion.entries { table.add(entry) }
                guard let next = portion.next else { break }
                position = ActivityPosition(before: next)
            }
            return table.bytes
        }
        return .bytes(bytes, contentType: "text/csv; charset=utf-8")
            .header("Content-Disposition", "attachment; filename=\"activity.csv\"")
            .header("Cache-Control", "no-store")
    }
}
