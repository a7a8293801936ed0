import Access
import App
import ArgumentParser
import Foundation
import Logging
import Storage
import Web

struct Migrate: AsyncParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Brings the database's schema up to date.")

    @OptionGroup var common: Common

    func run() async throws {
        try await reporting {
            let settings = try common.settings()
            _ = try await Kontor(settings, logger: try makeLogger(settings))
            print("The schema is up to date (\(Kontor.migrations.count) steps).")
        }
    }
}

struct Routes: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Prints every route with its door, its right, and whether it asks again who is there.")

    @OptionGroup var common: Common

    func run() async throws {
        try await reporting {
            for route in try await Kontor.table(try common.settings()) {
                print(
                    [
                        route.method.padding(toLength: 7, withPad: " ", startingAt: 0),
                        route.path.padding(toLength: 62, withPad: " ", startingAt: 0),
                        route.door.rawValue.padding(toLength: 13, withPad: " ", startingAt: 0),
                        [route.right, route.isConfirmed ? "(password again)" : nil].compactMap { $0 }
                            .joined(separator: " "),
                    ].joined(separator: " "))
            }
        }
    }
}

struct Doctor: AsyncParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Says what this installation has and lacks.")

    @OptionGroup var common: Common

    func run() async throws {
        try await reporting {
            let findings = await Kontor.examine(try common.settings())
            for finding in findings { print("\(finding.isFine ? "ok     " : "missing") \(finding.text)") }
            if findings.contains(where: { !$0.isFine }) { throw ExitCode(1) }
        }
    }
}

struct Staff: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "The people who run this installation.", subcommands: [Add.self])

    struct Add: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Invites an operator: prints the link with which they make their account.")

        @OptionGroup var common: Common

        @Argument(help: "Their e-mail address.")
        var address: String

        func run() async throws {
            try await reporting {
                let settings = try common.settings()
                print(try await Kontor(settings, logger: try makeLogger(settings)).inviteStaff(address))
            }
        }
    }
}
