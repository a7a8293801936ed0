import Foundation
import Kernel
import Testing

@testable import Delivery

@Suite struct MessageTests {
    static let marie = EmailAddress("marie@atelier.example")!
    static let sender = Sender(address: EmailAddress("console@kontor.example")!, name: "Kontor")

    static func message(
        toName: String = "Marie", subject: String = "Hello", text: String = "Hello", html: String = "<p>Hello</p>",
        at instant: String = "2026-11-20T08:14:00Z"
    ) -> Message {
        Message(
            Mail(to: marie.description, toName: toName, subject: subject, text: text, html: html), to: marie,
            from: sender, key: "12-7", sentAt: Instant(rfc3339: instant)!)
    }

    @Test func wholeMessage() {
        let expected = """
            Date: Fri, 20 Nov 2026 08:14:00 +0000
            From: Kontor
             <console@kontor.example>
            To: Marie
             <marie@atelier.example>
            Subject: Hello
            Message-ID: <12-7@kontor.example>
            MIME-Version: 1.0
            Auto-Submitted: auto-generated
            Content-Type: multipart/alternative; boundary="=_kontor_12-7"

            --=_kontor_12-7
            Content-Type: text/plain; charset=utf-8
            Content-Transfer-Encoding: quoted-printable

            Gr=C3=BCezi
            --=_kontor_12-7
            Content-Type: text/html; charset=utf-8
            Content-Transfer-Encoding: quoted-printable

            <p class=3D"a">Hello</p>
            --=_kontor_12-7--

            """
        let message = Self.message(text: "Grüezi", html: "<p class=\"a\">Hello</p>")
        #expect(String(decoding: message.bytes, as: UTF8.self) == expected.replacing("\n", with: "\r\n"))
    }

    @Test("Mail to a list says how a program ends it (RFC 8058), and waits as it was written")
    func list() throws {
        let mail = Mail(
            to: Self.marie.description, toName: "", subject: "News", text: "a", html: "b",
            unsubscribe: "https://console.example/news/unsubscribe/7-abc/products")
        let message = Message(
            try JSONDecoder().decode(Mail.self, from: try JSONEncoder().encode(mail)), to: Self.marie,
            from: Self.sender,
            key: "1-1", sentAt: Instant(rfc3339: "2026-11-20T08:14:00Z")!)
        let lines = message.headers.map(\.line)
        #expect(lines.contains("List-Unsubscribe: <https://console.example/news/unsubscribe/7-abc/products>"))
        #expect(lines.contains("List-Unsubscribe-Post: List-Unsubscribe=One-Click"))
        #expect(!Self.message().headers.contains { $0.line.hasPrefix("List-") })
    }

    @Test(arguments: [
        ("plain", "Your invoice 2026-17", "Subject: Your invoice 2026-17"),
        ("umlaut", "Grüezi", "Subject: =?utf-8?B?R3LDvGV6aQ==?="),
        ("looks encoded", "=?utf-8?B?QQ==?=", "Subject: =?utf-8?B?PT91dGYtOD9CP1FRPT0/PQ==?="),
        ("line break", "a\r\nBcc: b", "Subject: a Bcc: b"),
        ("lone carriage return", "a\rb", "Subject: a b"),
        ("NUL and separator", "a\u{0}b\u{2028}c\u{85}d", "Subject: a b c d"),
        ("blanks", "  a \t b ", "Subject: a b"),
        ("empty", "", "Subject: "),
    ])
    func subject(name: String, subject: String, line: String) {
        #expect(Header("Subject", text: subject).line == line)
    }

