import App
import Billing
import Foundation
import Kernel
import Storage

/// A file of the bank with many thousand entries: read and matched, and then booked.
enum BankImports {
    private static let rateMin = 10_000.0
    private static let turnsCount = 3

    static func measure(_ site: Site) async throws -> Table {
        var findings: [Finding] = []
        for place in site.places { findings += try await measure(place, site) }
        return Table(
            title: "The bank's file",
            explanation: """
                A camt.053 of \(Figure.count(Double(BankStatement.entriesCount))) entries for \(BankStatement.customersCount) \
                organisations: of ten, \(BankStatement.invoicesOfTen) pay an open invoice by its reference, \
                \(BankStatement.topUpsOfTen) come with the standing reference of a prepaid account (each with its receipt), one names an \
                invoice in its text, one has a reference that nobody knows. Matched: the file is read through, and it is found which \
                entries are new and what each is for (`kontor bank import --check`). Booked: the whole import, from reading the file to \
                the last commit; raw: the same rows by the bare driver, 500 in a statement, all in one transaction. In turns, the \
                middle one counts.
                """, findings: findings)
    }

    private static func measure(_ place: Place, _ site: Site) async throws -> [Finding] {
        let start = Copy(place: place, name: "bench_bank_\(place)", site: site)
        let path = site.path("bench-\(place).xml")
        let world = try await start.open()
        try await BankStatement(of: world).write(to: path)
        await world.close()
        let statements = try await record(try start.copied("bench_bank_recorded"), path)

        var turns: [(ours: Double, raw: Double)] = []
        var matched: [Double] = []
        var again = 0.0
        for _ in 0..<turnsCount {
            let (write, close) = try start.copied("bench_bank_raw").bare()
            let raw = try await Measure.seconds { try write(statements) }
            close()
            let ours = try await start.copied("bench_bank_ours").open()
            matched.append(rate(try await Measure.seconds { try await check(match(path, ours)) }))
            let seconds = try await Measure.seconds { try await check(book(path, ours)) }
            again = try await Measure.seconds {
                let done = try await book(path, ours)
                guard done.counts.known == BankStatement.entriesCount else {
                    throw BenchError("A file was booked twice.")
                }
            }
            await ours.close()
            turns.append((rate(seconds), rate(raw)))
        }
        let middle = matched.sorted()[turnsCount / 2]
        return [
            Finding(
                what: "\(place.rawValue), read and matched", measured: "\(Figure.count(middle))/s",
                goal: "≥ \(Figure.count(rateMin))/s", isReached: middle >= rateMin),
            Finding.turns("\(place.rawValue), everything booked", turns, "", hasRawInside: false),
            Finding.rate("\(place.rawValue), the same file again: nothing is new", rate(again)),
        ] + (place == .sqlite ? [try await reading(path)] : [])
    }

    private static func reading(_ path: String) async throws -> Finding {
        let seconds = try await Measure.perCall {
            let reader = try CamtReader(path: path)
            while try reader.next() != nil {}
        }
        return .rate("reading the file alone, by the processor's time", rate(seconds))
    }

    private static func rate(_ seconds: Double) -> Double { Double(BankStatement.entriesCount) / seconds }

    private static func book(_ path: String, _ world: World) async throws -> BankImport {
        try await world.kontor.payments.importBankFile(BankFile(name: "bench.xml", .path(path)), by: .system)
    }

    private static func match(_ path: String, _ world: World) async throws -> BankForecast {
        try await world.kontor.payments.checkBankFile(BankFile(name: "bench.xml", .path(path)))
    }

    private static func check(_ told: BankForecast) throws {
        let unknown = BankStatement.entriesCount / 10
        guard told.counts.posted == BankStatement.entriesCount - unknown, told.counts.unidentified == unknown else {
            throw BenchError("The file was not matched as it was meant: \(told.counts.summary) \(told.refusal)")
        }
    }

    private static func check(_ done: BankImport) throws {
        let unknown = BankStatement.entriesCount / 10
        guard done.counts.posted == BankStatement.entriesCount - unknown, done.counts.unidentified == unknown else {
            throw BenchError("The file was not booked as it was meant: \(done.counts.summary) \(done.refusal)")
        }
    }

    /// What the bare driver has to write for the same.
    private static func record(_ copy: Copy, _ path: String) async throws -> [SQL] {
        let world = try await copy.open()
        let before = try await world.kontor.database.report { try WrittenRows($0) }
        try check(try await book(path, world))
        let after = try await world.kontor.database.report { try WrittenRows($0) }
        let broken = try await world.kontor.database.report { try verifyBooks($0) }
        if let first = broken.first { throw BenchError("The books are wrong: \(first)") }
        await world.close()
        return after.statements(since: before)
    }
}
