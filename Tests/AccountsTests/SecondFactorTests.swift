import Foundation
import Kernel
import Storage
import TestSupport
import Testing

@testable import Accounts

@Suite("The second factor")
struct SecondFactorTests {
    @Test("It counts once a code is proved, and not before", arguments: DatabaseKind.allCases)
    func enrolment(_ kind: DatabaseKind) async throws {
        try await TestWorld.with(kind) { world in
            let marie = try await world.founder()
            let browser = try await world.browser(for: marie)
            #expect(await browser.get("/security").text.contains("Only the password protects your account."))
            let page = try await browser.follow(
                try await browser.submit(await browser.get("/security/second-factor"), "/security/second-factor"))
            #expect(page.text.contains("<svg class=\"qr\""))
            let totp = try Enrolment.totp(on: page)
            let wrong = world.code(totp) == "000000" ? "111111" : "000000"
            let refused = try await browser.submit(page, "/security/second-factor/app", ["code": wrong])
            #expect(refused.status == 422)
            #expect(try Enrolment.totp(on: refused).secret == totp.secret)
            // Another browser needs no second step yet.
            #expect(try await world.browser().signIn(marie.login).location == "/")
            let sheet = try await browser.submit(page, "/security/second-factor/app", ["code": world.code(totp)])
            #expect(Enrolment.codes(on: sheet).count == 10)
            #expect(sheet.header("cache-control") == "no-store")
            #expect(await browser.get("/security").text.contains("A code of your authenticator app is asked for"))
            let subjects = try await world.mails(to: marie.login).map(\.subject)
            #expect(subjects.contains("Two-step sign-in is on"))
            // The second click shows no codes and makes no others.
            let again = try await browser.submit(page, "/security/second-factor/app", ["code": world.code(totp)])
            #expect(again.location == "/security/second-factor")
            let state = await browser.get("/security/second-factor")
            #expect(Enrolment.codes(on: state).isEmpty)
            #expect(state.text.contains("10 backup codes are left."))
            #expect(try await world.eventNames().count { $0 == "SecondFactorAdded" } == 1)
            // A new start does not touch what is in use.
            await browser.post("/security/second-factor")
            #expect(try await world.passwordStep(world.browser(), marie.login).status == 200)
        }
    }

    @Test("A key that lay on a screen for an hour is not taken any more", arguments: DatabaseKind.allCases)
    func expiry(_ kind: DatabaseKind) async throws {
        try await TestWorld.with(kind) { world in
            let marie = try await world.founder()
            let browser = try await world.browser(for: marie)
            await browser.get("/security/second-factor")
            let page = try await browser.follow(await browser.post("/security/second-factor"))
            let totp = try Enrolment.totp(on: page)
            world.clock.advance(.hours(1))
            let late = try await browser.submit(
                page, "/security/second-factor/app",
                ["code": world.code(totp), "confirm_password": TestWorld.password])
            #expect(late.status == 410)
            #expect(!late.text.contains("class=\"qr\""))
            let fresh = try await browser.follow(await browser.post("/security/second-factor"))
            #expect(try Enrolment.totp(on: fresh).secret != totp.secret)
        }
    }

    @Test("Neither key nor codes can be read from the database or the log", arguments: DatabaseKind.allCases)
    func sealed(_ kind: DatabaseKind) async throws {
        try await TestWorld.with(kind) { world in
            let marie = try await world.founder()
            let enrolment = try await world.enrol(try await world.browser(for: marie))
            let row = try await world.database.read { connection -> (secret: [UInt8], hashes: [[UInt8]]) in
                let secret: [UInt8] = try #require(try connection.row("SELECT secret FROM totp"))["secret"]
                return (secret, try connection.rows("SELECT code_hash FROM backup_code").map { try $0["code_hash"] })
            }
            #expect(row.secret.count == TOTP.secretBytes + 28)
            #expect(!Data(row.secret).contains(Data(enrolment.totp.secret)))
            let codes = enrolment.codes.compactMap(BackupCode.init(typed:))
            #expect(Set(row.hashes) == Set(codes.map(\.hash)))
            for code in enrolment.codes + [enrolment.totp.key] {
                #expect(try await world.count("SELECT id FROM event WHERE payload LIKE \("%\(code)%")") == 0)
            }
        }
    }

