import App
import ArgumentParser
import Foundation
import Storage

struct Bank: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "What the bank tells of our accounts.", subcommands: [Import.self])

    struct Import: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Reads camt.053 and camt.054 files and books what is new in them; also while Kontor is in use.",
            discussion: """
                A file is taken whole or not at all, and a second time nothing is booked. Stopped on the way, run it again. \
                With --check it only tells what it would do. Exit code 0 when all files were read, 1 when one was refused; the \
                reason names its line.
                """)

        @OptionGroup var common: Common

        @Flag(help: "Read and match only: tell how much finds what it is for, and book nothing.")
        var check = false

        @Argument(help: "Files of the bank.")
        var files: [String]

        func run() async throws {
            try await reporting {
                let settings = try common.settings()
                let house = try await Kontor(settings, logger: try makeLogger(settings))
                var refused = 0
                for path in files {
                    let done = try await check ? house.checkBankFile(path) : house.importBankFile(path)
                    print("\(path): \(done.text)")
                    if done.isRefused { refused += 1 }
                }
                await house.database.close()
                if refused > 0 { throw ExitCode(1) }
            }
        }
    }
}
