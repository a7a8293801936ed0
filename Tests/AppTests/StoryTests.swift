import TestSupport
import Testing

/// The main job, end to end, as a new customer lives it.
@Suite("The story of a new customer, in German")
struct StoryTests {
    @Test("From nothing to a product and its invoice", arguments: DatabaseKind.allCases)
    func whole(_ kind: DatabaseKind) async throws {
        try await TestWorld.with(kind) { world in
            let browser = world.browser(language: "de-CH,de;q=0.9,en;q=0.5")
            let welcome = await browser.get("/")
            #expect(welcome.text.contains("<html lang=\"de\""))

            let sent = try await browser.follow(
                try await browser.submit(await browser.get("/sign-up"), "/sign-up", ["email": "heidi@alp.example"]))
            #expect(sent.text.contains("heidi@alp.example"))
            let mail = try #require(try await world.mails(to: "heidi@alp.example").first)
            #expect(mail.subject == "Bestätigen Sie Ihre E-Mail-Adresse")
            let details = await browser.get(try #require(mail.path))
            #expect(details.status == 200)
            let made = try await browser.submit(
                details, mail.path,
                [
                    "first_name": "Heidi", "last_name": "Bühler", "country": "CH", "phone": "079 123 45 67",
                    "password": TestWorld.password, "kind": "private", "currency": "CHF",
                ])
            let home = try #require(made.location)
            let console = try await browser.follow(made)
            #expect(console.status == 200)
            #expect(console.text.contains("Heidi Bühler"))
            #expect(console.text.contains("<html lang=\"de\""))

            let checkout = await browser.get("\(home)/order/web-hosting?offer=web-hosting-pro&term=yearly")
            #expect(checkout.text.contains("119.34"))
            let ordered = try await browser.submit(
                checkout, "\(home)/order/web-hosting",
                [
                    "name": "heidi-alp.ch", "street": "Alpweg 3", "postcode": "7304", "town": "Maienfeld",
                    "country": "CH",
                    "method": "card", "card_number": "4242 4242 4242 4242", "card_expiry": "12/30", "card_cvc": "123",
                ])
            #expect(ordered.status == 303, "\(ordered.text)")
            let order = try await browser.follow(ordered)
            #expect(order.text.contains("heidi-alp.ch"))
            #expect(order.text.contains("\(home)/products/"))
            let invoicePath = try #require(
                order.text.firstMatch(of: #/\/organizations\/\d+\/billing\/documents\/\d+/#)?.0)
            let invoice = await browser.get(String(invoicePath))
            #expect(invoice.status == 200)
            #expect(invoice.text.contains("2026-00001"))
            #expect(invoice.text.contains("Alpweg 3"))
            #expect(invoice.text.contains("Rechnung"))
            let letter = try await world.mails(to: "heidi@alp.example").last
            #expect(letter?.text.contains("2026-00001") == true)

            await browser.get(home)
            #expect(await browser.post("/sign-out").status == 303)
            #expect(await browser.get(home).status == 303)
            let elsewhere = world.browser(language: "fr", agent: "Chrome/150 Windows")
            #expect(try await elsewhere.signIn("heidi@alp.example").status == 303)
            // The account's language, not the browser's.
            #expect(await elsewhere.get(home).text.contains("<html lang=\"de\""))
            let notice = try #require(try await world.mails(to: "heidi@alp.example").last)
            #expect(notice.subject == "Neue Anmeldung bei Ihrem Konto")
            #expect(notice.text.contains("Chrome"))
            #expect(try await world.brokenInvariants() == [])
        }
    }
}
