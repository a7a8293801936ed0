import Delivery
import Kernel
import Storage
import Web

extension Support {
    /// What was given up on its way out, and the button that tries again.
    func openParked(_ doors: Doors) {
        doors.staff.get("parked") { visit in
            let (deliveries, events) = try await database.read { connection in
                (
                    try connection.parkedDeliveries(limit: Support.parkedMax),
                    try connection.parkedEvents(limit: Support.parkedMax)
                )
            }
            return .page(page(visit, deliveries, events))
        }
        doors.staff.post("parked/deliveries/{delivery}") { visit, _ in
            let id: DeliveryID = try visit.visit.id("delivery")
            let isTaken = try await database.write { connection in
                guard try connection.unparkDelivery(id, at: visit.now) else { return false }
                try connection.announce(
                    Event("DeliveryRetried", by: visit.actor, subject: "delivery", id.rawValue), at: visit.now)
                return true
            }
            return .redirect("/staff/parked", notice: isTaken ? "support.retried" : "support.not_parked")
        }
        doors.staff.post("parked/events/{event}") { visit, _ in
            let id: EventID = try visit.visit.id("event")
            let isTaken = try await database.write { connection in
                guard try connection.unparkEvent(id, at: visit.now) else { return false }
                try connection.announce(
                    Event("EventRetried", by: visit.actor, subject: "event", id.rawValue), at: visit.now)
                return true
            }
            return .redirect("/staff/parked", notice: isTaken ? "support.retried" : "support.not_parked")
        }
    }

    /// The oldest; when these are dealt with, the next come up.
    private static let parkedMax = 100

    private func page(_ visit: SignedInVisit, _ deliveries: [ParkedDelivery], _ events: [ParkedEvent]) -> Page {
        let words = visit.words
        let rows =
            deliveries.map { delivery in
                row(
                    visit, "\(delivery.event), \(delivery.target)", delivery.lastError, delivery.attempts,
                    delivery.createdAt, "/staff/parked/deliveries/\(delivery.id)")
            }
            + events.map { event in
                row(
                    visit, event.name, event.lastError, event.attempts, event.happenedAt,
                    "/staff/parked/events/\(event.id)")
            }
        return Page(
            title: words("support.parked"), current: "staff",
            body: """
                \(crumbs(words, [(words("support.desk"), "/staff"), (words("support.parked"), nil)]))
                \(pageHead(words("support.parked"), words("support.parked.lead")))
                \(rows.isEmpty
                    ? panel(emptyState(icon: "check", words("support.parked.none")))
                    : panel(
                        isFlush: true,
                        """
                        <table class="table"><caption class="vh">\(words("support.parked"))</caption>
                        <thead><tr><th scope="col">\(words("support.parked.what"))</th>\
                        <th scope="col">\(words("support.parked.since"))</th>\
                        <th scope="col" class="num">\(words("support.parked.attempts"))</th>\
                        <th scope="col"><span class="vh">\(words("support.parked.retry"))</span></th></tr></thead>
                        <tbody>\(rows)</tbody></table>
                        """))
                """)
    }

    private func row(
        _ visit: SignedInVisit, _ what: String, _ error: String, _ attempts: Int, _ since: Instant, _ link: Link
    ) -> HTML {
        let words = visit.words
        return """
            <tr><th scope="row">\(what)<small>\(error)</small></th>
            <td class="date" data-label="\(words("support.parked.since"))">\(words.moment(since, in: visit.zone))</td>
            <td class="num" data-label="\(words("support.parked.attempts"))">\(String(attempts))</td>
            <td class="act"><form method="post" action="\(link)">\(visit.visit.formFields)\
            <button class="btn quiet">\(icon("refresh"))\(words("support.parked.retry"))<span class="vh"> \(what)</span></button>\
            </form></td></tr>
            """
    }
}
