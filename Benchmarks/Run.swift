import ArgumentParser
import Foundation

/// All benchmarks, or those that are named.
struct Run: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Runs the benchmarks and prints their tables.",
        discussion:
            "Parts: pages, http, sign-in, commits, payments, bank, verify, rights, paper, start. All of them unless some are named."
    )

    enum Part: String, CaseIterable, ExpressibleByArgument {
        case pages, http
        case signIn = "sign-in"
        case commits, payments, bank, verify, rights, paper, start
    }

    @Argument(help: "Which parts to run.")
    var parts: [Part] = []

    @Option(help: "Writes the same tables as Markdown into this file.")
    var markdown: String?

    @Option(help: "How long each measurement under load takes.")
    var seconds: Int = 4

    @Flag(help: "Leaves PostgreSQL out.")
    var noPostgres = false

    func run() async throws {
        let wanted = Set(parts.isEmpty ? Part.allCases : parts)
        let site = try Site(hasPostgres: !noPostgres, seconds: seconds)
        var report = Report(machine: Machine.description)
        defer { site.close() }
        print(report.machine)
        for part in Part.allCases where wanted.contains(part) {
            for table in try await tables(of: part, site) {
                print("\n\(table.text)")
                fflush(nil)
                report.tables.append(table)
            }
        }
        print("\n\(report.verdict)")
        if let markdown { try report.markdown.write(toFile: markdown, atomically: true, encoding: .utf8) }
    }

    private func tables(of part: Part, _ site: Site) async throws -> [Table] {
        switch part {
        case .pages: [try await Pages.measure(site)]
        case .http: [try await Requests.measure(site)]
        case .signIn: [try await SignIns.measure(site)]
        case .commits: [try await Commits.measure(site)]
        case .payments: [try await PaymentCommits.measure(site)]
        case .bank: [try await BankImports.measure(site)]
        case .verify: [try await Verification.measure(site)]
        case .rights: try await Rights.measure(site)
        case .paper: [try await Papers.measure(site)]
        case .start: [try await Start.measure(site)]
        }
    }
}
