import App
import Billing
import Foundation
import Kernel
import Storage
import TestSupport
import Testing

/// What keeps Kontor from starting: one line for the person, and the exit code of `sysexits.h`.
@Suite("Starting")
struct StartTests {
    private static func trouble(_ change: (inout Settings, _ folder: String) async throws -> Void) async throws
        -> StartError?
    {
        let folder = URL(filePath: NSTemporaryDirectory()).appending(path: "kontor-start-\(UUID().uuidString)").path
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        var settings = try TestWorld.settings()
        settings.dataDirectory = folder
        try await change(&settings, folder)
        do throws(StartError) {
            let house = try await Kontor(settings, logger: .silent)
            await house.database.close()
            return nil
        } catch {
            return error
        }
    }

    @Test("With nothing wrong it starts, twice in the same folder")
    func starts() async throws {
        let error = try await StartTests.trouble { settings, folder in
            let house = try await Kontor(settings, logger: .silent)
            await house.database.close()
            let mode = try FileManager.default.attributesOfItem(atPath: "\(folder)/kontor.key")[.posixPermissions]
            #expect(mode as? Int == 0o600)
        }
        #expect(error == nil)
    }

    @Test("A schema of a newer version: 65, and which steps are unknown")
    func newerSchema() async throws {
        let error = try await StartTests.trouble { settings, folder in
            let database = try Kontor.openDatabase(settings)
            let future = Migration("zz-from-the-future", "CREATE TABLE hover_board (id IDENTITY);")
            try await database.migrate(Kontor.migrations + [future], at: machineNow())
            await database.close()
        }
        #expect(error?.exitCode == 65)
        #expect(error?.description.contains("zz-from-the-future") == true)
    }

    @Test("A data directory that cannot be made: 73")
    func unwritable() async throws {
        let error = try await StartTests.trouble { settings, folder in
            let file = "\(folder)/file"
            #expect(FileManager.default.createFile(atPath: file, contents: Data()))
            settings.dataDirectory = "\(file)/below"
        }
        #expect(error?.exitCode == 73)
        #expect(error?.description.contains("--data") == true)
    }

    @Test("A key file of another length: 65")
    func brokenKey() async throws {
        let error = try await StartTests.trouble { settings, folder in
            #expect(FileManager.default.createFile(atPath: "\(folder)/kontor.key", contents: Data("short".utf8)))
        }
        #expect(error?.exitCode == 65)
    }

    @Test("A catalogue that cannot be sold from: 78, and where in it")
    func brokenCatalogue() async throws {
        let error = try await StartTests.trouble { settings, folder in
            #expect(
                FileManager.default.createFile(
                    atPath: "\(folder)/catalogue.json", contents: Data(#"{"types": []}"#.utf8)))
        }
        #expect(error?.exitCode == 78)
        #expect(error?.description.contains("types is empty") == true)
    }

    @Test(
        "Days of reminders rise within a year, or there are none; else 78",
        arguments: [
            ("10, 20, 30", [10, 20, 30]), ("7", [7]), ("", []), (" , ", []), ("20, 10", nil), ("0", nil), ("366", nil),
            ("ten", nil), ("10; 20", nil), ("-1", nil), ("1,2,3,4,5,6,7,8,9,10,11", nil),
        ] as [(String, [Int]?)])
    func reminderDays(_ text: String, _ days: [Int]?) throws {
        guard days == nil else {
            #expect(try Settings.reminders(text).days == days)
            return
        }
        let error = #expect(throws: StartError.self) { try Settings.reminders(text) }
        #expect(error?.exitCode == 78 && error?.description.contains("KONTOR_REMINDER_DAYS") == true)
    }

    @Test("Passwords below the floor: 78")
    func weakPasswords() async throws {
        let error = try await StartTests.trouble { settings, _ in
            settings.passwordMemoryKiB = 19_456
            settings.passwordIterations = 1
        }
        #expect(error?.exitCode == 78)
    }

    @Test("An address of another kind of database: 78")
    func otherDatabase() async throws {
        let error = try await StartTests.trouble { settings, folder in
            settings.databaseAddress = "mysql://host/database"
        }
        #expect(error?.exitCode == 78)
    }

    @Test("A database that does not answer: 69")
    func noDatabase() async throws {
        let error = try await StartTests.trouble { settings, _ in
            settings.databaseAddress = "postgres://nobody@127.0.0.1:1/nothing"
        }
        #expect(error?.exitCode == 69)
    }

    @Test("A mode that there is not: 78")
    func unknownMode() async {
        await #expect(processExitsWith: .exitCode(78)) {
            setenv("KONTOR_MODE", "staging", 1)
            do throws(StartError) { _ = try Settings() } catch { exit(error.exitCode) }
        }
    }

    @Test("A port that is no number: 78")
    func unreadablePort() async {
        await #expect(processExitsWith: .exitCode(78)) {
            setenv("KONTOR_PORT", "http", 1)
            do throws(StartError) { _ = try Settings() } catch { exit(error.exitCode) }
        }
    }

    @Test("Production wants an address, a relay and an operator")
    func production() async throws {
        try await TestWorld.with(.sqlite, mode: .production) { world in
            let error = await #expect(throws: StartError.self) { try await world.house.checkProduction() }
            #expect(error?.exitCode == 78)
            #expect(error?.description.contains("https://") == true)
        }
    }
}
