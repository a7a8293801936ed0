import Billing
import Kernel

/// A camt.054 of ISO 20022, version .08: one notification for each account, one entry for each transfer.
struct BankNotification {
    let transfers: [SandboxTransfer]
    let accounts: [ReceivingAccount]
    let zone: Zone
    let madeAt: Instant

    var xml: String {
        let made = madeAt.milliseconds
        var text = """
            <?xml version="1.0" encoding="UTF-8"?>
            <Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.054.001.08"><BkToCstmrDbtCdtNtfctn>
            <GrpHdr><MsgId>SBX\(made)</MsgId><CreDtTm>\(madeAt)</CreDtTm></GrpHdr>

            """
        for (index, account) in accounts.enumerated() {
            text += """
                <Ntfctn><Id>SBX\(made)-\(index + 1)</Id><CreDtTm>\(madeAt)</CreDtTm>\
                <Acct><Id><IBAN>\(account.iban)</IBAN></Id><Ccy>\(account.currency.rawValue)</Ccy></Acct>

                """
            for transfer in transfers where transfer.account == account.iban.description { text += entry(transfer) }
            text += "</Ntfctn>\n"
        }
        return text + "</BkToCstmrDbtCdtNtfctn></Document>\n"
    }

    private func entry(_ transfer: SandboxTransfer) -> String {
        let amount =
            "<Amt Ccy=\"\(transfer.amount.currency.rawValue)\">\(transfer.amount.plain)</Amt><CdtDbtInd>CRDT</CdtDbtInd>"
        let day = zone.day(of: transfer.bookedAt)
        let reference = SandboxTransfer.reference(transfer.id)
        return """
            <Ntry>\(amount)<Sts><Cd>BOOK</Cd></Sts><BookgDt><Dt>\(day)</Dt></BookgDt><ValDt><Dt>\(day)</Dt></ValDt>\
            <AcctSvcrRef>\(reference)</AcctSvcrRef>\
            <BkTxCd><Domn><Cd>PMNT</Cd><Fmly><Cd>RCDT</Cd><SubFmlyCd>AUTT</SubFmlyCd></Fmly></Domn></BkTxCd>\
            <NtryDtls><TxDtls><Refs><AcctSvcrRef>\(reference)</AcctSvcrRef><EndToEndId>NOTPROVIDED</EndToEndId></Refs>\
            \(amount)\(parties(transfer))\(remittance(transfer))</TxDtls></NtryDtls></Ntry>

            """
    }

    private func parties(_ transfer: SandboxTransfer) -> String {
        var text = ""
        if !transfer.debtorName.isEmpty { text += "<Dbtr><Pty><Nm>\(escaped(transfer.debtorName))</Nm></Pty></Dbtr>" }
        if !transfer.debtorIBAN.isEmpty {
            text += "<DbtrAcct><Id><IBAN>\(escaped(transfer.debtorIBAN))</IBAN></Id></DbtrAcct>"
        }
        return text.isEmpty ? "" : "<RltdPties>\(text)</RltdPties>"
    }

    private func remittance(_ transfer: SandboxTransfer) -> String {
        var text = transfer.message.isEmpty ? "" : "<Ustrd>\(escaped(transfer.message))</Ustrd>"
        if !transfer.reference.isEmpty {
            let kind =
                transfer.reference.uppercased().hasPrefix("RF") ? "<Cd>SCOR</Cd>" : "<Prtry>QRR</Prtry>"
            text += """
                <Strd><CdtrRefInf><Tp><CdOrPrtry>\(kind)</CdOrPrtry></Tp><Ref>\(escaped(transfer.reference))</Ref>\
                </CdtrRefInf></Strd>
                """
        }
        return text.isEmpty ? "" : "<RmtInf>\(text)</RmtInf>"
    }

    /// What XML has no place for is left out.
    private func escaped(_ text: String) -> String {
        var escaped = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "&": escaped += "&amp;"
            case "<": escaped += "&lt;"
            case ">": escaped += "&gt;"
            case "\t", "\n", "\r": escaped += " "
            default:
                if scalar.value >= 32, scalar.value != 0xFFFE, scalar.value != 0xFFFF {
                    escaped.unicodeScalars.append(scalar)
                }
            }
        }
        return escaped
    }
}
