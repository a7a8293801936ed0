import Delivery
import Foundation
import Kernel
import Storage
import TestSupport
import Testing

@Suite struct SMTPTests {
    static let sender = Sender(address: EmailAddress("console@kontor.example")!, name: "Kontor – die Konsole")
    static let mail = Mail(
        to: "marie.rossier@atelier.example", toName: "Marie Rössier", subject: "Grüezi, votre code à usage unique",
        text: "Guten Tag\n\n.\n..zwei Punkte\nFrom here on: 119.40 CHF = très bien \nEnde",
        html: "<!doctype html><p>Guten Tag, <b>Marie</b> – \(String(repeating: "schön und lang ", count: 100))</p>")
    static let sentAt = Instant(rfc3339: "2026-11-20T08:14:00Z")!

    static func channel(
        _ port: Int, host: String = "127.0.0.1", _ security: SMTPConfiguration.Security = .none,
        login: SMTPConfiguration.Login? = nil, timeoutSeconds: Int = 20, authoritiesFile: String? = nil
    ) throws -> SMTPChannel {
        SMTPChannel(
            try SMTPConfiguration(
                host: host, port: port, security: security, login: login, sender: sender,
                timeoutSeconds: timeoutSeconds, authoritiesFile: authoritiesFile))
    }

    /// - Returns: why it failed, nil where it went out.
    static func send(_ mail: Mail = mail, over channel: SMTPChannel, key: String = "12-1763626440000") async
        -> DeliveryFailure?
    {
        do {
            let dispatch = Dispatch.email(mail)
            try await channel.deliver(dispatch.payload, to: dispatch.target, key: key, sentAt: sentAt)
            return nil
        } catch {
            return error
        }
    }

    @Test func aMailArrivesAsItWasWritten() async throws {
        try await MailServer.run { server in
            #expect(try await Self.send(over: Self.channel(server.port)) == nil)
            let note = try #require(try server.notes.first)
            #expect(note.defects == [])
            #expect(note.sender == "console@kontor.example")
            #expect(note.recipients == ["marie.rossier@atelier.example"])
            #expect(note.hello == "kontor.example")
            #expect(note.headers["Subject"] == Self.mail.subject)
            #expect(note.headers["From"] == "Kontor – die Konsole <console@kontor.example>")
            #expect(note.headers["To"] == "Marie Rössier <marie.rossier@atelier.example>")
            #expect(note.headers["Date"] == "Fri, 20 Nov 2026 08:14:00 +0000")
            #expect(note.headers["Message-ID"] == "<12-1763626440000@kontor.example>")
            #expect(note.headers["Auto-Submitted"] == "auto-generated")
            #expect(note.text == Self.mail.text.replacing("\n", with: "\r\n"))
            #expect(note.html.trimmingCharacters(in: .newlines) == Self.mail.html)
        }
    }

    @Test func attachmentsArriveByteForByte() async throws {
        try await MailServer.run { server in
            let long = "\(String(repeating: "Rechnungsübersicht ", count: 8)).pdf"
            let mail = Self.mail.attaching([
                Attachment(name: "facture n° 1.pdf", type: "application/pdf", bytes: Array(0...255)),
                Attachment(name: long, type: "text/csv", bytes: []),
                Attachment(name: "a\r\nX-Evil: yes", type: "text/x\r\nX-Evil: yes", bytes: [1]),
            ])
            #expect(try await Self.send(mail, over: Self.channel(server.port)) == nil)
            let note = try #require(try server.notes.first)
            #expect(note.defects == [])
            #expect(note.headers["X-Evil"] == nil)
            #expect(note.text == Self.mail.text.replacing("\n", with: "\r\n"))
            #expect(note.attachments.map { $0[1] } == ["application/pdf", "text/csv", "application/octet-stream"])
            #expect(note.attachments[0][0] == "facture n° 1.pdf")
            #expect(note.attachments[1][0] == long)
            #expect(note.attachments.map { Data(base64Encoded: $0[2]).map(Array.init) } == [Array(0...255), [], [1]])
        }
    }

