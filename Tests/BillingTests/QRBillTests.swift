import Documents
import Kernel
import Testing

@testable import Billing

@Suite struct QRBillTests {
    static let qrAccount = IBAN("CH4431999123000889012")!
    static let plainAccount = IBAN("CH9300762011623852957")!
    static let qr = BankReference("210000000003139471430009017")!
    static let creditor = BankReference("RF18539007547034")!

    static func address(
        _ name: String = "Pia-Maria Rutschmann-Schnyder", _ street: String = "Grosse Marktgasse 28",
        _ postcode: String = "9400", _ town: String = "Rorschach"
    ) -> QRBill.Address {
        QRBill.Address(name: name, street: street, postcode: postcode, town: town, country: .switzerland)
    }

    static func bill(
        _ account: IBAN = qrAccount, debtor: QRBill.Address? = address(), amount: Money? = chf(249_95),
        currency: Currency = .chf, reference: BankReference? = qr, message: String = ""
    ) throws -> QRBill {
        try QRBill(
            account: account, creditor: address("Max Muster & Söhne", "Musterstrasse 123", "8000", "Seldwyla"),
            debtor: debtor, amount: amount, currency: currency, reference: reference, message: message)
    }

    @Test func `The payload has every line in its place`() throws {
        let expected = """
            SPC
            0200
            1
            CH4431999123000889012
            S
            Max Muster & Söhne
            Musterstrasse
            123
            8000
            Seldwyla
            CH







            249.95
            CHF
            S
            Pia-Maria Rutschmann-Schnyder
            Grosse Marktgasse
            28
            9400
            Rorschach
            CH
            QRR
            210000000003139471430009017
            Auftrag vom 15.06.2026
            EPD
            """
        let bill = try Self.bill(message: "Auftrag vom 15.06.2026")
        #expect(bill.payload == expected)
        #expect(bill.changes.isEmpty)
    }

    @Test func `What is left open stays empty`() throws {
        let bill = try Self.bill(Self.plainAccount, debtor: nil, amount: nil, currency: .eur, reference: nil)
        let lines = bill.payload.split(separator: "\n", omittingEmptySubsequences: false)
        #expect(lines.count == 31)
        #expect(lines[18] == "" && lines[19] == "EUR")
        #expect(lines[20...26].allSatisfy { $0.isEmpty })
        #expect(lines[27...30] == ["NON", "", "", "EPD"])
    }

    @Test(
        "An account takes its kind of reference",
        arguments: [
            (qrAccount, Optional(qr), true), (qrAccount, creditor, false), (qrAccount, nil, false),
            (plainAccount, qr, false), (plainAccount, creditor, true), (plainAccount, nil, true),
        ])
    func references(_ account: IBAN, _ reference: BankReference?, _ isRight: Bool) throws {
        if isRight {
            _ = try Self.bill(account, reference: reference)
        } else {
            #expect(throws: QRBill.Mistake.reference) { try Self.bill(account, reference: reference) }
        }
    }

