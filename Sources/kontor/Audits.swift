import App
import ArgumentParser
import Foundation
import Kernel
import Storage

struct Verify: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Checks that nothing is wrong with what is stored; also while it is in use.",
        subcommands: [Everything.self, AuditOnly.self], defaultSubcommand: Everything.self)

    struct Everything: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "all", abstract: "The books, and the record of events.",
            discussion: "Exit code 0 when all invariants hold, 1 with what is broken when not.")

        @OptionGroup var common: Common

        func run() async throws {
            try await reporting {
                let database = try Kontor.openExistingDatabase(try common.settings())
                let violations = try await Kontor.verify(database)
                await database.close()
                for violation in violations { print(violation) }
                print(violations.isEmpty ? "All invariants hold." : "\(violations.count) invariants are broken.")
                if !violations.isEmpty { throw ExitCode(1) }
            }
        }
    }

    struct AuditOnly: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "audit", abstract: "The chain of sealed events: that none was changed or taken away.",
            discussion: """
                Exit code 0 when the chain holds, 1 with what is broken when not. Note the newest seal elsewhere: as long as \
                a later check finds it, nothing was taken from the end.
                """)

        @OptionGroup var common: Common

        func run() async throws {
            try await reporting {
                let database = try Kontor.openExistingDatabase(try common.settings())
                let report = try await Kontor.verifyAudit(database)
                await database.close()
                for line in report.violations + report.warnings { print(line) }
                let head = report.head.map { ", the newest seal is \($0)" } ?? ""
                print("\(report.events) events in \(report.blocks) blocks\(head).")
                print(report.violations.isEmpty ? "The chain holds." : "The chain is broken.")
                if !report.violations.isEmpty { throw ExitCode(1) }
            }
        }
    }
}

struct Export: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Writes what is stored for other programs.", subcommands: [AuditExport.self, JournalExport.self])

    struct AuditExport: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "audit", abstract: "Writes events and seals as lines of JSON, without personal data.",
            discussion: "With docs/audit.md, anybody can prove the chain from it. Days are those of UTC.")

        @OptionGroup var common: Common

        @Option(help: "The first day, such as 2026-01-01.")
        var from: String?

        @Option(help: "The last day, included.")
        var to: String?

        @Option(help: "The number of an organisation: events of others go along as digests only.")
        var organization: String?

        func run() async throws {
            try await reporting {
                let selection = AuditSelection(
                    from: try day(from, "--from").map { Zone.utc.start(of: $0) },
                    to: try day(to, "--to").map { Zone.utc.start(of: $0.adding(days: 1)) },
                    organization: try number(organization))
                let database = try Kontor.openExistingDatabase(try common.settings())
                try await Kontor.exportAudit(database, selection) { line in
                    try FileHandle.standardOutput.write(contentsOf: Data("\(line)\n".utf8))
                }
                await database.close()
            }
        }

        private func number(_ text: String?) throws -> OrganizationID? {
            guard let text else { return nil }
            guard let id = OrganizationID(text) else {
                throw ValidationError("--organization is not a number: \(text)")
            }
            return id
        }
    }
}
