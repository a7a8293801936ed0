import App
import ArgumentParser
import Foundation
import Kernel
import Logging

@main
struct Command: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "kontor",
        abstract: "The customer console and control plane of a hosting or cloud provider.",
        subcommands: [
            Serve.self, Work.self, Migrate.self, Routes.self, Doctor.self, Verify.self, Export.self, Bank.self,
            Staff.self,
        ], defaultSubcommand: Serve.self)
}

/// What every command takes; each setting has a variable of the environment too (docs/configuration.md).
struct Common: ParsableArguments {
    @Option(help: "Where the key file and the SQLite database are kept.")
    var data: String?

    @Option(help: "A PostgreSQL address, postgres://user@host/database, in place of SQLite.")
    var database: String?

    @Option(name: .customLong("public"), help: "The folder with the stylesheet, the script and the icons.")
    var publicFolder: String?

    func settings() throws(StartError) -> Settings {
        var settings = try Settings()
        if let data { settings.dataDirectory = data }
        if let database { settings.databaseAddress = database }
        if let publicFolder { settings.publicFolder = publicFolder }
        return settings
    }
}

/// Runs a command and turns what keeps it from starting into one line and an exit code.
func reporting(_ body: () async throws -> Void) async throws {
    do {
        try await body()
    } catch let error as StartError {
        FileHandle.standardError.write(Data("kontor: \(error.description)\n".utf8))
        throw ExitCode(error.exitCode)
    } catch let problem as Problem {
        FileHandle.standardError.write(Data("kontor: \(problem.code) (\(problem.word))\n".utf8))
        throw ExitCode(1)
    }
}

func makeLogger(_ settings: Settings) throws(StartError) -> Logger {
    guard let level = Logger.Level(rawValue: settings.logLevel) else {
        throw .configuration("KONTOR_LOG_LEVEL is none of trace, debug, info, notice, warning, error, critical.")
    }
    LoggingSystem.bootstrap { label in
        var handler = StreamLogHandler.standardError(label: label)
        handler.logLevel = level
        return handler
    }
    return Logger(label: "kontor")
}
