import Foundation

/// From the start of the process to its first answer, and what it holds when nobody asks.
enum Start {
    static func measure(_ site: Site) async throws -> Table {
        var findings: [Finding] = []
        for place in site.places {
            let directory = try site.folder("start-\(place.rawValue)")
            let address = place == .postgres ? try site.makeDatabase("bench_start") : nil
            let world = try await World.open(directory, address: address)
            _ = try await world.token()
            await world.close()
            findings += try await start(place, directory, address, site)
        }
        return Table(
            title: "Starting and idling",
            explanation:
                "The release build of the program over a database that has the demo people in it; the best of several starts.",
            findings: findings)
    }

    private static let secondsMax = 0.1
    private static let idleMiBMax = 60.0
    private static let settling: Duration = .seconds(3)

    private static func start(
        _ place: Place, _ directory: String, _ address: String?, _ site: Site
    ) async throws -> [Finding] {
        var best = Double.infinity
        var idle = 0.0
        for attempt in 0..<5 {
            let (child, seconds) = try Child.start(
                Site.program("kontor"), ["serve", "--data", directory] + (address.map { ["--database", $0] } ?? []),
                log: "\(directory)/server.log")
            best = min(best, seconds)
            if attempt == 4 {
                try await Task.sleep(for: settling)
                idle = child.residentMiB
            }
            child.stop()
        }
        return [
            Finding(
                what: "start to first answer, \(place.rawValue)", measured: Figure.time(best),
                goal: "≤ \(Figure.time(secondsMax))", isReached: best <= secondsMax),
            Finding(
                what: "resident memory when idle, \(place.rawValue)", measured: "\(Figure.ratio(idle)) MiB",
                goal: "≤ \(Figure.plain(idleMiBMax)) MiB", isReached: idle <= idleMiBMax),
        ]
    }
}
