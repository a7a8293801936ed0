import Billing
import Kernel
import Testing

/// Vectors of the standards: ISO 11649, and the modulo 10 recursive of Swiss payment slips.
@Suite struct BankReferenceTests {
    @Test(arguments: [
        ("21000000000313947143000901", "210000000003139471430009017"), ("123456", "000000000000000000001234565"),
        ("20261120000000000042", "000000202611200000000000420"),
    ])
    func `A QR reference ends with its check digit`(body: String, whole: String) {
        #expect(QRReference(body: body)?.description == whole)
        #expect(QRReference(whole)?.description == whole)
    }

    @Test func `A QR reference is grouped from the right, and read again`() throws {
        let reference = try #require(QRReference("210000000003139471430009017"))
        #expect(reference.grouped == "21 00000 00003 13947 14300 09017")
        #expect(QRReference(reference.grouped) == reference)
    }

    @Test(arguments: [
        "", "7", "210000000003139471430009018", "2100000000031394714300090170", "21000000000313947143000901x",
    ])
    func `A QR reference that cannot be is refused`(text: String) {
        #expect(QRReference(text) == nil)
    }

    @Test(arguments: [("539007547034", "RF18539007547034"), ("INV20260001", "RF16INV20260001")])
    func `A creditor reference begins with its check digits`(body: String, whole: String) {
        #expect(CreditorReference(body: body)?.description == whole)
        #expect(CreditorReference(whole.lowercased())?.description == whole)
    }

    @Test(arguments: [
        "", "RF", "RF18", "RF19539007547034", "RF00539007547034", "RF01539007547034", "RF99539007547034",
        "RF18-539007547034",
    ])
    func `A creditor reference that cannot be is refused`(text: String) {
        #expect(CreditorReference(text) == nil)
    }

    @Test func `Either kind is told by itself`() {
        #expect(BankReference("RF18 5390 0754 7034") == CreditorReference("RF18539007547034").map { .creditor($0) })
        #expect(BankReference("123455") == nil)
        #expect(BankReference("1234565") == QRReference(body: "123456").map { .qr($0) })
    }
}
