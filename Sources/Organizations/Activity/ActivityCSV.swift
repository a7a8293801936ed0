import Documents
import Kernel
import Storage
import Web

/// The log as a table for other programs.
struct ActivityCSV {
    /// More than anybody reads, and little enough to be made while somebody waits.
    static let rowsMax = 50_000
    /// Read at once.
    static let portion = 1000

    let words: Words
    let zone: Zone
    let places: Places
    private var table = CSV()
    private(set) var count = 0

    var bytes: [UInt8] { table.bytes }

    init(_ visit: Visit) {
        words = visit.words
        zone = visit.zone
        places = visit.house.places
        let columns = [
            "when", "person", "on_behalf_of", "organization", "what", "before", "after", "object", "product", "device",
            "address", "country", "request", "event",
        ]
        table.row(columns.map { words("activity_log.column.\($0)") })
    }

    mutating func add(_ entry: ActivityEntry) {
        let sentence = ActivitySentence(entry: entry, words: words)
        let changes = sentence.changes
        let actor = entry.event.actor
        table.row([
            local(entry.recorded.happenedAt), entry.actor ?? "", entry.onBehalfOf ?? "", entry.organization ?? "",
            sentence.text, changes.map { $0.labelled($0.before) }.joined(separator: "; "),
            changes.map { $0.labelled($0.after) }.joined(separator: "; "), entry.object.title,
            entry.product?.title ?? "",
            sentence.device ?? "", entry.address, places.country(of: entry.address).map { words.country($0) } ?? "",
            entry.showsOrigin ? actor.requestID : "", entry.event.name,
        ])
        count += 1
    }

    /// `2026-11-20 09:14:00`: what spreadsheets take for a time.
    private func local(_ instant: Instant) -> String {
        let shifted = instant.adding(.seconds(zone.offsetSeconds(at: instant))).description
        return "\(shifted.prefix(10)) \(shifted.dropFirst(11).prefix(8))"
    }
}
