import Documents
import Foundation
import Kernel
import Organizations
import Storage
import TestSupport
import Testing
import Web

@testable import Billing

@Suite struct PaperTests {
    static func wording() throws -> Wording { try Wording(folders: [CommonPages.words, Billing.words]) }
    static let account = ReceivingAccount(iban: QRBillTests.qrAccount, currency: .chf)

    static func recipient(_ language: Language, name: String = "Atelier Rossier") -> Recipient {
        Recipient(
            name: name, contact: "Marie Rossier", street: "Rue du Lac 3", postcode: "1003", town: "Lausanne",
            country: .switzerland, language: language)
    }

    static func line(_ description: String, _ minorUnits: Int64 = 34_720, currency: Currency = .chf) -> DraftLine {
        DraftLine(
            description: description,
            period: Period(start: Day("2026-11-20")!, end: Day("2027-11-20")!), billsTerm: false, quantity: 2,
            unitListPrice: Money(minorUnits: minorUnits, currency),
            discounts: [
                Discount("Hochschulen", Percentage(basisPoints: 2000)),
                Discount("Partner", Percentage(basisPoints: 2500)),
            ])
    }

    static func draft(_ key: String, _ recipient: Recipient, _ lines: [DraftLine], dueDays: Int = 0) -> DocumentDraft {
        DocumentDraft(
            key: key, organization: World.organization, recipient: recipient, currency: lines[0].unitListPrice.currency,
            lines: lines, dueDays: dueDays)
    }

    enum Sort: CaseIterable { case proForma, onAccount }

    /// A document that asks for money, with its reference.
    static func demand(
        _ sort: Sort, _ recipient: Recipient, lines: [DraftLine], to account: ReceivingAccount = account,
        in world: World
    ) async throws -> Paper {
        let now = world.clock.now
        return try await world.database.write { connection in
            let draft = draft("paper", recipient, lines, dueDays: 30)
            let document =
                switch sort {
                case .proForma: try connection.issueProForma(draft, from: World.issuer, by: World.actor, at: now)
                case .onAccount: try connection.issueInvoice(draft, from: World.issuer, by: World.actor, at: now)
                }
            _ = try connection.transferReference(
                for: "order", 1, of: World.organization, document: document.id, amount: document.total, to: account,
                at: now)
            return try connection.paper(of: document)
        }
    }

    static func press() throws -> Press { Press(wording: try wording()) }

    @Test(
        "A pro forma says all that is to be known, in the language of its recipient", arguments: DatabaseKind.allCases)
    func proForma(_ kind: DatabaseKind) async throws {
        try await World.with(kind) { world in
            let paper = try await Self.demand(
                .proForma, Self.recipient(.french), lines: [Self.line("Hébergement web atelier.example")], in: world)
            let text = try Self.text(Self.press().pdf(of: paper))
            for part in [
                "Facture pro forma PF-2026-00001", "Atelier Rossier", "Rue du Lac 3", "1003 Lausanne",
                "20 novembre 2026",
                "Hébergement web atelier.example", "20 novembre 2026 au 19 novembre 2027", "347.20", "694.40",
                "Hochschulen −20 %", "555.52", "416.64", "TVA 8.1 % sur CHF 416.64", "CHF 33.75", "CHF 450.39",
                "n’a aucune valeur juridique, fiscale ou comptable", "Section paiement", "Récépissé",
                "Compte / Payable à", "CH44 3199 9123 0008 8901 2", "Point de dépôt", "450.39", "Page 1 sur 1",
                "CHE-123.456.788 MWST",
            ] {
                #expect(text.contains(part), "\(part)")
            }
            let reference = try #require(paper.reference).reference
            #expect(text.contains(reference.grouped))
            let payload = try #require(Self.press().payload(of: paper))
            #expect(payload.contains("\nQRR\n\(reference.text)\nFacture pro forma PF-2026-00001\nEPD"))
            #expect(payload.contains("\n450.39\nCHF\nS\nAtelier Rossier\nRue du Lac\n3\n1003\nLausanne\nCH\n"))
            #expect(try Self.press().fileName(of: paper.document) == "Facture-pro-forma-PF-2026-00001.pdf")
            #expect(try Self.press().pdf(of: paper) == Self.press().pdf(of: paper))
        }
    }

