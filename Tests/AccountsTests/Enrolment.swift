import Foundation
import Kernel
import Storage
import TestSupport
import Testing

@testable import Accounts

/// An authenticator app in the hands of a test, and the sheet of backup codes that came with it.
struct Enrolment: Sendable {
    let totp: TOTP
    let codes: [String]

    static func codes(on screen: Screen) -> [String] {
        screen.text.matches(of: #/name="codes" value="([^"]+)"/#).map { String($0.1) }
    }

    /// Reads the key that the page shows, as the app would.
    static func totp(on screen: Screen) throws -> TOTP {
        let match = try #require(screen.text.firstMatch(of: #/data-value="([A-Z2-7]{32})"/#))
        var bytes: [UInt8] = []
        var buffer = 0
        var bits = 0
        for character in match.1.utf8 {
            let value = try #require(Base32.standard.firstIndex(of: character))
            buffer = (buffer << 5 | value) & 0xFFFF
            bits += 5
            if bits >= 8 {
                bits -= 8
                bytes.append(UInt8(truncatingIfNeeded: buffer >> bits))
            }
        }
        return TOTP(secret: bytes)
    }
}

extension TestWorld {
    /// The code that the app shows now.
    func code(_ totp: TOTP) -> String { totp.code(at: TOTP.step(at: clock.now)) }

    /// A code of the app that was not used yet: the next one, once it is there.
    func freshCode(_ totp: TOTP) -> String {
        clock.advance(.seconds(30))
        return code(totp)
    }

    /// Switches the second step on by its pages.
    func enrol(_ browser: TestBrowser) async throws -> Enrolment {
        let start = try await browser.submit(await browser.get("/security/second-factor"), "/security/second-factor")
        let page = try await browser.follow(start)
        let totp = try Enrolment.totp(on: page)
        let sheet = try await browser.submit(page, "/security/second-factor/app", ["code": code(totp)])
        #expect(sheet.status == 200)
        let codes = Enrolment.codes(on: sheet)
        #expect(codes.count == 10)
        return Enrolment(totp: totp, codes: codes)
    }

    /// Types the password, and answers the page of the second step.
    func passwordStep(_ browser: TestBrowser, _ login: String) async throws -> Screen {
        let answer = try await browser.signIn(login)
        #expect(answer.location?.hasPrefix("/sign-in/") == true)
        #expect(answer.cookies.allSatisfy { $0.name != "kontor-session" })
        return try await browser.follow(answer)
    }
}