    @Test func `Only accounts of Switzerland and Liechtenstein can be paid`() throws {
        let german = try #require(IBAN("DE89370400440532013000"))
        #expect(throws: QRBill.Mistake.account(german)) { try Self.bill(german, reference: nil) }
        _ = try Self.bill(try #require(IBAN("LI21088100002324013AA")), reference: Self.creditor)
    }

    @Test(
        "Amounts from 0.01 to 999999999.99",
        arguments: [(0, false), (-1, false), (1, true), (99_999_999_999, true), (100_000_000_000, false)]
            as [(Int64, Bool)])
    func amounts(_ minorUnits: Int64, _ isRight: Bool) throws {
        if isRight {
            _ = try Self.bill(amount: chf(minorUnits))
        } else {
            #expect(throws: QRBill.Mistake.amount(chf(minorUnits))) { try Self.bill(amount: chf(minorUnits)) }
        }
        #expect(throws: QRBill.Mistake.currency) { try Self.bill(amount: eur(100)) }
    }

    @Test(
        "Characters that banks do not know are written with theirs",
        arguments: [
            ("Łukasz Żółć", "Łukasz Żółć", false), ("Zoë Müller", "Zoë Müller", false),
            ("e\u{301}tude", "étude", false), ("Ștefan Țurcan", "Ștefan Țurcan", false), ("5 €", "5 €", false),
            ("Иван Щербаков", "Ivan Shcherbakov", true), ("Їжак", "Yizhak", true), ("Ђорђе", "Đorđe", true),
            ("Ωμέγα Χρήστος", "Omega Christos", true), ("Nguyễn Thị Ái", "Nguyen Thi Ái", true),
            ("„Haus“ – Bau", "\"Haus\" - Bau", true), ("L’Atelier…", "L'Atelier...", true), ("ﬁn", "fin", true),
            ("ＡＢＣ", "ABC", true), ("山本", "..", true), ("Café 🥐", "Café .", true), ("a\u{a0}b", "a b", false),
            ("a\u{ad}b", "ab", false), ("a\r\n b\t", "a b", false), ("a\u{0}b", "ab", false), ("ƀ", ".", true),
        ])
    func characters(_ original: String, _ written: String, _ isChanged: Bool) {
        let text = QRBillText(original, max: 70)
        #expect(text.text == written)
        #expect(text.changes == (isChanged ? [.transliterated] : []))
        #expect(text.text.unicodeScalars.allSatisfy(QRBillText.isAllowed))
    }

    @Test(
        "Each border of the allowed characters",
        arguments: [
            (0x1F, false), (0x20, true), (0x7E, true), (0x7F, false), (0x9F, false), (0xA1, true), (0x17F, true),
            (0x180, false), (0x217, false), (0x218, true), (0x21B, true), (0x21C, false), (0x20AB, false),
            (0x20AC, true), (0x20AD, false),
        ] as [(UInt32, Bool)])
    func borders(_ value: UInt32, _ isAllowed: Bool) throws {
        #expect(QRBillText.isAllowed(try #require(Unicode.Scalar(value))) == isAllowed)
    }

    @Test func `What is too long is shortened, at a word where one ends near`() {
        let full = String(repeating: "a", count: 70)
        #expect(QRBillText(full, max: 70) == QRBillText(full, max: 100))
        #expect(QRBillText("\(full)b", max: 70).text == full)
        #expect(QRBillText("\(full)b", max: 70).changes == [.shortened])
        let words = "Genossenschaft für die Erhaltung alter Dampfschiffe auf dem Vierwaldstättersee Luzern"
        #expect(QRBillText(words, max: 70).text == "Genossenschaft für die Erhaltung alter Dampfschiffe auf dem")
        #expect(QRBillText("Muster, \(full)", max: 7).text == "Muster")
        #expect(QRBillText("Haus am See", max: 8).text == "Haus am")
    }

    @Test(
        "Street and number are told apart",
        arguments: [
            ("Rue du Lac 3", "Rue du Lac", "3"), ("Rue du Lac 3a", "Rue du Lac", "3a"),
            ("Rue de la Paix 12 bis", "Rue de la Paix", "12 bis"),
            ("12 bis, rue de la Paix", "rue de la Paix", "12 bis"),
            ("12, rue de la Paix", "rue de la Paix", "12"), ("Musterweg 12-14", "Musterweg", "12-14"),
            ("Straße des 17. Juni 135", "Straße des 17. Juni", "135"),
            ("Straße des 17. Juni", "Straße des 17. Juni", ""),
            ("Hauptstrasse", "Hauptstrasse", ""), ("Case postale 123", "Case postale 123", ""),
            ("Postfach 7", "Postfach 7", ""), ("17", "17", ""), ("", "", ""), ("  Rue  du Lac  3 ", "Rue du Lac", "3"),
            ("Via Nassa 7 A", "Via Nassa", "7 A"), ("1 2", "1 2", ""),
        ])
    func houses(_ line: String, _ street: String, _ house: String) {
        let split = HouseNumber.split(line)
        #expect(split.street == street)
        #expect(split.house == house)
    }

    @Test func `Who has no town is left to be written by hand`() throws {
        #expect(try Self.bill(debtor: Self.address("Extern", "", "", "")).debtor == nil)
        #expect(try Self.bill(debtor: Self.address("Extern", "", "10115", "Berlin")).debtor != nil)
        #expect(throws: QRBill.Mistake.creditor) {
            try QRBill(
                account: Self.qrAccount, creditor: Self.address(""), debtor: nil, amount: nil, currency: .chf,
                reference: Self.qr)
        }
    }

    @Test func `The longest of everything still fits into a code that may be printed`() throws {
        let long = Self.address(
            String(repeating: "ü", count: 200), "\(String(repeating: "ß", count: 200)) 12",
            String(repeating: "9", count: 40),
            String(repeating: "Ł", count: 90))
        let bill = try QRBill(
            account: Self.qrAccount, creditor: long, debtor: long, amount: chf(99_999_999_999), currency: .chf,
            reference: Self.qr, message: String(repeating: "é", count: 300))
        #expect(bill.payload.utf8.count <= QRBill.bytesMax)
        #expect(bill.changes == [.transliterated, .shortened])
        #expect(bill.message.unicodeScalars.count == QRBill.messageMax)
        #expect(bill.creditor.name.unicodeScalars.count == QRBill.Party.nameMax)
        #expect(bill.creditor.town.unicodeScalars.count == QRBill.Party.townMax)
        let code = try #require(QRCode(bill.payload))
        #expect(code.width <= QRBill.modulesMax)
    }
}
