import Billing
import Kernel
import Storage
import TestSupport
import Testing

@Suite("What the bookkeeping wants")
struct PreferenceTests {
    private static func attachments(_ world: TestWorld, _ person: TestPerson) async throws -> [String] {
        _ = try await world.mails(to: person.login)
        return try await world.values("SELECT name || ' ' || type AS value FROM sandbox_attachment ORDER BY id")
    }

    @Test("A paid invoice goes along with its mail for who wants it (BILL-4)", arguments: DatabaseKind.allCases)
    func attaches(_ kind: DatabaseKind) async throws {
        try await OrderTests.with(kind) { world, marie in
            try await world.order(by: marie)
            #expect(try await Self.attachments(world, marie) == [])
            let browser = try await world.browser(for: marie)
            let path = "/organizations/\(marie.organization)/billing/preferences"
            let form = "\(path)/invoice"
            let page = await browser.get(path)
            #expect(page.text.contains("value=\"attached\"") && !page.text.contains("value=\"link\""))
            #expect(try await browser.submit(page, form, ["invoice": "everything"]).status == 404)
            // Twice is as good as once.
            for _ in 1...2 { #expect(try await browser.submit(page, form, ["invoice": "attached"]).status == 303) }
            #expect(try await world.eventNames().count { $0 == "InvoicesAttached" } == 1)
            try await world.order("domain-ch", name: "second.ch", by: marie, key: "second-key-of-a-test-001")
            #expect(try await Self.attachments(world, marie) == ["Invoice-2026-00002.pdf application/pdf"])
            let bytes = try await world.database.read { connection -> [UInt8] in
                try #require(try connection.row("SELECT bytes FROM sandbox_attachment"))["bytes"]
            }
            #expect(bytes.starts(with: Array("%PDF".utf8)))
            let again = await browser.get(path)
            #expect(again.text.contains("value=\"link\"") && !again.text.contains("value=\"attached\""))
            #expect(try await browser.submit(again, form, ["invoice": "link"]).status == 303)
            try await world.order("domain-ch", name: "third.ch", by: marie, key: "third-key-of-a-test-0001")
            #expect(try await Self.attachments(world, marie).count == 1)
        }
    }

    @Test("PostFinance tops up in francs, confirmed on its page (PRE-3)", arguments: DatabaseKind.allCases)
    func postFinance(_ kind: DatabaseKind) async throws {
        try await OrderTests.with(kind) { world, marie in
            let browser = try await world.browser(for: marie)
            let path = "/organizations/\(marie.organization)/billing/prepaid/top-up"
            let page = await browser.get(path)
            #expect(page.text.contains("value=\"postfinance\"") && page.text.contains("value=\"card\""))
            for never in ["twint", "paypal", "ebill", "prepaid", "on_account"] {
                #expect(!page.text.contains("value=\"\(never)\""), "\(never)")
                #expect(try await browser.submit(page, path, ["amount": "50", "method": never]).status == 422)
            }
            let sent = try await browser.submit(page, path, ["amount": "50", "method": "postfinance"])
            #expect(sent.status == 303)
            #expect(
                try await world.values("SELECT method || ' ' || state AS value FROM payment") == ["postfinance pending"]
            )
            let bank = try await browser.follow(sent)
            let back = try await browser.submit(bank, sent.location, ["decision": "approve"])
            _ = try await browser.follow(back)
            #expect(try await world.balance(of: marie) == "50.00")
            let frida = try await world.founder(
                "frida@fern.example", organization: "Fern", currency: .eur, country: "DE")
            let other = try await world.browser(for: frida)
            let euros = await other.get("/organizations/\(frida.organization)/billing/prepaid/top-up")
            #expect(euros.status == 200 && !euros.text.contains("value=\"postfinance\""))
        }
    }

