import Billing
import Kernel
import Testing

@Suite("A payment file for the bank")
struct CreditTransferFileTests {
    private func transfer(
        _ reference: String, _ amount: Money, _ iban: String, holder: String = "Marie Rossier",
        address: CreditTransfer.Address? = nil
    ) throws -> CreditTransfer {
        let iban = try #require(IBAN(iban))
        return CreditTransfer(
            reference: reference, amount: amount, iban: iban, holder: holder, address: address,
            message: "Kontor \(reference)")
    }

    private func file(_ transfers: [CreditTransfer], currencies: [Currency] = [.chf, .eur]) throws -> CreditTransferFile
    {
        let ibans: [Currency: String] = [.chf: "CH9300762011623852957", .eur: "CH5604835012345678009"]
        let accounts = try currencies.map { currency in
            let iban = try #require(IBAN(ibans[currency] ?? ""))
            return try #require(PayingAccount(iban: iban, currency: currency))
        }
        let executionOn = try #require(Day("2026-11-27"))
        let madeAt = try #require(Instant(rfc3339: "2026-11-26T10:00:00Z"))
        return try CreditTransferFile(
            messageID: "KONTOR-20261126-aabb", payer: "Kontor & Söhne <AG>", accounts: accounts, transfers: transfers,
            executionOn: executionOn, madeAt: madeAt)
    }

    private func count(_ needle: String, in text: String) -> Int { text.ranges(of: needle).count }

    @Test("Payments are grouped by the account they leave, with sums of each and of all")
    func groups() throws {
        let text = String(
            decoding: try file([
                transfer("WD-1", chf(1010), "CH9300762011623852957"), transfer("WD-2", chf(5), "CH9300762011623852957"),
                transfer("WD-3", eur(99_999), "DE89370400440532013000"),
            ]).bytes, as: UTF8.self)
        #expect(count("<PmtInf>", in: text) == 2)
        #expect(text.contains("<NbOfTxs>3</NbOfTxs>\n<CtrlSum>1010.14</CtrlSum>"))
        #expect(text.contains("<NbOfTxs>2</NbOfTxs>\n<CtrlSum>10.15</CtrlSum>"))
        #expect(text.contains("<NbOfTxs>1</NbOfTxs>\n<CtrlSum>999.99</CtrlSum>"))
        #expect(count("<SvcLvl><Cd>SEPA</Cd></SvcLvl>", in: text) == 1)
        #expect(count("<EndToEndId>WD-2</EndToEndId>", in: text) == 1)
        #expect(text.contains("<InstdAmt Ccy=\"CHF\">0.05</InstdAmt>"))
        #expect(text.contains("<Cd>CHBCC</Cd></ClrSysId><MmbId>00762</MmbId>"))
        #expect(!text.contains("BIC"))
    }

    @Test("A currency without payments has no group")
    func oneCurrency() throws {
        let text = String(decoding: try file([transfer("WD-1", chf(10), "CH9300762011623852957")]).bytes, as: UTF8.self)
        #expect(count("<PmtInf>", in: text) == 1)
        #expect(!text.contains("Ccy=\"EUR\""))
    }

    @Test("Names are escaped, cut, and left without characters that banks refuse")
    func names() throws {
        let address = CreditTransfer.Address(
            street: "Rue du Lac 3", postcode: "1003", town: "Lausanne", country: .switzerland)
        let long = "Müller & Söhne Владимир " + String(repeating: "x", count: 80)
        let text = String(
            decoding: try file([
                transfer("WD-1", chf(10), "CH9300762011623852957", holder: long, address: address)
            ]).bytes, as: UTF8.self)
        #expect(text.contains("<Dbtr><Nm>Kontor &amp; Söhne &lt;AG&gt;</Nm></Dbtr>"))
        #expect(text.contains("<Cdtr><Nm>Müller &amp; Söhne  xxx"))
        #expect(
            text.contains(
                "<PstlAdr><StrtNm>Rue du Lac 3</StrtNm><PstCd>1003</PstCd><TwnNm>Lausanne</TwnNm><Ctry>CH</Ctry></PstlAdr>"
            ))
    }

    @Test("Without an account of the currency there is no file")
    func noAccount() throws {
        let problem = #expect(throws: Problem.self) {
            try file([transfer("WD-1", eur(10), "DE89370400440532013000")], currencies: [.chf])
        }
        #expect(problem?.code == "no_paying_account")
    }

    @Test("Nothing can be paid from a QR-IBAN")
    func qr() throws {
        let iban = try #require(IBAN("CH4431999123000889012"))
        #expect(PayingAccount(iban: iban, currency: .chf) == nil)
    }
}
