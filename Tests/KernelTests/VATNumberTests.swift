import Kernel
import Testing

@Suite("VAT numbers")
struct VATNumberTests {
    @Test(
        "Each country writes its own, with or without its letters",
        arguments: [
            ("CH", "che 123 456 788 mwst", "CHE-123.456.788 MWST", "CHE123456788MWST"),
            ("CH", "CHE-123.456.788", "CHE-123.456.788", "CHE123456788"),
            ("LI", "CHE-123.456.788 TVA", "CHE-123.456.788 TVA", "CHE123456788TVA"),
            ("DE", "123 456 789", "DE123456789", "DE123456789"), ("DE", "DE123456789", "DE123456789", "DE123456789"),
            ("FR", "FR 83 404833048", "FR83404833048", "FR83404833048"),
            ("AT", "ATU12345678", "ATU12345678", "ATU12345678"),
            ("GR", "123456789", "EL123456789", "EL123456789"),
            ("NL", "NL123456789B01", "NL123456789B01", "NL123456789B01"),
            ("IE", "IE1234567FA", "IE1234567FA", "IE1234567FA"), ("RO", "RO12", "RO12", "RO12"),
            ("GB", "123456789", "123456789", "GB123456789"),
        ])
    func written(_ country: String, _ text: String, _ shown: String, _ electronic: String) throws {
        let place = try #require(Country(country))
        let number = try #require(VATNumber(text, in: place))
        #expect(number.description == shown)
        #expect(number.electronic == electronic)
    }

    @Test(
        "What no tax office writes is refused",
        arguments: [
            ("CH", "CHE-123.456.789"), ("CH", "CHE-123.456.788 XXX"), ("CH", "123456788"), ("DE", "DE12345678"),
            ("DE", "FR83404833048"), ("AT", "AT12345678"), ("NL", "NL123456789A01"), ("IT", "IT1234567890"),
            ("GR", "GR123456789"), ("RO", "RO1"), ("US", "<b>"), ("DE", ""),
        ])
    func refused(_ country: String, _ text: String) throws {
        let place = try #require(Country(country))
        #expect(VATNumber(text, in: place) == nil)
    }
}