    @Test func mailThatWaitsFromBeforeThereWereAttachmentsStillGoesOut() throws {
        let old = #"{"html":"<p>a","subject":"b","text":"c","to":"marie@atelier.example","toName":"d"}"#
        #expect(
            try JSONText.decode(Mail.self, old)
                == Mail(to: "marie@atelier.example", toName: "d", subject: "b", text: "c", html: "<p>a"))
    }

    @Test func aSubjectCannotStartAnotherHeader() async throws {
        try await MailServer.run { server in
            let mail = Mail(
                to: "marie@atelier.example", toName: "Marie\r\nBcc: eve@evil.example",
                subject: "Hello\r\nX-Evil: yes\n\nbody",
                text: "Text", html: "<p>Text</p>")
            #expect(try await Self.send(mail, over: Self.channel(server.port)) == nil)
            let note = try #require(try server.notes.first)
            #expect(note.recipients == ["marie@atelier.example"])
            #expect(note.headers["X-Evil"] == nil)
            #expect(note.headers["Bcc"] == nil)
            #expect(note.headers["Subject"] == "Hello X-Evil: yes body")
            #expect(note.text.trimmingCharacters(in: .newlines) == "Text")
        }
    }

    @Test(arguments: [SMTPConfiguration.Security.startTLSRequired, .implicit])
    func loginGoesOverAnEncryptedConnection(security: SMTPConfiguration.Security) async throws {
        let directory = try MailServer.makeDirectory()
        let certificate = try MailServer.makeCertificate(in: directory)
        let arguments = ["--certificate", certificate, "--login", "kontor:s3cret pass"]
        try await MailServer.run(arguments + (security == .implicit ? ["--implicit"] : []), in: directory) { server in
            let right = SMTPConfiguration.Login(user: "kontor", password: "s3cret pass")
            let channel = try Self.channel(
                server.port, host: "localhost", security, login: right, authoritiesFile: certificate)
            #expect(await Self.send(over: channel) == nil)
            let note = try #require(try server.notes.first)
            #expect(note.isEncrypted)
            #expect(note.login == "kontor")

            let wrong = SMTPConfiguration.Login(user: "kontor", password: "guess")
            let refused = try Self.channel(
                server.port, host: "localhost", security, login: wrong, authoritiesFile: certificate)
            #expect(await Self.send(over: refused)?.isTemporary == true, "The mail is right, the configuration is not.")

            let untrusting = try Self.channel(server.port, host: "localhost", security, login: right)
            #expect(await Self.send(over: untrusting)?.isTemporary == true, "Nobody vouches for the certificate.")

            let misnamed = try Self.channel(
                server.port, host: "127.0.0.1", security, login: right, authoritiesFile: certificate)
            #expect(await Self.send(over: misnamed)?.isTemporary == true, "The certificate is for another name.")
            #expect(try server.notes.count == 1)
        }
        try FileManager.default.removeItem(at: directory)
    }

    @Test func withoutTheRequiredEncryptionNothingIsSent() async throws {
        try await MailServer.run { server in
            let failure = try await Self.send(over: Self.channel(server.port, .startTLSRequired))
            #expect(failure?.isTemporary == true)
            #expect(try server.notes.isEmpty)
            #expect(try await Self.send(over: Self.channel(server.port, .startTLSIfOffered)) == nil)
            #expect(try server.notes.map(\.isEncrypted) == [false])
        }
    }

    @Test func encryptionThatIsOfferedIsTaken() async throws {
        let directory = try MailServer.makeDirectory()
        let certificate = try MailServer.makeCertificate(in: directory)
        try await MailServer.run(["--certificate", certificate], in: directory) { server in
            let channel = try Self.channel(
                server.port, host: "localhost", .startTLSIfOffered, authoritiesFile: certificate)
            #expect(await Self.send(over: channel) == nil)
            #expect(try server.notes.map(\.isEncrypted) == [true])
        }
        try FileManager.default.removeItem(at: directory)
    }

    @Test(arguments: [
        ("later", true, "451 4.3.0 Please come back later"), ("never", false, "550 5.1.1 No such mailbox"),
    ])
    func theServersAnswerDecides(recipient: String, isTemporary: Bool, reply: String) async throws {
        try await MailServer.run { server in
            let mail = Mail(to: "\(recipient)@atelier.example", toName: "", subject: "Hello", text: "", html: "")
            let failure = try #require(try await Self.send(mail, over: Self.channel(server.port)))
            #expect(failure.isTemporary == isTemporary)
            #expect(failure.reason.contains(reply))
            #expect(try server.notes.isEmpty)
        }
    }

    @Test func aServerThatSaysNothingIsGivenUpInTime() async throws {
        try await MailServer.run(["--silent"]) { server in
            let begin = ContinuousClock.now
            let failure = try await Self.send(over: Self.channel(server.port, timeoutSeconds: 1))
            #expect(failure?.isTemporary == true)
            #expect(ContinuousClock.now - begin < .seconds(10))
        }
    }

    @Test(arguments: ["", "marie", "marie@atelier.example\r\nRCPT TO:<eve@evil.example>", "a@b.example, c@d.example"])
    func whatIsNoAddressIsNeverTried(target: String) async throws {
        let mail = Mail(to: target, toName: "", subject: "Hello", text: "", html: "")
        let failure = try #require(try await Self.send(mail, over: Self.channel(1)))
        #expect(!failure.isTemporary)
    }

    /// "SMTP down: mail waits and goes later", from the event to the other end of the wire.
    @Test(arguments: DatabaseKind.allCases)
    func mailWaitsWhileTheServerIsDownAndGoesLater(kind: DatabaseKind) async throws {
        let directory = try MailServer.makeDirectory()
        var port = 0
        try await MailServer.run(in: directory) { port = $0.port }
        let channel = try Self.channel(port)
        try await Stage.run(kind) { stage in
            let worker = stage.worker([Subscription("SignedUp") { _, _ in [.email(Self.mail)] }], [channel])
            try await stage.announce("SignedUp")
            #expect(try await worker.drain() == ["events": 1])
            #expect(try await stage.backlog().deliveriesWaiting == 1)
            let again = try #require(try await worker.nextDue())
            stage.clock.move(to: again)
            try await MailServer.run(in: directory, port: port) { server in
                #expect(try await worker.drain() == ["deliveries": 1])
                let note = try #require(try server.notes.first)
                let row = try #require(try await stage.deliveries().first)
                #expect(note.headers["Message-ID"] == "<\(row.id)-\(Stage.start.milliseconds)@kontor.example>")
                #expect(row.state == "done")
                #expect(row.attempts == 2)
            }
        }
        try FileManager.default.removeItem(at: directory)
    }
}

