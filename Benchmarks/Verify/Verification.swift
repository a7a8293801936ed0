import Access
import Foundation

/// All invariants over a long journal: how long the program takes, and what it holds in memory.
enum Verification {
    private static let secondsMax = 30.0
    /// Ten times as many transactions may not take noticeably more memory.
    private static let memoryRatioMax = 1.25
    private static let counts = [100_000, 1_000_000]

    static func measure(_ site: Site) async throws -> Table {
        var findings: [Finding] = []
        for place in site.places { findings += try await measure(place, site) }
        return Table(
            title: "Verifying the books",
            explanation: """
                `kontor verify` over a journal of invoices, of which half are paid by transfer and half from prepaid that was topped \
                up by transfer, with their documents, lines, terms, payments and bank entries; written in bulk, as the rules would take an \
                hour. The whole run of the program counts. Memory is the most that the program held; PostgreSQL's own is not in it. \
                Raw of the memory: that over a tenth of the transactions. Raw of the time: every posting read once by the database alone, \
                for the sums of the accounts.
                """, findings: findings)
    }

    private static func measure(_ place: Place, _ site: Site) async throws -> [Finding] {
        let copy = Copy(place: place, name: "bench_verify_\(place)", site: site)
        let world = try await copy.open()
        let customers = try await world.customers(Journal.customersCount).map(\.organization)
        await world.close()
        let journal = try Journal(copy, customers)
        var findings: [Finding] = []
        var smaller = 0.0
        for count in counts {
            try journal.grow(to: count)
            let sums = try await Measure.seconds { try journal.sum() }
            let run = try Child.run(
                Site.program("kontor"),
                ["verify", "--data", copy.directory] + (copy.address.map { ["--database", $0] } ?? []),
                log: site.path("verify.log"))
            guard run.status == 0 else { throw BenchError("The books are wrong: \(run.text.prefix(1_000))") }
            let isWhole = count == counts.last
            let name = "\(place.rawValue), \(Figure.count(Double(count))) transactions"
            findings.append(
                Finding(
                    what: name, measured: Figure.time(run.seconds), raw: Figure.time(sums),
                    ratio: Figure.ratio(run.seconds / sums), goal: isWhole ? "≤ \(Figure.time(secondsMax))" : "",
                    isReached: isWhole ? run.seconds <= secondsMax : nil))
            let ratio = run.peakMiB / smaller
            findings.append(
                Finding(
                    what: "the same, memory", measured: "\(Figure.count(run.peakMiB)) MiB",
                    raw: isWhole ? "\(Figure.count(smaller)) MiB" : "", ratio: isWhole ? Figure.ratio(ratio) : "",
                    goal: isWhole ? "≤ \(Figure.plain(memoryRatioMax))" : "",
                    isReached: isWhole ? ratio <= memoryRatioMax : nil))
            smaller = run.peakMiB
        }
        journal.close()
        return findings
    }
}