    @Test(arguments: [
        ("none", "", "To: marie@atelier.example"),
        ("plain", "Marie Rossier", "To: Marie Rossier\r\n <marie@atelier.example>"),
        ("comma", "Rossier, Marie", "To: \"Rossier, Marie\"\r\n <marie@atelier.example>"),
        ("quotes", "Marie \"M\" \\", "To: \"Marie \\\"M\\\" \\\\\"\r\n <marie@atelier.example>"),
        ("angle", "Eve <eve@evil.example>", "To: \"Eve <eve@evil.example>\"\r\n <marie@atelier.example>"),
        ("accent", "Léa", "To: =?utf-8?B?TMOpYQ==?=\r\n <marie@atelier.example>"),
        (
            "line break", "Marie\r\nBcc: eve@evil.example",
            "To: \"Marie Bcc: eve@evil.example\"\r\n <marie@atelier.example>"
        ),
    ])
    func name(name: String, toName: String, line: String) {
        #expect(Header("To", name: toName, address: Self.marie).line == line)
    }

    @Test(arguments: [
        "Grüezi und schönen Tag, hier ist eine ziemlich lange Betreffzeile mit Umlauten: äöü ÄÖÜ und noch viel mehr davon",
        String(repeating: "日本語", count: 60), String(repeating: "👩‍👩‍👧‍👦", count: 20), String(repeating: "a", count: 2000),
    ])
    func longSubjectsAreWholeAgainWhenDecoded(subject: String) throws {
        let header = Header("Subject", text: subject)
        let words = header.line.dropFirst("Subject: ".count).split(separator: "\r\n ")
        let decoded = try words.map { word in
            let inner = word.dropFirst("=?utf-8?B?".count).dropLast("?=".count)
            let bytes = try #require(Data(base64Encoded: String(inner)))
            return try #require(String(validating: bytes, as: UTF8.self), "A word is cut within a character.")
        }
        #expect(decoded.joined() == subject)
        #expect(words.allSatisfy { $0.utf8.count <= 75 })
        #expect(header.line.split(separator: "\r\n").allSatisfy { $0.utf8.count <= 76 })
    }

    @Test(arguments: [
        ("line ends", "a\nb\r\nc\rd", "a\r\nb\r\nc\r\nd"),
        ("empty lines", "a\n\n", "a\r\n\r\n"),
        ("equals", "a=b", "a=3Db"),
        ("euro", "€", "=E2=82=AC"),
        ("blank at the end", "a \nb\t", "a=20\r\nb=09"),
        ("blank within", "a b\tc", "a b\tc"),
        ("control", "a\u{0}b\u{1B}", "a=00b=1B"),
        ("76 fit", String(repeating: "a", count: 76), String(repeating: "a", count: 76)),
        (
            "77 do not", String(repeating: "a", count: 77),
            "\(String(repeating: "a", count: 75))=\r\naa"
        ),
        (
            "a character is not cut", "\(String(repeating: "a", count: 74))=b",
            "\(String(repeating: "a", count: 74))=\r\n=3Db"
        ),
    ])
    func quotedPrintable(name: String, text: String, encoded: String) {
        #expect(QuotedPrintable.encode(text) == encoded)
    }

    @Test func noLineIsTooLongOrEndsOtherwiseThanWithCRLF() {
        let long = String(repeating: "ä=x 日本 ", count: 500)
        let message = Self.message(
            toName: String(repeating: "Jean-Élie ", count: 30), subject: long, text: "\(long)\n.\n\r\(long)", html: long
        )
        let text = String(decoding: message.bytes, as: UTF8.self)
        let lines = text.split(separator: "\r\n", omittingEmptySubsequences: false)
        #expect(lines.allSatisfy { $0.utf8.count <= 76 })
        #expect(lines.allSatisfy { line in !line.utf8.contains { $0 == 10 || $0 == 13 } })
        #expect(message.bytes.allSatisfy { $0 < 128 })
        #expect(text.hasSuffix("--\r\n"))
    }

    @Test(arguments: [
        ("1970-01-01T00:00:00Z", "Thu, 1 Jan 1970 00:00:00 +0000"),
        ("2000-02-29T23:59:59.999Z", "Tue, 29 Feb 2000 23:59:59 +0000"),
        ("2027-01-01T00:00:00Z", "Fri, 1 Jan 2027 00:00:00 +0000"),
    ])
    func date(instant: String, date: String) {
        #expect(Self.message(at: instant).headers.first?.line == "Date: \(date)")
    }
}
