import Billing
import Kernel
import Testing

@Suite("Which ways to pay are offered")
struct PaymentOptionTests {
    private static let all: Set<PaymentMethod> = [.card, .twint, .postFinance, .payPal, .eBill]

    private static func situation(
        _ kind: PaymentSituation.Kind, _ currency: Currency = .chf, _ country: Country = .switzerland,
        total: Int64? = 10_000, balance: Int64 = 0, held: Int64 = 0, standard: DefaultMethod? = nil
    ) -> PaymentSituation {
        PaymentSituation(
            kind: kind, currency: currency, country: country, total: total.map { Money(minorUnits: $0, currency) },
            account: PrepaidAccount(
                organization: World.organization, balance: Money(minorUnits: balance, currency),
                held: Money(minorUnits: held, currency)),
            profiles: [], standard: standard, processed: all, takesTransfers: true,
            today: World.issuer.zone.day(of: Clock().now))
    }

    @Test(
        "By what is paid for and the currency (PAY-6, PRE-3)",
        arguments: [
            (.order, .chf, ["card", "twint", "postfinance", "paypal", "transfer", "prepaid"]),
            (.order, .eur, ["card", "twint", "paypal", "transfer", "prepaid"]),
            (.bill, .chf, ["card", "twint", "postfinance", "paypal", "ebill", "transfer", "prepaid"]),
            (.bill, .eur, ["card", "twint", "paypal", "ebill", "transfer", "prepaid"]),
            (.topUp, .chf, ["card", "postfinance", "transfer"]), (.topUp, .eur, ["card", "transfer"]),
        ] as [(PaymentSituation.Kind, Currency, [String])])
    func shown(_ kind: PaymentSituation.Kind, _ currency: Currency, _ values: [String]) {
        #expect(PaymentOptionTests.situation(kind, currency).options.map(\.value) == values)
    }

    @Test("TWINT, PostFinance and eBill are for Swiss billing addresses (PAY-5)", arguments: ["CH", "DE", "FR"])
    func country(_ code: String) throws {
        let country = try #require(Country(code))
        let refused = PaymentOptionTests.situation(.bill, .chf, country, balance: 10_000).options
            .filter { $0.refusal == .switzerlandOnly }
        #expect(refused.map(\.value) == (code == "CH" ? [] : ["twint", "postfinance", "ebill"]))
    }

    @Test(
        "Prepaid pays all, a part or nothing, by what is available",
        arguments: [
            (0, 0, false, nil), (9_999, 0, false, 9_999), (10_000, 0, true, nil), (10_000, 1, false, 9_999),
            (10_000, 10_000, false, nil),
        ] as [(Int64, Int64, Bool, Int64?)])
    func prepaid(_ balance: Int64, _ held: Int64, _ covers: Bool, _ part: Int64?) {
        let situation = PaymentOptionTests.situation(.order, balance: balance, held: held)
        let option = situation.options.first { $0.value == "prepaid" }
        #expect((option?.refusal == nil) == covers)
        #expect(situation.part == part.map { chf($0) })
    }

    @Test("The default is suggested where it can pay")
    func suggestion() {
        #expect(PaymentOptionTests.situation(.order, balance: 10_000, standard: .prepaid).suggestion == "prepaid")
        #expect(PaymentOptionTests.situation(.order, balance: 9_999, standard: .prepaid).suggestion == "card")
        #expect(PaymentOptionTests.situation(.order).suggestion == "card")
    }

    @Test("A top-up gives nothing of itself to itself")
    func topUp() {
        #expect(PaymentOptionTests.situation(.topUp, total: nil, balance: 5_000).part == nil)
    }
}