    @Test(
        "The receipt of a top-up is made out to the address that was chosen (ADDR-3)", arguments: DatabaseKind.allCases)
    func addresses(_ kind: DatabaseKind) async throws {
        try await OrderTests.with(kind) { world, marie in
            let id = try await BillingAddressTests.add(world, marie)
            let browser = try await world.browser(for: marie)
            let path = "/organizations/\(marie.organization)/billing/prepaid/top-up"
            func receipts() async throws -> [String] {
                try await world.database.read { connection in
                    try connection.documents(
                        of: marie.organization, DocumentFilter(kinds: [.receipt]), limit: 10
                    ).map(\.recipient.name)
                }
            }
            func send(_ values: [String: String]) async throws -> Screen {
                try await browser.submit(await browser.get(path), path, ["amount": "50"].merging(values) { $1 })
            }
            let gone = try await send(["method": "postfinance", "billing_address": "99"])
            #expect(gone.status == 422 && gone.text.contains("billing_address-error"))
            let sent = try await send(["method": "postfinance", "billing_address": "\(id)"])
            #expect(sent.status == 303)
            // What waits for its payment keeps its address.
            let removal = "/organizations/\(marie.organization)/billing/addresses/\(id)/removal"
            let kept = await browser.get(removal)
            #expect(kept.text.contains("CHF 50.00") && kept.form(removal) == nil)
            let bank = try await browser.follow(sent)
            _ = try await browser.follow(try await browser.submit(bank, sent.location, ["decision": "approve"]))
            #expect(try await receipts() == ["Studio Berlin"])
            let own = try await send(["amount": "51", "method": "postfinance", "billing_address": "own"])
            let again = try await browser.follow(own)
            _ = try await browser.follow(try await browser.submit(again, own.location, ["decision": "approve"]))
            #expect(try await receipts() == ["Atelier Rossier", "Studio Berlin"])

            // By transfer: chosen with the reference, changed afterwards, and the default where it is gone.
            for (address, name) in [("\(id)", "Studio Berlin"), ("own", "Atelier Rossier"), ("\(id)", "Studio Berlin")]
            {
                let asked = try await browser.submit(
                    await browser.get(path), "\(path)/transfer", ["transfer_address": address])
                #expect(asked.status == 303)
                #expect(try await receive(world, marie).first == name)
            }
            let open = await browser.get(path)
            let page = await browser.get(removal)
            #expect(try await browser.submit(page, removal, [:]).status == 303)
            // Whoever still has the form with it chooses again.
            let stale = try await browser.submit(open, "\(path)/transfer", ["transfer_address": "\(id)"])
            #expect(stale.status == 422 && stale.text.contains("id=\"transfer_address-error\""))
            #expect(stale.form("\(path)/transfer") != nil && stale.form(path) != nil)
            #expect(try await receive(world, marie).first == "Atelier Rossier")
            #expect(try await world.brokenInvariants() == [])
        }
    }

    /// Five francs come by transfer.
    /// - Returns: whom the receipts are for, the newest first.
    private func receive(_ world: TestWorld, _ person: TestPerson) async throws -> [String] {
        let reference = try await world.database.read {
            try $0.transferReference(for: PaymentPurpose.topUpName, person.organization.rawValue)
        }
        _ = await world.browser().postJSON(
            "/sandbox/bank/transfers",
            "{\"amount\": \"5.00\", \"currency\": \"CHF\", \"reference\": \"\(try #require(reference).reference.text)\"}"
        )
        let file = await world.browser().get("/sandbox/bank/camt054.xml")
        _ = try await world.payments.importBankFile(
            BankFile(name: "camt054.xml", .bytes(Array(file.text.utf8))), by: .system)
        return try await world.database.read { connection in
            try connection.documents(of: person.organization, DocumentFilter(kinds: [.receipt]), limit: 10)
                .map(\.recipient.name)
        }
    }

    @Test("The page to top up says how to transfer, to who asks (PRE-3)", arguments: DatabaseKind.allCases)
    func transfer(_ kind: DatabaseKind) async throws {
        try await OrderTests.with(kind) { world, marie in
            let browser = try await world.browser(for: marie)
            let path = "/organizations/\(marie.organization)/billing/prepaid/top-up"
            let page = await browser.get(path)
            #expect(!page.text.contains("CH44 3199 9123 0008 8901 2"))
            let asked = try await browser.submit(page, "\(path)/transfer")
            #expect(asked.status == 303 && asked.location == path)
            let shown = await browser.get(path).text
            #expect(shown.contains("CH44 3199 9123 0008 8901 2") && !shown.contains("\(path)/transfer"))
            let stored = try await world.database.read {
                try $0.transferReference(for: PaymentPurpose.topUpName, marie.organization.rawValue)
            }
            let reference = try #require(stored)
            #expect(reference.amount == nil && shown.contains(reference.reference.grouped))
        }
    }
}