    @Test("It is removed with password and code, and told to the owner", arguments: DatabaseKind.allCases)
    func removal(_ kind: DatabaseKind) async throws {
        try await TestWorld.with(kind) { world in
            let marie = try await world.founder()
            let browser = try await world.browser(for: marie)
            let enrolment = try await world.enrol(browser)
            func remove(_ password: String, _ code: String) async throws -> Screen {
                try await browser.submit(
                    await browser.get("/security/second-factor/removal"), "/security/second-factor/removal",
                    ["password": password, "code": code])
            }
            let code = world.freshCode(enrolment.totp)
            for (password, code, field) in [
                ("", code, "password"), ("not my password", code, "password"), (TestWorld.password, "", "code"),
                (TestWorld.password, "12345", "code"),
            ] {
                let refused = try await remove(password, code)
                #expect(refused.status == 422)
                #expect(refused.text.contains("href=\"#\(field)\""))
                #expect(!refused.text.contains(TestWorld.password))
            }
            #expect(try await remove(TestWorld.password, code).status == 303)
            #expect(try await world.count("SELECT id FROM totp") == 0)
            #expect(try await world.count("SELECT person_id FROM backup_code") == 0)
            #expect(try await world.browser().signIn(marie.login).location == "/")
            let subjects = try await world.mails(to: marie.login).map(\.subject)
            #expect(subjects.contains("Two-step sign-in is off"))
            #expect(await browser.get("/security/second-factor/removal").status == 404)
            #expect(await browser.post("/security/second-factor/removal").status == 303)
        }
    }

    @Test("A short password, good enough beside a second factor, is not left alone", arguments: DatabaseKind.allCases)
    func shortPassword(_ kind: DatabaseKind) async throws {
        try await TestWorld.with(kind) { world in
            let marie = try await world.founder()
            let browser = try await world.browser(for: marie)
            let short = "ten zebus"
            func change() async throws -> Screen {
                try await browser.submit(
                    await browser.get("/security/password"), "/security/password",
                    ["current_password": TestWorld.password, "password": short])
            }
            #expect(try await change().status == 422)
            let enrolment = try await world.enrol(browser)
            #expect(await browser.get("/security/password").text.contains("At least 8 characters"))
            #expect(try await change().status == 303)
            let refused = try await browser.submit(
                await browser.get("/security/second-factor/removal"), "/security/second-factor/removal",
                ["password": short, "code": world.freshCode(enrolment.totp)])
            #expect(refused.status == 422)
            #expect(refused.text.contains("Without a second step this password is too weak."))
            #expect(try await world.count("SELECT id FROM totp") == 1)
        }
    }

    @Test(
        "New codes void the former ones; the file holds only codes that open this account",
        arguments: DatabaseKind.allCases)
    func renewal(_ kind: DatabaseKind) async throws {
        try await TestWorld.with(kind) { world in
            let marie = try await world.founder()
            let browser = try await world.browser(for: marie)
            let enrolment = try await world.enrol(browser)
            let sheet = try await browser.submit(
                await browser.get("/security/second-factor/backup-codes"), "/security/second-factor/backup-codes",
                ["password": TestWorld.password, "code": world.freshCode(enrolment.totp)])
            let codes = Enrolment.codes(on: sheet)
            #expect(codes.count == 10)
            #expect(Set(codes).isDisjoint(with: enrolment.codes))
            let path = "/security/second-factor/backup-codes/file"
            let file = await browser.post(path, ["codes": codes[0]])
            #expect(file.header("content-disposition") == "attachment; filename=\"backup-codes.txt\"")
            #expect(file.header("cache-control") == "no-store")
            #expect(file.text.contains(codes[0]))
            #expect(await browser.post(path, ["codes": enrolment.codes[0]]).status == 404)
            #expect(await browser.post(path).status == 404)
            let other = world.browser()
            let step = try await world.passwordStep(other, marie.login)
            let old = try await other.submit(step, nil, ["code": enrolment.codes[0]])
            #expect(old.status == 422)
            #expect(try await other.submit(step, nil, ["code": codes[0]]).status == 303)
            let subjects = try await world.mails(to: marie.login).map(\.subject)
            #expect(subjects.contains("New backup codes were made"))
        }
    }
}
