import Billing
import Kernel

/// Files of the bank as tests need them.
struct BankFileOfTest {
    var version = "08"
    var kind = "054"
    var iban = "CH4431999123000889012"
    var entries: [Entry] = []

    struct Entry {
        var amount = "108.10"
        var currency = "CHF"
        var reference = ""
        var message = ""
        var bankReference = "A1"
        var debtorIBAN = ""
        var isCredit = true
        var isReversal = false
        var status = "BOOK"
        var endToEnd = "NOTPROVIDED"
        /// Codes and words of a return; a movement that is none has none.
        var returned: (code: String, text: String)?
        /// The whole of a payment file in one sum, not taken apart.
        var batch: (id: String, size: Int)?
        var day = "2026-11-20"
        /// What stands against it in another currency, as the bank names it.
        var counter: (amount: String, currency: String)?
        /// The bank's code: `FORX` is a trade in currencies, `RRTN` a payment that was sent back.
        var code: (domain: String, subfamily: String)?
        /// Where money that went out went to.
        var creditorIBAN = ""
    }

    var text: String {
        let root = kind == "054" ? ("BkToCstmrDbtCdtNtfctn", "Ntfctn") : ("BkToCstmrStmt", "Stmt")
        return """
            <?xml version="1.0" encoding="UTF-8"?>
            <Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.\(kind).001.\(version)"><\(root.0)>
            <GrpHdr><MsgId>M1</MsgId></GrpHdr>
            <\(root.1)><Id>S1</Id><Acct><Id><IBAN>\(iban)</IBAN></Id></Acct>
            \(entries.map(show).joined(separator: "\n"))
            </\(root.1)></\(root.0)></Document>
            """
    }

    var file: BankFile { BankFile(name: "camt.xml", .bytes(Array(text.utf8))) }

    private func show(_ entry: Entry) -> String {
        let amount = "<Amt Ccy=\"\(entry.currency)\">\(entry.amount)</Amt>"
        let side = "<CdtDbtInd>\(entry.isCredit ? "CRDT" : "DBIT")</CdtDbtInd>"
        let status = version == "08" ? "<Sts><Cd>\(entry.status)</Cd></Sts>" : "<Sts>\(entry.status)</Sts>"
        // Until version 03 a transaction's amount stands in its details only.
        let counter =
            entry.counter.map {
                """
                <CntrValAmt><Amt Ccy="\($0.currency)">\($0.amount)</Amt><CcyXchg><SrcCcy>\(entry.currency)</SrcCcy>\
                <TrgtCcy>\($0.currency)</TrgtCcy><UnitCcy>EUR</UnitCcy><XchgRate>0.95</XchgRate></CcyXchg></CntrValAmt>
                """
            } ?? ""
        let told = version == "02" ? "<TxAmt>\(amount)</TxAmt>\(counter)" : counter
        let inner = (version == "02" ? "" : amount + side) + (told.isEmpty ? "" : "<AmtDtls>\(told)</AmtDtls>")
        let code =
            entry.code.map {
                """
                <BkTxCd><Domn><Cd>\($0.domain)</Cd><Fmly><Cd>OTHR</Cd><SubFmlyCd>\($0.subfamily)</SubFmlyCd></Fmly></Domn>\
                </BkTxCd>
                """
            } ?? ""
        let creditor =
            entry.creditorIBAN.isEmpty
            ? "" : "<CdtrAcct><Id><IBAN>\(entry.creditorIBAN)</IBAN></Id></CdtrAcct>"
        let name = version == "08" ? "<Pty><Nm>Marie</Nm></Pty>" : "<Nm>Marie</Nm>"
        let debtor =
            entry.debtorIBAN.isEmpty ? "" : "<DbtrAcct><Id><IBAN>\(entry.debtorIBAN)</IBAN></Id></DbtrAcct>"
        let structured =
            entry.reference.isEmpty ? "" : "<Strd><CdtrRefInf><Ref>\(entry.reference)</Ref></CdtrRefInf></Strd>"
        let free = entry.message.isEmpty ? "" : "<Ustrd>\(entry.message)</Ustrd>"
        let back =
            entry.returned.map { "<RtrInf><Rsn><Cd>\($0.code)</Cd></Rsn><AddtlInf>\($0.text)</AddtlInf></RtrInf>" }
            ?? ""
        let batch =
            entry.batch.map {
                "<NtryDtls><Btch><PmtInfId>\($0.id)</PmtInfId><NbOfTxs>\($0.size)</NbOfTxs></Btch></NtryDtls>"
            }
        let details = """
            <NtryDtls><TxDtls>
            <Refs><AcctSvcrRef>\(entry.bankReference)</AcctSvcrRef><EndToEndId>\(entry.endToEnd)</EndToEndId></Refs>\(inner)\(code)
            <RltdPties><Dbtr>\(name)</Dbtr>\(debtor)\(creditor)</RltdPties><RmtInf>\(free)\(structured)</RmtInf>\(back)
            </TxDtls></NtryDtls>
            """
        return """
            <Ntry>\(amount)\(side)\(entry.isReversal ? "<RvslInd>true</RvslInd>" : "")\(status)
            <BookgDt><Dt>\(entry.day)</Dt></BookgDt><ValDt><DtTm>2026-11-20T10:00:00</DtTm></ValDt>
            <AcctSvcrRef>E\(entry.bankReference)</AcctSvcrRef>\(batch ?? details)</Ntry>
            """
    }
}