    @Test func `An open invoice is a demand for payment, a paid one is final and asks for nothing`() async throws {
        try await World.with(.sqlite) { world in
            let paper = try await Self.demand(
                .onAccount, Self.recipient(.german), lines: [Self.line("Webhosting")], in: world)
            let open = try Self.text(Self.press().pdf(of: paper))
            #expect(open.contains("Nicht bezahlt"))
            #expect(open.contains("Zahlungsaufforderung: Bitte zahlen Sie CHF 450.39 bis zum 20. Dezember 2026."))
            #expect(open.contains("Empfangsschein"))
            let order = try await world.order(1000)
            _ = try await world.pay(order, chf(1081), key: "paper-0001", card: "4242")
            let invoice = try #require(try await world.documents().first { $0.state == .paid })
            let paid = try await world.database.read { try $0.paper(of: invoice) }
            let text = try Self.text(Self.press().pdf(of: paid))
            #expect(!text.contains("Empfangsschein") && !text.contains("Récépissé"))
            #expect(
                try text.contains(
                    Self.wording().words(invoice.recipient.language)("billing.paid_on", ["day": "20 novembre 2026"])))
            #expect(try Self.press().payload(of: paid) == nil)
        }
    }

    @Test func `A thousand lines go over many pages, each with its head and number`() async throws {
        try await World.with(.sqlite) { world in
            let lines = (1...1000).map {
                Self.line("Zeile Nummer \($0)\($0 % 50 == 0 ? String(repeating: " und noch mehr", count: 20) : "")")
            }
            let paper = try await Self.demand(.proForma, Self.recipient(.german), lines: lines, in: world)
            let pages = try Self.text(Self.press().pdf(of: paper)).split(separator: "\u{c}")
            #expect(pages.count > 40)
            for (index, page) in pages.enumerated() {
                #expect(page.contains("Seite \(index + 1) von \(pages.count)"))
            }
            #expect(pages.dropLast().allSatisfy { $0.contains("Einzelpreis") })
            #expect(pages.last?.contains("Zahlteil") == true)
            #expect(pages.filter { $0.contains("Zahlteil") }.count == 1)
            let all = pages.joined()
            for index in 1...1000 where !all.contains("Zeile Nummer \(index)") {
                Issue.record("Line \(index) is lost.")
            }
        }
    }

    @Test func `An account that no QR-bill can be paid to is told in a sentence`() async throws {
        try await World.with(.sqlite) { world in
            let german = ReceivingAccount(iban: try #require(IBAN("DE89370400440532013000")), currency: .eur)
            let paper = try await Self.demand(
                .proForma, Self.recipient(.english), lines: [Self.line("Hosting", currency: .eur)], to: german,
                in: world)
            let text = try Self.text(Self.press().pdf(of: paper)).split(whereSeparator: \.isWhitespace)
                .joined(separator: " ")
            let reference = try #require(paper.reference).reference.grouped
            #expect(reference.hasPrefix("RF"))
            #expect(
                text.contains(
                    "Please transfer EUR 450.39 to Kontor Demo AG, account DE89 3704 0044 0532 0130 00, with the reference \(reference)."
                ))
            #expect(!text.contains("Payment part"))
        }
    }

    @Test func `What was changed to fit into the payment part is said`() async throws {
        try await World.with(.sqlite) { world in
            let long = "Genossenschaft für die Erhaltung alter Dampfschiffe auf dem Vierwaldstättersee Luzern"
            let paper = try await Self.demand(
                .proForma, Self.recipient(.spanish, name: long), lines: [Self.line("Alojamiento")], in: world)
            let text = try Self.text(Self.press().pdf(of: paper))
            #expect(text.contains("En la parte de pago, los nombres y las direcciones se abrevian"))
            #expect(text.contains("Payment part"))
        }
        try await World.with(.sqlite) { world in
            let paper = try await Self.demand(
                .proForma, Self.recipient(.italian, name: "Иван"), lines: [Self.line("Hosting")], in: world)
            let text = try Self.text(Self.press().pdf(of: paper))
            #expect(text.contains("Nella sezione pagamento i nomi e gli indirizzi sono scritti con i caratteri"))
            #expect(text.contains("Ivan") && text.contains("Иван"))
        }
    }

    @Test(
        "Amounts in the payment part have a blank between thousands",
        arguments: [(5, "0.05"), (99_999, "999.99"), (100_000, "1 000.00"), (123_456_789, "1 234 567.89")]
            as [(Int64, String)])
    func amounts(_ minorUnits: Int64, _ text: String) {
        #expect(PaymentPart.written(chf(minorUnits)) == text)
    }

    /// What Poppler reads, blanks of all kinds as one kind.
    static func text(_ pdf: [UInt8]) throws -> String {
        let file = FileManager.default.temporaryDirectory.appendingPathComponent("\(UUID()).pdf")
        try Data(pdf).write(to: file)
        defer { try? FileManager.default.removeItem(at: file) }
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = ["pdftotext", "-layout", file.path, "-"]
        let output = Pipe()
        process.standardOutput = output
        try process.run()
        let data = try output.fileHandleForReading.readToEnd() ?? Data()
        process.waitUntilExit()
        #expect(process.terminationStatus == 0)
        return String(decoding: data, as: UTF8.self).replacing("\u{a0}", with: " ")
    }
}
