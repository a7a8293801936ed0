import Documents
import Kernel

extension CamtReader {
    func readAccount() throws -> IBAN {
        var found: IBAN?
        var told = ""
        try source.children { name throws in
            guard name == "Id" else { return try source.skip() }
            try source.children { name throws in
                guard name == "IBAN" else { return try source.skip() }
                told = try source.text()
                found = IBAN(told)
            }
        }
        guard let found else {
            throw trouble(told.isEmpty ? "The account has no IBAN." : "\(told.prefix(40)) is no IBAN.")
        }
        return found
    }

    func readAmount() throws -> Money {
        let code = source.attribute("Ccy") ?? ""
        let text = try source.text()
        guard let currency = Currency(rawValue: code) else { throw trouble("The currency \(code) is not one of ours.") }
        guard let amount = money(text, currency) else { throw trouble("\(text.prefix(30)) is no amount.") }
        return amount
    }

    private func money(_ text: String, _ currency: Currency) -> Money? {
        // Five decimals are allowed there; more than two are none of these currencies.
        var digits = Substring(text)
        if let point = digits.firstIndex(of: ".") {
            while digits.hasSuffix("0"), digits.distance(from: point, to: digits.endIndex) > 3 { digits.removeLast() }
            if digits.hasSuffix(".") { digits.removeLast() }
        }
        return Money(String(digits), currency)
    }

    /// nil for one in a currency that is not ours: what is told beside what was booked is nobody's trouble.
    private func readOurAmount() throws -> Money? {
        let currency = source.attribute("Ccy").flatMap(Currency.init(rawValue:))
        let text = try source.text()
        return currency.flatMap { money(text, $0) }
    }

    /// What an entry names beside what it booked: what was instructed, what it came to.
    func readAmounts() throws -> [Money] {
        var amounts: [Money] = []
        try source.children { name throws in
            guard name == "InstdAmt" || name == "CntrValAmt" else { return try source.skip() }
            try source.children { name throws in
                guard name == "Amt" else { return try source.skip() }
                if let amount = try readOurAmount() { amounts.append(amount) }
            }
        }
        return amounts
    }

    func readBankCode() throws -> BankCode {
        var code = BankCode()
        try source.children { name throws in
            guard name == "Domn" else { return try source.skip() }
            try source.children { name throws in
                switch name {
                case "Cd": code.domain = try source.text()
                case "Fmly":
                    try source.children { name throws in
                        if name == "SubFmlyCd" { code.subfamily = try source.text() } else { try source.skip() }
                    }
                default: try source.skip()
                }
            }
        }
        return code
    }

    func readSide() throws -> Bool {
        switch try source.text() {
        case "CRDT": return true
        case "DBIT": return false
        case let text: throw trouble("\(text.prefix(30)) is neither CRDT nor DBIT.")
        }
    }

    /// `<Sts>BOOK</Sts>` until version 07, `<Sts><Cd>BOOK</Cd></Sts>` since.
    func readCode() throws -> String {
        var code = ""
        while let piece = try source.next() {
            switch piece {
            case .text(let text): code += text
            case .start("Cd"): code = try source.text()
            case .start: try source.skip()
            case .end: return String(code.filter { !$0.isWhitespace })
            }
        }
        return code
    }

    func readDay() throws -> Day {
        var day: Day?
        try source.children { name throws in
            guard name == "Dt" || name == "DtTm" else { return try source.skip() }
            day = Day(String(try source.text().prefix(10)))
        }
        guard let day else { throw trouble("A day is no day.") }
        return day
    }

    func readDetail() throws -> Detail {
        var detail = Detail()
        try source.children { name throws in
            switch name {
            case "Refs":
                try source.children { name throws in
                    switch name {
                    case "AcctSvcrRef": detail.bankReference = try source.text()
                    case "EndToEndId":
                        let id = try source.text()
                        if id != "NOTPROVIDED" { detail.endToEndID = id }
                    case "PmtInfId": detail.batchID = try source.text()
                    case "MsgId" where detail.batchID.isEmpty: detail.batchID = try source.text()
                    default: try source.skip()
                    }
                }
            case "Amt": detail.amount = try readAmount()
            case "AmtDtls":
                try source.children { name throws in
                    // What reached the account; what was instructed may be in another currency.
                    let isBooked = name == "TxAmt" && detail.amount == nil
                    guard isBooked || name == "InstdAmt" || name == "CntrValAmt" else { return try source.skip() }
                    try source.children { name throws in
                        guard name == "Amt" else { return try source.skip() }
                        if isBooked {
                            detail.amount = try readAmount()
                        } else if let amount = try readOurAmount() {
                            detail.amounts.append(amount)
                        }
                    }
                }
            case "BkTxCd": detail.code = try readBankCode()
            case "CdtDbtInd": detail.isCredit = try readSide()
            case "RltdPties": try readParties(&detail)
            case "RmtInf": try readRemittance(&detail)
            case "RtrInf":
                detail.isReturn = true
                detail.returnReason = try readReturn()
            default: try source.skip()
            }
        }
        return detail
    }

    /// The code first, then the bank's own words.
    func readReturn() throws -> String {
        var parts: [String] = []
        try source.children { part throws in
            switch part {
            case "Rsn":
                try source.children { part throws in
                    if part == "Cd" { parts.insert(try source.text(), at: 0) } else { try source.skip() }
                }
            case "AddtlInf": parts.append(try source.text())
            default: try source.skip()
            }
        }
        return String(parts.joined(separator: " ").prefix(BankMovement.returnReasonLengthMax))
    }

    /// The name stands in the party itself until version 07, one level deeper since.
    func readParties(_ detail: inout Detail) throws {
        var name = ""
        var iban = ""
        try source.children { party throws in
            switch party {
            case "Dbtr":
                try source.children { part throws in
                    switch part {
                    case "Nm": name = try source.text()
                    case "Pty":
                        try source.children { part throws in
                            if part == "Nm" { name = try source.text() } else { try source.skip() }
                        }
                    default: try source.skip()
                    }
                }
            case "DbtrAcct": iban = try readIBAN()
            case "CdtrAcct": detail.creditorIBAN = try readIBAN()
            default: try source.skip()
            }
        }
        detail.debtorName = name
        detail.debtorIBAN = iban
    }

    private func readIBAN() throws -> String {
        var iban = ""
        try source.children { part throws in
            guard part == "Id" else { return try source.skip() }
            try source.children { part throws in
                if part == "IBAN" { iban = try source.text() } else { try source.skip() }
            }
        }
        return iban
    }

    func readRemittance(_ detail: inout Detail) throws {
        var reference = ""
        var texts: [String] = []
        try source.children { part throws in
            switch part {
            case "Ustrd": texts.append(try source.text())
            case "Strd":
                try source.children { part throws in
                    switch part {
                    case "CdtrRefInf":
                        try source.children { part throws in
                            if part == "Ref" {
                                let text = try source.text()
                                if reference.isEmpty { reference = text }
                            } else {
                                try source.skip()
                            }
                        }
                    case "AddtlRmtInf": texts.append(try source.text())
                    default: try source.skip()
                    }
                }
            default: try source.skip()
            }
        }
        detail.reference = reference
        detail.texts = texts
    }
}
