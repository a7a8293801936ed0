import Billing
import Documents
import Foundation
import Kernel
import Testing

@Suite("Reading the bank's files")
struct CamtReaderTests {
    private static func read(_ text: String) throws -> [BankMovement] {
        let reader = try CamtReader(bytes: Array(text.utf8))
        var movements: [BankMovement] = []
        while let movement = try reader.next() { movements.append(movement) }
        return movements
    }

    @Test("All versions and both kinds say the same", arguments: ["053", "054"], ["02", "04", "08"])
    func versions(_ kind: String, _ version: String) throws {
        let file = BankFileOfTest(
            version: version, kind: kind,
            entries: [
                .init(
                    amount: "1081.100", reference: "210000000003139471430009017", debtorIBAN: "DE89370400440532013000")
            ])
        let movement = try #require(try Self.read(file.text).first)
        #expect(movement.key == "camt:CH4431999123000889012:A1")
        #expect(movement.amount == chf(108_110))
        #expect(movement.reference == "210000000003139471430009017")
        #expect(movement.debtorName == "Marie")
        #expect(movement.debtorIBAN == "DE89370400440532013000")
        #expect(movement.bookedOn.description == "2026-11-20")
        #expect(movement.valueOn?.description == "2026-11-20")
    }

    @Test("Only what is booked comes out")
    func booked() throws {
        let file = BankFileOfTest(entries: [.init(status: "PDNG"), .init(bankReference: "A2"), .init(status: "INFO")])
        #expect(try Self.read(file.text).map(\.key) == ["camt:CH4431999123000889012:A2"])
    }

    @Test("A reference that the bank repeats is told apart by its order, in every file alike")
    func repeated() throws {
        let details = """
            <TxDtls><Refs><AcctSvcrRef>X</AcctSvcrRef></Refs><Amt Ccy="CHF">1</Amt></TxDtls>
            <TxDtls><Refs><AcctSvcrRef>X</AcctSvcrRef></Refs><Amt Ccy="CHF">1</Amt></TxDtls>
            <TxDtls><Refs></Refs><Amt Ccy="CHF">1</Amt></TxDtls><TxDtls><Refs></Refs><Amt Ccy="CHF">1</Amt></TxDtls>
            """
        let text = BankFileOfTest(entries: [.init()]).text.replacing(#/(?s)<TxDtls>.*<\/TxDtls>/#, with: details)
        let keys = try Self.read(text).map(\.key)
        #expect(Set(keys).count == 4)
        #expect(try Self.read(text).map(\.key) == keys)
        #expect(keys[1] == "camt:CH4431999123000889012:X#2")
    }

    @Test("An empty file, and an account with a typing error, are called what they are")
    func reasons() throws {
        let path = FileManager.default.temporaryDirectory.appending(path: "empty-\(UUID()).xml").path
        #expect(FileManager.default.createFile(atPath: path, contents: nil))
        defer { try? FileManager.default.removeItem(atPath: path) }
        #expect(throws: XMLTrouble(line: 1, "The file is empty.")) { _ = try CamtReader(path: path) }
        let wrong = BankFileOfTest(iban: "CH4431999123000889013", entries: [.init()]).text
        let none = wrong.replacing("<IBAN>CH4431999123000889013</IBAN>", with: "<Othr/>")
        for (text, said) in [(wrong, "CH4431999123000889013 is no IBAN."), (none, "The account has no IBAN.")] {
            let trouble = #expect(throws: XMLTrouble.self) { _ = try Self.read(text) }
            #expect(trouble?.description.hasSuffix(said) == true)
        }
    }

    @Test(
        "What is no file of the bank is refused with its line",
        arguments: [
            ("", 1), ("not xml", 1), ("<a/>", 1),
            // The line on which the parser stands once it has read the whole of it.
            ("<!DOCTYPE a [<!ENTITY b SYSTEM \"file:///etc/passwd\">]>\n<a>&b;</a>", 2),
            ("<Document xmlns=\"urn:iso:std:iso:20022:tech:xsd:camt.053.001.99\"></Document>", 1),
        ])
    func refused(_ text: String, _ line: Int) {
        #expect { try Self.read(text) } throws: { ($0 as? XMLTrouble)?.line == line }
    }

    @Test("A file that ends too early, a wrong amount and another currency are refused")
    func broken() {
        let whole = BankFileOfTest(entries: [.init()]).text
        let deep = String(repeating: "<a>", count: 100)
        for text in [
            String(whole.prefix(whole.count / 2)), String(whole.dropLast(5)), whole.replacing("108.10", with: "-1.00"),
            whole.replacing("108.10", with: "0.001"), whole.replacing("108.10", with: "0"),
            whole.replacing("CHF", with: "USD"), whole.replacing("CRDT", with: "BOTH"),
            whole.replacing("2026-11-20", with: "2026-13-20"), whole.replacing("<GrpHdr>", with: "\(deep)<GrpHdr>"),
            whole.replacing("Marie", with: String(repeating: "x", count: 200_000)),
        ] {
            #expect(throws: XMLTrouble.self) { try Self.read(text) }
        }
    }
}
