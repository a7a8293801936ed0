import Documents
import Kernel

/// Reads camt.053 (statement) and camt.054 (advice of credits and debits), versions .02 to .08, one movement after the other
/// (ISO 20022). Only booked entries come out. What the file holds beside them is passed over.
package final class CamtReader {
    let source: XMLSource
    private var account: IBAN?
    private var entry: Entry?
    private var hasRoot = false
    /// Movements that say the same, where the bank names none: they are told apart by their order.
    private var occurrences: [String: Int] = [:]

    private static let schemas: Set<String> = Set(
        ["053", "054"].flatMap { kind in
            ["02", "03", "04", "05", "06", "07", "08"].map { "urn:iso:std:iso:20022:tech:xsd:camt.\(kind).001.\($0)" }
        })

    package init(bytes: [UInt8]) throws { source = try XMLSource(bytes: bytes) }
    package init(path: String) throws { source = try XMLSource(path: path) }

    /// What an entry says of all its transactions.
    private struct Entry {
        let line: Int
        var amount: Money?
        var isCredit: Bool?
        var isReversal = false
        var isBooked = false
        var bookedOn: Day?
        var valueOn: Day?
        var reference = ""
        var batchSize = 0
        var batchID = ""
        var details = 0
        var withoutAmount = 0
        var code = BankCode()
        var amounts: [Money] = []
        /// How often a reference came up inside of this entry.
        var references: [String: Int] = [:]
    }

    struct Detail {
        var amount: Money?
        var isCredit: Bool?
        var bankReference = ""
        var endToEndID = ""
        var batchID = ""
        var returnReason = ""
        var reference = ""
        var texts: [String] = []
        var debtorName = ""
        var debtorIBAN = ""
        var creditorIBAN = ""
        var isReturn = false
        var code = BankCode()
        /// What the bank names beside the amount that it booked: in another currency where money was exchanged.
        var amounts: [Money] = []
    }

    /// - Returns: nil at the end of the file.
    /// - Throws: `XMLTrouble` with the line, for a file that is not what it should be. Nothing after it can be relied on.
    package func next() throws -> BankMovement? {
        while let piece = try source.next() {
            switch piece {
            case .start(let name):
                if let movement = try begin(name) { return movement }
            case .end("Ntry"):
                defer { entry = nil }
                if let entry, entry.details == 0, entry.isBooked { return try movement(of: entry, nil) }
            case .end("Stmt"), .end("Ntfctn"):
                account = nil
            case .end, .text:
                continue
            }
        }
        guard hasRoot else { throw trouble("It is no camt.053 or camt.054.") }
        return nil
    }

    private func begin(_ name: String) throws -> BankMovement? {
        if !hasRoot {
            guard name == "Document", let namespace = source.namespace, CamtReader.schemas.contains(namespace) else {
                throw trouble("It is no camt.053 or camt.054 of version 02 to 08.")
            }
            hasRoot = true
            return nil
        }
        if entry != nil { return try beginInEntry(name) }
        switch name {
        case "BkToCstmrStmt", "BkToCstmrDbtCdtNtfctn", "Stmt", "Ntfctn": break
        case "Acct": account = try readAccount()
        case "Ntry":
            guard account != nil else { throw trouble("An entry stands before its account.") }
            entry = Entry(line: source.line)
        default: try source.skip()
        }
        return nil
    }

    private func beginInEntry(_ name: String) throws -> BankMovement? {
        switch name {
        case "Amt": entry?.amount = try readAmount()
        case "CdtDbtInd": entry?.isCredit = try readSide()
        case "RvslInd": entry?.isReversal = ["true", "1"].contains(try source.text())
        case "Sts": entry?.isBooked = try readCode() == "BOOK"
        case "BookgDt": entry?.bookedOn = try readDay()
        case "ValDt": entry?.valueOn = try readDay()
        case "AcctSvcrRef": entry?.reference = try source.text()
        case "NtryDtls": break
        case "BkTxCd": entry?.code = try readBankCode()
        case "AmtDtls": entry?.amounts = try readAmounts()
        case "Btch":
            try source.children { name throws in
                switch name {
                case "NbOfTxs": entry?.batchSize += Int(try source.text()) ?? 0
                case "PmtInfId": entry?.batchID = try source.text()
                case "MsgId" where entry?.batchID.isEmpty == true: entry?.batchID = try source.text()
                default: try source.skip()
                }
            }
        case "TxDtls":
            guard entry?.isBooked == true else {
                try source.skip()
                return nil
            }
            return try detail()
        default: try source.skip()
        }
        return nil
    }

    private func detail() throws -> BankMovement {
        let detail = try readDetail()
        entry?.details += 1
        if detail.amount == nil { entry?.withoutAmount += 1 }
        guard let entry else { preconditionFailure("A detail is read inside of an entry.") }
        if detail.amount == nil, entry.details > 1 || entry.batchSize > 1 {
            throw trouble("One of several transactions has no amount.")
        }
        if entry.withoutAmount > 0, entry.details > 1 { throw trouble("One of several transactions has no amount.") }
        return try movement(of: entry, detail)
    }

    private func movement(of entry: Entry, _ detail: Detail?) throws -> BankMovement {
        guard let account else { preconditionFailure("An entry is read inside of an account.") }
        guard let isCredit = detail?.isCredit ?? entry.isCredit else {
            throw trouble("An entry is neither credit nor debit.")
        }
        guard let amount = detail?.amount ?? entry.amount else { throw trouble("An entry has no amount.") }
        guard amount.isPositive else { throw trouble("An amount is not positive.") }
        guard let bookedOn = entry.bookedOn else { throw trouble("A booked entry has no day of booking.") }
        let detail = detail ?? Detail()
        let isWhole = entry.details == 0
        let signed = isCredit ? amount : -amount
        return BankMovement(
            iban: account,
            key: key(account, entry, detail, signed, bookedOn),
            entryKey: entry.reference.isEmpty ? nil : "camt:\(account):\(entry.reference)", isWholeEntry: isWhole,
            isBatch: isWhole && entry.batchSize > 1, amount: signed,
            isReversal: entry.isReversal || detail.isReturn || entry.code.isReturn || detail.code.isReturn,
            bookedOn: bookedOn, valueOn: entry.valueOn,
            reference: detail.reference, endToEndID: detail.endToEndID,
            batchID: detail.batchID.isEmpty ? entry.batchID : detail.batchID, returnReason: detail.returnReason,
            message: String(detail.texts.joined(separator: " ").prefix(BankMovement.messageLengthMax)),
            debtorName: String(detail.debtorName.prefix(140)), debtorIBAN: String(detail.debtorIBAN.prefix(34)),
            exchange: exchange(of: signed, entry, detail), line: entry.line)
    }

    private func exchange(of amount: Money, _ entry: Entry, _ detail: Detail) -> BankMovement.Exchange? {
        let counter = (detail.amounts + entry.amounts).first { $0.currency != amount.currency }
        let isTrade = entry.code.isTrade || detail.code.isTrade
        if counter == nil, !isTrade { return nil }
        return BankMovement.Exchange(
            counter: counter, isTrade: isTrade,
            otherIBAN: amount.isPositive ? detail.debtorIBAN : detail.creditorIBAN)
    }

    /// Some banks repeat the entry's reference in each of its transactions; the order tells these apart then.
    private func key(_ account: IBAN, _ entry: Entry, _ detail: Detail, _ amount: Money, _ bookedOn: Day) -> String {
        let isWhole = entry.details == 0
        let reference = isWhole ? entry.reference : detail.bankReference
        if !reference.isEmpty {
            let count = isWhole ? 1 : (entry.references[reference] ?? 0) + 1
            if !isWhole { self.entry?.references[reference] = count }
            return count == 1 ? "camt:\(account):\(reference)" : "camt:\(account):\(reference)#\(count)"
        }
        let said = [
            bookedOn.description, amount.plain, amount.currency.rawValue, detail.endToEndID, detail.reference,
            entry.reference,
        ].joined(separator: "\u{1f}")
        let digest = sha256(said).prefix(32)
        let count: Int
        if entry.reference.isEmpty {
            count = (occurrences["\(account)\(digest)"] ?? 0) + 1
            occurrences["\(account)\(digest)"] = count
        } else {
            count = (entry.references[String(digest)] ?? 0) + 1
            self.entry?.references[String(digest)] = count
        }
        return "camt:\(account):~\(digest)#\(count)"
    }

    func trouble(_ text: String) -> XMLTrouble { XMLTrouble(line: source.line, text) }
}

extension BankMovement {
    /// What is kept of a remittance text: more than any bank's form takes.
    package static let messageLengthMax = 500
    static let returnReasonLengthMax = 140
}

/// The parts that are more than a text.
