import Documents
import Foundation
import Kernel
import Testing
import Web

@testable import Accounts

@Suite("Codes by time")
struct TOTPTests {
    private static let totp = TOTP(secret: Array("12345678901234567890".utf8))

    private func at(_ seconds: Int64) -> Instant { Instant(epochSeconds: seconds) }

    @Test(
        "The codes are those of RFC 6238, appendix B, in six digits",
        arguments: [
            (59, "287082"), (1_111_111_109, "081804"), (1_111_111_111, "050471"), (1_234_567_890, "005924"),
            (2_000_000_000, "279037"), (20_000_000_000, "353130"),
        ] as [(Int64, String)])
    func appendixB(_ seconds: Int64, _ code: String) {
        #expect(Self.totp.code(at: TOTP.step(at: at(seconds))) == code)
        #expect(Self.totp.step(of: code, at: at(seconds)) == seconds / 30)
    }

    @Test("The codes are those of RFC 4226, appendix D")
    func appendixD() {
        let codes = [
            "755224", "287082", "359152", "969429", "338314", "254676", "287922", "162583", "399871", "520489",
        ]
        #expect((0..<10).map { Self.totp.code(at: $0) } == codes)
    }

    @Test(
        "The current step counts and the one before, no other",
        arguments: [(0, true), (-1, true), (1, false), (-2, false)] as [(Int64, Bool)])
    func window(_ offset: Int64, _ isAccepted: Bool) {
        let now = at(1_000_000_020)
        let step = TOTP.step(at: now) + offset
        #expect(Self.totp.step(of: Self.totp.code(at: step), at: now) == (isAccepted ? step : nil))
    }

    @Test("What is not six digits is no code", arguments: ["", "28708", "2870820", "94287082", "28708a", "２８７０８２"])
    func malformed(_ code: String) {
        #expect(Self.totp.step(of: code, at: at(59)) == nil)
    }

    @Test("The app is told everything it needs")
    func address() {
        #expect(
            Self.totp.address(login: "marie@one.example", provider: "Kontor & Co")
                == "otpauth://totp/Kontor%20%26%20Co:marie%40one.example?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"
                + "&issuer=Kontor%20%26%20Co&algorithm=SHA1&digits=6&period=30")
        #expect("\(Self.totp)" == "•••")
    }

    @Test(
        "Base 32 is that of RFC 4648, section 10, without padding",
        arguments: [
            ("", ""), ("f", "MY"), ("fo", "MZXQ"), ("foo", "MZXW6"), ("foob", "MZXW6YQ"), ("fooba", "MZXW6YTB"),
            ("foobar", "MZXW6YTBOI"),
        ])
    func base32(_ text: String, _ encoded: String) {
        #expect(Base32.encode(Array(text.utf8), Base32.standard) == encoded)
    }

    @Test("The QR code has its three finders and its timing lines, and draws every dark module once")
    func drawing() throws {
        let code = try #require(QRCode(Self.totp.address(login: "marie@one.example", provider: "Kontor")))
        let modules = code.modules
        let side = modules.count
        #expect((side - 17) % 4 == 0)
        let finder = ["1111111", "1000001", "1011101", "1011101", "1011101", "1000001", "1111111"]
        for (row, column) in [(0, 0), (0, side - 7), (side - 7, 0)] {
            let found = (row..<row + 7).map { row in
                String(modules[row][column..<column + 7].map { $0 ? "1" as Character : "0" })
            }
            #expect(found == finder)
        }
        for index in 8..<side - 8 {
            #expect(modules[6][index] == index.isMultiple(of: 2))
            #expect(modules[index][6] == index.isMultiple(of: 2))
        }
        let drawing = code.drawing(label: "A <label>").text
        var drawn = Array(repeating: Array(repeating: false, count: side), count: side)
        for run in drawing.matches(of: #/M(\d+) (\d+)h(\d+)v1h-(\d+)z/#) {
            let column = try #require(Int(run.1)) - 4
            let row = try #require(Int(run.2)) - 4
            let length = try #require(Int(run.3))
            #expect(run.3 == run.4)
            for index in column..<column + length {
                #expect(!drawn[row][index])
                drawn[row][index] = true
            }
        }
        #expect(drawn == modules)
        #expect(drawing.contains("aria-label=\"A &lt;label&gt;\""))
        #expect(QRCode(String(repeating: "a", count: 4000)) == nil)
    }
}

@Suite("Backup codes on paper")
struct BackupCodeTests {
    private static let code = BackupCode((0..<15).map { UInt8($0 * 17) })

    @Test("24 characters in groups, without those that are misread")
    func shown() {
        let shown = Self.code.shown
        #expect(shown.split(separator: "-").map(\.count) == [4, 4, 4, 4, 4, 4])
        #expect(shown.allSatisfy { !"ILOUilou".contains($0) })
        #expect("\(Self.code)" == "•••")
    }

    @Test("A sheet has ten, all different")
    func sheet() {
        let codes = BackupCode.sheet(Surroundings.machine.random)
        #expect(codes.count == 10)
        #expect(Set(codes).count == 10)
    }

    @Test("It is read as people type it")
    func typed() {
        let code = BackupCode(Array(repeating: 0, count: 14) + [1])
        #expect(code.shown == "0000-0000-0000-0000-0000-0001")
        for typed in [
            "000000000000000000000001", " 0000 0000 0000 0000 0000 0001 ", "oooo-oooo-oooo-OOOO-OOOO-OOOl",
            "0000–0000–0000–0000–0000–000I",
        ] {
            #expect(BackupCode(typed: typed) == code, "\(typed)")
        }
        #expect(BackupCode(typed: Self.code.shown.lowercased()) == Self.code)
    }

    @Test(
        "What cannot be a code is none",
        arguments: [
            "", "123456", "00000000000000000000000", "0000000000000000000000000", "U00000000000000000000000",
            String(repeating: "-", count: 101),
        ])
    func malformed(_ typed: String) {
        #expect(BackupCode(typed: typed) == nil)
    }
}
