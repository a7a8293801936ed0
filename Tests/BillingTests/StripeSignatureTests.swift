import Billing
import Kernel
import Testing

@Suite("Messages signed by Stripe")
struct StripeSignatureTests {
    private static let now = Instant(milliseconds: 1_800_000_000_000)
    private static let body = Array("{\"id\":\"evt_1\"}".utf8)
    private static let secret = "whsec_test"

    /// By the age in seconds, made with Python's `hmac`.
    private static let signatures: [Int64: String] = [
        0: "45705be2a45ab5acdd1395cc695e9e7073125385ec24194921c401dff44176f8",
        300: "db9fb85ffe63e8be3b8aadd79449201c9343134c0963b5926842e363156bb0ad",
        -300: "0b5f667390c48862bbf9e2a28631d9a648871f2b384fe76480d71a2e173b6adb",
        301: "1e7172eeafb4e49509435219a3749cb08aa90a4ec37a8956b08dba475dccb4f5",
        -301: "24d806b763f7213b9dd148be2f72791670900ff59d78ac2af45c1d0ceee9b409",
    ]
    private static let old = "a85586098ed25668b9475bf48d42d1f057a0a8a99fb0ec5cf4574c0cdd237ef5"

    private static func isValid(_ header: String, _ body: [UInt8] = body) -> Bool {
        StripeSignature.isValid(header, body: body, secret: secret, at: now)
    }

    @Test(
        "It is good for five minutes, before and after",
        arguments: [(0, true), (300, true), (-300, true), (301, false), (-301, false)] as [(Int64, Bool)])
    func age(_ seconds: Int64, _ isGood: Bool) throws {
        let signature = try #require(StripeSignatureTests.signatures[seconds])
        #expect(StripeSignatureTests.isValid("t=\(1_800_000_000 - seconds),v1=\(signature)") == isGood)
    }

    @Test("One of several signatures is enough, as when the secret is changed")
    func several() throws {
        let time: Int64 = 1_800_000_000
        let old = StripeSignatureTests.old
        let new = try #require(StripeSignatureTests.signatures[0])
        #expect(StripeSignatureTests.isValid("t=\(time),v1=\(old),v1=\(new),v0=\(old)"))
        #expect(!StripeSignatureTests.isValid("t=\(time),v1=\(old)"))
        #expect(!StripeSignatureTests.isValid("t=\(time),v0=\(new)"))
    }

    @Test(
        "Another body, and what is no signature, are refused",
        arguments: ["", "t=1", "v1=00", "t=,v1=", "nonsense", "t=1800000000,v1=zz"])
    func refused(_ header: String) throws {
        let signature = try #require(StripeSignatureTests.signatures[0])
        #expect(!StripeSignatureTests.isValid(header))
        #expect(
            !StripeSignatureTests.isValid(
                "t=1800000000,v1=\(signature)", StripeSignatureTests.body + [32]))
    }

    @Test("The configuration does not print its secrets, and takes no plain address but here")
    func configuration() throws {
        func made(_ address: String) -> StripeConfiguration? {
            StripeConfiguration(
                secretKey: "sk_live_secret", webhookSecret: "whsec_secret", address: address, publicAddress: "https://a"
            )
        }
        let configuration = try #require(made("https://api.stripe.com"))
        for text in ["\(configuration)", String(reflecting: configuration)] { #expect(!text.contains("secret")) }
        var dumped = ""
        dump(configuration, to: &dumped)
        #expect(!dumped.contains("secret"))
        #expect(made("http://127.0.0.1:8420") != nil)
        #expect(made("http://api.stripe.com") == nil)
        #expect(made("http://127.0.0.1.example.com") == nil)
    }
}