@Suite struct SMTPConfigurationTests {
    @Test(
        arguments: [
            ("", 587, SMTPConfiguration.Mistake.host("")),
            ("mail.example/evil", 587, .host("mail.example/evil")),
            ("mail.example\r\n", 587, .host("mail.example\r\n")),
            ("user@mail.example", 587, .host("user@mail.example")),
            ("mail.example", 0, .port(0)), ("mail.example", 65_536, .port(65_536)),
        ])
    func aMistakeIsNamed(host: String, port: Int, mistake: SMTPConfiguration.Mistake) {
        #expect(throws: mistake) { try SMTPConfiguration(host: host, port: port, sender: SMTPTests.sender) }
    }

    @Test(arguments: [(0, false), (1, true), (120, true), (121, false)])
    func theTimeoutStaysWithinTheLease(seconds: Int, isAllowed: Bool) {
        let configuration = try? SMTPConfiguration(
            host: "mail.example", sender: SMTPTests.sender, timeoutSeconds: seconds)
        #expect((configuration != nil) == isAllowed)
    }

    @Test(arguments: SMTPConfiguration.Security.allCases)
    func aPasswordIsNeverSentInClear(security: SMTPConfiguration.Security) {
        let configuration = try? SMTPConfiguration(
            host: "mail.example", security: security, login: .init(user: "kontor", password: "s3cret"),
            sender: SMTPTests.sender)
        #expect((configuration != nil) == (security == .implicit || security == .startTLSRequired))
    }

    @Test func thePasswordIsNotPrinted() throws {
        let configuration = try SMTPConfiguration(
            host: "mail.example", login: .init(user: "kontor", password: "s3cret"), sender: SMTPTests.sender)
        var dumped = ""
        dump(configuration, to: &dumped)
        for printed in ["\(configuration)", String(reflecting: configuration), dumped] {
            #expect(printed.contains("•••"))
            #expect(!printed.contains("s3cret"))
        }
    }
}

extension DeliveryFailure {
    var isTemporary: Bool {
        if case .temporary = self { true } else { false }
    }
}
