import Kernel
import Testing

@Suite struct IBANTests {
    @Test(arguments: [
        ("CH44 3199 9123 0008 8901 2", "CH4431999123000889012", true),
        ("ch9300762011623852957", "CH9300762011623852957", false),
        ("DE89370400440532013000", "DE89370400440532013000", false),
        ("LI21088100002324013AA", "LI21088100002324013AA", false),
        ("GB82 WEST 1234 5698 7654 32", "GB82WEST12345698765432", false),
    ])
    func `An account is read with its spaces, and a QR-IBAN is told from others`(
        text: String, plain: String, isQR: Bool
    ) throws {
        let iban = try #require(IBAN(text))
        #expect(iban.description == plain)
        #expect(iban.isQR == isQR)
        #expect(IBAN(iban.grouped) == iban)
    }

    @Test(arguments: [
        "", "CH", "CH9300762011623852958", "CH930076201162385295", "CH93007620116238529577", "XX9300762011623852957",
        "CH93!0762011623852957", "CHA300762011623852957",
    ])
    func `What is no account is refused`(text: String) {
        #expect(IBAN(text) == nil)
    }
}
