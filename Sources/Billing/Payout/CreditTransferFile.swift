package import Kernel
import Web

/// A file that a bank takes payments from: pain.001.001.09 of ISO 20022 after the Swiss Implementation Guidelines for Credit
/// Transfers (SPS 2025). Francs go as domestic payments, euros as SEPA payments; banks are known by their IBANs alone.
package struct CreditTransferFile: Sendable {
    /// Unique for the bank: at most 35 characters.
    let messageID: String
    let payer: String
    let accounts: [PayingAccount]
    let transfers: [CreditTransfer]
    let executionOn: Day
    let madeAt: Instant

    /// More does not fit what banks take in one file.
    package static let transfersMax = 1000

    /// - Throws: 409 `no_paying_account` where a currency has no account to pay from.
    /// - Precondition: between one transfer and `transfersMax`.
    package init(
        messageID: String, payer: String, accounts: [PayingAccount], transfers: [CreditTransfer], executionOn: Day,
        madeAt: Instant
    ) throws(Problem) {
        precondition(
            (1...CreditTransferFile.transfersMax).contains(transfers.count), "A file has transfers, and not too many.")
        for currency in Set(transfers.map(\.amount.currency))
        where !accounts.contains(where: { $0.currency == currency }) {
            throw Problem(
                .conflict, code: "no_paying_account", word: "billing.payout.no_account",
                arguments: ["currency": currency.rawValue])
        }
        self.messageID = messageID
        self.payer = payer
        self.accounts = accounts
        self.transfers = transfers
        self.executionOn = executionOn
        self.madeAt = madeAt
    }

    package var bytes: [UInt8] {
        let groups = accounts.map { account in
            group(account, transfers.filter { $0.amount.currency == account.currency })
        }.joined()
        let text = """
            <?xml version="1.0" encoding="UTF-8"?>
            <Document xmlns="urn:iso:std:iso:20022:tech:xsd:pain.001.001.09">
            <CstmrCdtTrfInitn>
            <GrpHdr>
            <MsgId>\(escaped(messageID))</MsgId>
            <CreDtTm>\(madeAt.description)</CreDtTm>
            <NbOfTxs>\(transfers.count)</NbOfTxs>
            <CtrlSum>\(sum(transfers))</CtrlSum>
            <InitgPty><Nm>\(name(payer))</Nm></InitgPty>
            </GrpHdr>
            \(groups)</CstmrCdtTrfInitn>
            </Document>

            """
        return Array(text.utf8)
    }

    /// All payments from one account.
    private func group(_ account: PayingAccount, _ transfers: [CreditTransfer]) -> String {
        if transfers.isEmpty { return "" }
        let isSEPA = account.currency == .eur
        let type = isSEPA ? "<PmtTpInf><SvcLvl><Cd>SEPA</Cd></SvcLvl></PmtTpInf>\n" : ""
        let charges = isSEPA ? "<ChrgBr>SLEV</ChrgBr>\n" : ""
        // Each payment is booked by itself, so that the statement repeats its reference.
        return """
            <PmtInf>
            <PmtInfId>\(escaped(messageID))-\(account.currency.rawValue)</PmtInfId>
            <PmtMtd>TRF</PmtMtd>
            <BtchBookg>false</BtchBookg>
            <NbOfTxs>\(transfers.count)</NbOfTxs>
            <CtrlSum>\(sum(transfers))</CtrlSum>
            \(type)<ReqdExctnDt><Dt>\(executionOn.description)</Dt></ReqdExctnDt>
            <Dbtr><Nm>\(name(payer))</Nm></Dbtr>
            <DbtrAcct><Id><IBAN>\(account.iban.description)</IBAN></Id><Ccy>\(account.currency.rawValue)</Ccy></DbtrAcct>
            <DbtrAgt><FinInstnId>\(bank(of: account.iban))</FinInstnId></DbtrAgt>
            \(charges)\(transfers.map(payment).joined())</PmtInf>

            """
    }

    private func payment(_ transfer: CreditTransfer) -> String {
        let address = transfer.address.map { address in
            let street = address.street.isEmpty ? "" : "<StrtNm>\(cut(address.street, 70))</StrtNm>"
            let postcode = address.postcode.isEmpty ? "" : "<PstCd>\(cut(address.postcode, 16))</PstCd>"
            let place = "<TwnNm>\(cut(address.town, 35))</TwnNm><Ctry>\(address.country.code)</Ctry>"
            return "<PstlAdr>\(street)\(postcode)\(place)</PstlAdr>"
        }
        return """
            <CdtTrfTxInf>
            <PmtId><InstrId>\(escaped(transfer.reference))</InstrId><EndToEndId>\(escaped(transfer.reference))</EndToEndId></PmtId>
            <Amt><InstdAmt Ccy="\(transfer.amount.currency.rawValue)">\(transfer.amount.plain)</InstdAmt></Amt>
            <Cdtr><Nm>\(name(transfer.holder))</Nm>\(address ?? "")</Cdtr>
            <CdtrAcct><Id><IBAN>\(transfer.iban.description)</IBAN></Id></CdtrAcct>
            <RmtInf><Ustrd>\(cut(transfer.message, 140))</Ustrd></RmtInf>
            </CdtTrfTxInf>

            """
    }

    /// A Swiss IBAN names its bank by the clearing number within it; for others the bank looks itself.
    private func bank(of iban: IBAN) -> String {
        if iban.countryCode == "CH" || iban.countryCode == "LI" {
            let number = iban.description.dropFirst(4).prefix(5)
            return "<ClrSysMmbId><ClrSysId><Cd>CHBCC</Cd></ClrSysId><MmbId>\(number)</MmbId></ClrSysMmbId>"
        }
        return "<Othr><Id>NOTPROVIDED</Id></Othr>"
    }

    /// The sum over all currencies, as the standard has it.
    private func sum(_ transfers: [CreditTransfer]) -> String {
        Money(minorUnits: transfers.reduce(0) { $0 + $1.amount.minorUnits }, .chf).plain
    }

    private func name(_ text: String) -> String { cut(text, PayoutTarget.holderLengthMax) }

    private func cut(_ text: String, _ length: Int) -> String {
        escaped(String(text.filter { PayoutTarget.isTransferable(String($0)) }.prefix(length)).trimmed)
    }

    private func escaped(_ text: String) -> String {
        text.replacing("&", with: "&amp;").replacing("<", with: "&lt;").replacing(">", with: "&gt;")
    }
}
