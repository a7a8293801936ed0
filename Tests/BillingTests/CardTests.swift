import Billing
import Kernel
import Testing

@Suite("Cards as they are typed")
struct CardTests {
    private static let today = Day("2026-11-20")!

    @Test(
        "Blanks and hyphens are fine",
        arguments: [
            ("4242 4242 4242 4242", "12/30", "123", "visa"), ("5555-5555-5555-4444", "11 / 26", "1234", "mastercard"),
            ("2223003122003222", "1230", "123", "mastercard"), ("378282246310005", "12/2030", "1234", "card"),
        ])
    func accepted(number: String, expiry: String, cvc: String, brand: String) throws {
        let card = try Card(number: number, expiry: expiry, cvc: cvc, on: CardTests.today)
        #expect(card.brand == brand)
        #expect(card.last4 == number.filter(\.isNumber).suffix(4))
    }

    @Test(
        "What is wrong is said at its field",
        arguments: [
            ("4242 4242 4242 4241", "12/30", "123", ["card_number"]), ("", "12/30", "123", ["card_number"]),
            ("0", "12/30", "123", ["card_number"]), ("４２４２４２４２４２４２４２４２", "12/30", "123", ["card_number"]),
            ("4242424242424242", "10/26", "123", ["card_expiry"]),
            ("4242424242424242", "13/30", "123", ["card_expiry"]),
            ("4242424242424242", " ", "123", ["card_expiry"]), ("4242424242424242", "1/30", "123", ["card_expiry"]),
            ("4242424242424242", "12/30", "12", ["card_cvc"]), ("4242424242424242", "12/30", "12a", ["card_cvc"]),
            ("4242424242424242", "12/30", "", ["card_cvc"]),
            ("1", "x", "y", ["card_number", "card_expiry", "card_cvc"]),
        ])
    func refused(number: String, expiry: String, cvc: String, fields: [String]) {
        let problems = #expect(throws: Problems.self) {
            try Card(number: number, expiry: expiry, cvc: cvc, on: CardTests.today)
        }
        #expect(problems?.all.map(\.field) == fields)
    }

    @Test("A card is good through the last day of its month")
    func lastDay() throws {
        #expect(try #require(CardExpiry("02/28")).lastDay == Day("2028-02-29"))
        #expect(throws: Never.self) {
            try Card(number: "4242424242424242", expiry: "11/26", cvc: "123", on: try #require(Day("2026-11-30")))
        }
        #expect(throws: Problems.self) {
            try Card(number: "4242424242424242", expiry: "11/26", cvc: "123", on: try #require(Day("2026-12-01")))
        }
    }

    @Test("A card does not print its number")
    func masked() throws {
        let card = try Card(number: "4242424242424242", expiry: "12/30", cvc: "987", on: CardTests.today)
        var dumped = ""
        dump(card, to: &dumped)
        for text in ["\(card)", String(reflecting: card), String(describing: Optional(card)), dumped] {
            #expect(!text.contains("424242"))
            #expect(!text.contains("987"))
        }
    }
}
