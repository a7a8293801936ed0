import App
import ArgumentParser
import Demo
import Foundation

struct Serve: AsyncParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Answers requests and does what falls due.")

    @OptionGroup var common: Common

    @Option(help: "The address to listen on.")
    var host: String?

    @Option(help: "The port to listen on; 0 for one that is free.")
    var port: Int?

    @Flag(help: "Leave the demo people out of a new sandbox.")
    var noDemo = false

    func run() async throws {
        try await reporting {
            var settings = try common.settings()
            if let host { settings.host = host }
            if let port { settings.port = port }
            if noDemo { settings.hasDemo = false }
            let logger = try makeLogger(settings)
            let house = try await Kontor(settings, logger: logger)
            try await house.checkProduction()
            let demo = try await house.demoToken()
            try await house.serve(logger: logger) { address in
                print("Kontor listens at \(address)")
                if let demo {
                    print("Demo people, password \"\(demo.password)\":")
                    for person in demo.people {
                        print("  \(person.login.padding(toLength: 30, withPad: " ", startingAt: 0)) \(person.who)")
                    }
                    print("Demo API token: \(demo.token)")
                    print("What goes out by mail is at \(address)/sandbox")
                }
                fflush(nil)
            }
        }
    }
}

struct Work: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Does what falls due, without answering requests: one of several over one PostgreSQL.")

    @OptionGroup var common: Common

    func run() async throws {
        try await reporting {
            let settings = try common.settings()
            let logger = try makeLogger(settings)
            try await Kontor(settings, logger: logger).work(logger: logger)
        }
    }
}
