import App
import ArgumentParser
import Foundation
import Kernel
import Storage

extension Export {
    struct JournalExport: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "journal", abstract: "Writes the books for accounting programs: hledger or beancount.",
            discussion: """
                With the chart of accounts and every transaction as it was posted. Days are those of the books. Without \
                --from and --to everything is written, and the balances are those of Kontor.
                """)

        @OptionGroup var common: Common

        @Option(help: "hledger or beancount.")
        var format: String

        @Option(help: "The first day, such as 2026-01-01.")
        var from: String?

        @Option(help: "The last day, included.")
        var to: String?

        func run() async throws {
            try await reporting {
                let from = try day(from, "--from")
                let until = try day(to, "--to")
                let database = try Kontor.openExistingDatabase(try common.settings())
                try await Kontor.exportJournal(database, as: format, from: from, until: until) { lines in
                    try FileHandle.standardOutput.write(contentsOf: Data(lines.utf8))
                }
                await database.close()
            }
        }
    }
}

/// A day of an option.
func day(_ text: String?, _ option: String) throws -> Day? {
    guard let text else { return nil }
    guard let day = Day(text) else { throw ValidationError("\(option) is \(text); write a day as 2026-01-31.") }
    return day
}
