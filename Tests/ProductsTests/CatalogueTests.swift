import Billing
import Foundation
import Kernel
import TestSupport
import Testing

@testable import Products

@Suite("The catalogue")
struct CatalogueTests {
    /// The smallest that can be sold from, with one place changed.
    private static func catalogue(_ change: (String, String)) -> String {
        let text = ##"{"en": "Text", "fr": "Texte", "de": "Text", "it": "Testo", "es": "Texto"}"##
        return """
            {"types": [{"id": "web", "family": "web", "icon": "server", "named_by": "domain", "name": \(text),
            "description": \(text), "offers": [{"id": "web-one", "name": \(text), "details": \(text),
            "prices": {"yearly": {"CHF": "12.00", "EUR": "11.00"}},
            "introduction": {"name": \(text), "per_cent": 20}}]}]}
            """.replacingOccurrences(of: change.0, with: change.1)
    }

    private static func read(_ json: String) throws -> Catalogue {
        let file = URL(filePath: NSTemporaryDirectory()).appending(path: "catalogue-\(UUID().uuidString).json")
        try Data(json.utf8).write(to: file)
        defer { try? FileManager.default.removeItem(at: file) }
        return try Catalogue(file: file)
    }

    @Test("The one that comes along can be sold from, with what has to be in it")
    func builtIn() throws {
        let catalogue = try Catalogue(file: Catalogue.builtIn)
        for id in ["web-hosting", "domain-name", "mail-service"] { #expect(catalogue.type(id) != nil, "\(id)") }
        #expect(catalogue.types.filter { $0.service == .mail }.map(\.id) == ["mail-service"])
        let pro = try #require(catalogue.offer("web-hosting-pro")?.offer)
        #expect(pro.terms == [.monthly, .yearly])
        #expect(pro.price(.yearly, .chf)?.plain == "138.00")
        #expect(pro.price(.yearly, .eur)?.plain == "132.00")
    }

    @Test("The smallest catalogue is read")
    func smallest() throws {
        let catalogue = try Self.read(Self.catalogue(("", "")))
        #expect(catalogue.types.count == 1)
        #expect(catalogue.offer("web-one")?.offer.introduction?.percentage.basisPoints == 2000)
    }

    @Test(
        "What is wrong is said in a sentence that says where",
        arguments: [
            (("\"types\"", "\"sorts\""), "lacks types"),
            (("{\"types\"", "\"types\""), "is not JSON"),
            (
                ("\"id\": \"web\",", "\"id\": \"Web Site\","),
                "types[0].id is \"Web Site\"; write small letters, digits and hyphens."
            ),
            (
                ("\"family\": \"web\"", "\"family\": \"shoes\""),
                "types[0].family is \"shoes\"; write collaborate, web, cloud, events or streaming."
            ),
            (
                ("\"named_by\": \"domain\"", "\"named_by\": \"number\""),
                "types[0].named_by is \"number\"; write domain or label."
            ),
            (
                ("\"named_by\": \"domain\"", "\"named_by\": \"domain\", \"service\": \"post\""),
                "types[0].service is \"post\"; write mail, suite or personal_suite, or leave it out."
            ),
            (
                ("\"named_by\": \"domain\"", "\"named_by\": \"domain\", \"application\": \"mail\""),
                "types[0].application is \"mail\"; write an address such as \"https://mail.example.net/{name}\""
            ),
            (
                ("\"named_by\": \"domain\"", "\"named_by\": \"label\", \"service\": \"mail\""),
                "types[0].named_by is \"label\"; a mail service is named by its domain."
            ),
            (("\"it\": \"Testo\", ", ""), "types[0].offers[0].name has no text in it."),
            (
                ("\"12.00\"", "\"12.000\""),
                "types[0].offers[0].prices.yearly.CHF is \"12.000\"; write an amount such as \"12.00\"."
            ),
            (("\"12.00\"", "\"-12.00\""), "types[0].offers[0].prices.yearly.CHF is \"-12.00\""),
            (("\"12.00\"", "12.00"), "has at types[0].offers[0].prices.yearly.CHF something of another kind"),
            ((", \"EUR\": \"11.00\"", ""), "types[0].offers[0].prices.yearly has no price in EUR."),
            (
                ("\"yearly\"", "\"weekly\""),
                "types[0].offers[0].prices has a term \"weekly\"; write monthly, quarterly or yearly."
            ),
            (
                ("{\"yearly\": {\"CHF\": \"12.00\", \"EUR\": \"11.00\"}}", "{}"),
                "types[0].offers[0].prices is empty; add a term."
            ),
            (
                ("\"per_cent\": 20", "\"per_cent\": 100"),
                "types[0].offers[0].introduction.per_cent is 100; write a whole number from 1 to 99."
            ),
            (
                ("\"prices\"", "\"vat\": \"some\", \"prices\""),
                "types[0].offers[0].vat is \"some\"; write standard, reduced, accommodation or none."
            ),
        ] as [((String, String), String)])
    func broken(_ change: (String, String), _ sentence: String) throws {
        let error = #expect(throws: CatalogueError.self) { _ = try Self.read(Self.catalogue(change)) }
        #expect(error?.description.contains(sentence) == true, "\(error?.description ?? "")")
    }

    @Test("Nothing to sell, and the same id twice")
    func emptyAndTwice() throws {
        #expect(throws: CatalogueError.self) { try Self.read(#"{"types": []}"#) }
        let one = Self.catalogue(("", ""))
        let type = one.dropFirst(#"{"types": ["#.count).dropLast(2)
        let twice = #expect(throws: CatalogueError.self) { try Self.read(#"{"types": [\#(type), \#(type)]}"#) }
        #expect(twice?.description.contains("two types have the id web") == true)
        #expect(throws: CatalogueError.self) { try Catalogue(file: URL(filePath: "/nothing/here.json")) }
    }

    @Test(
        "A domain as people write it",
        arguments: [
            ("atelier-nord.ch", "atelier-nord.ch"), ("Atelier-Nord.CH", "atelier-nord.ch"),
            ("https://www.atelier-nord.ch/", "atelier-nord.ch"), ("www.a.ch", "a.ch"), ("a.b.co.uk", "a.b.co.uk"),
            ("bücher.ch", "bücher.ch"), ("atelier-nord.ch.", "atelier-nord.ch"), ("4you.ch", "4you.ch"),
            ("atelier", nil), ("-a.ch", nil), ("a-.ch", nil), ("a..ch", nil), ("a b.ch", nil), ("a.c0", nil), ("", nil),
            ("a/b.ch", nil), (String(repeating: "a", count: 64) + ".ch", nil), ("<b>.ch", nil), ("192.0.2.1", nil),
        ] as [(String, String?)])
    func domains(_ text: String, _ name: String?) {
        #expect(DomainName(text)?.description == name)
    }

    @Test(
        "Prices as the panel shows them",
        arguments: [
            // In Switzerland with the introduction: 138.00 − 20 %, VAT 8.1 %.
            Vector(
                "web-hosting-pro", .yearly, "CH", .chf, net: "110.40", vat: "8.94", total: "119.34", renewal: "149.18"),
            Vector(
                "web-hosting-basic", .yearly, "CH", .chf, net: "69.00", vat: "5.59", total: "74.59", renewal: "74.59"),
            Vector("domain-ch", .yearly, "LI", .chf, net: "9.90", vat: "0.80", total: "10.70", renewal: "10.70"),
            // A service to somebody abroad carries no Swiss VAT, and says so.
            Vector(
                "web-hosting-pro", .yearly, "DE", .eur, net: "105.60", vat: "0.00", total: "105.60", renewal: "132.00",
                note: "billing.vat.export"),
            Vector(
                "web-hosting-basic", .monthly, "FR", .eur, net: "6.50", vat: "0.00", total: "6.50", renewal: "6.50",
                vatNumber: "FR12345678901", note: "billing.vat.reverse_charge"),
        ])
    func quotes(_ vector: Vector) throws {
        let catalogue = try Catalogue(file: Catalogue.builtIn)
        let sold = try #require(catalogue.offer(vector.offer))
        let country = try #require(Country(vector.country))
        let quote = try Quote(
            type: sold.type, offer: sold.offer, term: vector.term,
            recipient: Recipient(name: "Test", country: country, vatNumber: vector.vatNumber, language: .english),
            currency: vector.currency, on: try #require(Day("2026-11-20")))
        #expect(quote.computed.net.plain == vector.net)
        #expect(quote.computed.vatTotal.plain == vector.vat)
        #expect(quote.total.plain == vector.total)
        #expect(quote.renewal.plain == vector.renewal)
        #expect(quote.computed.treatment.note == vector.note)
        #expect(quote.period.start == Day("2026-11-20"))
    }

    struct Vector: Sendable, CustomTestStringConvertible {
        let offer, country, net, vat, total, renewal: String
        let term: Term
        let currency: Currency
        let vatNumber, note: String?

        init(
            _ offer: String, _ term: Term, _ country: String, _ currency: Currency, net: String, vat: String,
            total: String, renewal: String, vatNumber: String? = nil, note: String? = nil
        ) {
            (self.offer, self.term, self.country, self.currency) = (offer, term, country, currency)
            (self.net, self.vat, self.total, self.renewal) = (net, vat, total, renewal)
            (self.vatNumber, self.note) = (vatNumber, note)
        }

        var testDescription: String { "\(offer) \(term) \(country) \(currency)" }
    }
}
