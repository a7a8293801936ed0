import Billing
import Kernel

/// What a reference or a number is for.
enum TransferAim: Hashable {
    case order(OrderID)
    case document(DocumentID)
    case topUp
}

/// A clerk with a pencil, who makes of the bank's movements what billing.md says, one after the other.
struct BankClerk: Hashable {
    struct Fate: Hashable {
        let state: BankEntry.State
        let reason: UnidentifiedReason?
    }

    /// What each movement became, by the bank's key.
    private(set) var fates: [String: Fate]
    private(set) var orders: [OrderID: String]
    private(set) var open: [DocumentID: Int64]
    private(set) var balance: Int64
    /// On account 2031: the organisation's, and nobody's.
    private(set) var kept: Int64
    private(set) var lying: [Currency: Int64]
    private var returning: [BankEntryID: Money]
    private var payers: Set<String>
    private let totals: [OrderID: Int64]
    private let asked: Set<OrderID>
    private let ids: [String: BankEntryID]
    private var sent: [String: BankFacts.Sent]
    /// Debits under a reference of ours that the books do not have as sent, oldest first.
    private var contradictions: [Contradiction]

    private struct Contradiction: Hashable {
        let key: String
        let endToEndID: String
        let money: Money
    }

    /// The books as they are.
    init(_ facts: Facts) {
        fates = facts.bank.entries.mapValues { Fate(state: $0.state, reason: $0.reason) }
        orders = facts.orders
        open = Dictionary(
            uniqueKeysWithValues: facts.documents.filter { $0.kind == .invoice }.map { ($0.id, $0.open) })
        balance = facts.balance
        kept = facts.unidentified
        lying = facts.bank.lying
        returning = Dictionary(uniqueKeysWithValues: facts.bank.returning.map { ($0.id, $0.money) })
        payers = facts.bank.payers
        totals = facts.totals
        asked = facts.bank.asked
        ids = facts.bank.entries.mapValues(\.id)
        sent = facts.bank.sent
        contradictions = facts.bank.entries.filter {
            $0.value.state == .unidentified && $0.value.amount < 0 && !$0.value.endToEndID.isEmpty
        }.sorted { $0.value.id < $1.value.id }.map {
            Contradiction(key: $0.key, endToEndID: $0.value.endToEndID, money: $0.value.money)
        }
    }

    /// - Returns: the first thing in which the books are not as the clerk has them; nil where they agree.
    func difference(from facts: Facts) -> String? {
        let books = BankClerk(facts)
        for key in Set(fates.keys).union(books.fates.keys).sorted() where fates[key] != books.fates[key] {
            return "\(key) is \(text(books.fates[key])), and should be \(text(fates[key]))"
        }
        for order in orders.keys.sorted() where orders[order] != books.orders[order] {
            return "order \(order) is \(books.orders[order] ?? "gone"), and should be \(orders[order] ?? "")"
        }
        for id in books.open.keys.sorted() where open[id, default: 0] != books.open[id] {
            return "of document \(id) are open \(books.open[id] ?? 0), and should be \(open[id, default: 0])"
        }
        if (balance, kept) != (books.balance, books.kept) {
            return "prepaid has \(books.balance) and 2031 \(books.kept), and should have \(balance) and \(kept)"
        }
        return lying == books.lying ? nil : "2031 has \(books.lying), and should have \(lying)"
    }

    private func text(_ fate: Fate?) -> String {
        fate.map { "\($0.state) \($0.reason?.rawValue ?? "")" } ?? "unknown"
    }

    /// One movement of a file; one that is known changes nothing.
    mutating func book(_ entry: BankFileOfTest.Entry, _ shadow: Shadow) {
        let key = Outside.key(entry)
        guard entry.status == "BOOK", fates[key] == nil else { return }
        let currency: Currency = entry.currency == "EUR" ? .eur : .chf
        let aim = shadow.targets[entry.reference]
        func keep(_ reason: UnidentifiedReason) {
            fates[key] = Fate(state: .unidentified, reason: reason)
            lying[currency, default: 0] += entry.minorUnits
            if entry.minorUnits < 0, entry.sentAs != nil {
                contradictions.append(
                    Contradiction(
                        key: key, endToEndID: entry.endToEnd, money: Money(minorUnits: entry.minorUnits, currency)))
            }
        }
        if aim == nil, entry.isExchange {
            fates[key] = Fate(state: .posted, reason: nil)
            return
        }
        if aim == nil, let reference = entry.sentAs, let reason = book(ours: entry, reference, key, currency) {
            if reason == .notSent { keep(.notSent) }
            return
        }
        if entry.isReversal || entry.returned != nil { return keep(.takenBack) }
        if !entry.isCredit {
            if !book(outgoing: entry, key, currency) { keep(.notSent) }
            return
        }
        guard let aim = aim ?? guess(entry, currency, shadow) else {
            return keep(entry.reference.isEmpty ? .noReference : .unknownReference)
        }
        if currency != .chf { return keep(.otherCurrency) }
        fates[key] = Fate(state: .posted, reason: nil)
        if !entry.debtorIBAN.isEmpty { payers.insert(entry.debtorIBAN) }
        pay(aim, entry.minorUnits)
    }

    /// What we sent, or what came back of it.
    /// - Returns: nil where the bank's word is about none of ours; `.notSent` for what the books do not have as sent.
    private mutating func book(
        ours entry: BankFileOfTest.Entry, _ reference: String, _ key: String, _ currency: Currency
    ) -> UnidentifiedReason?? {
        guard var ours = sent[reference] else { return nil }
        let fits = ours.isByBank && currency == .chf && abs(entry.minorUnits) == ours.amount
        let isReversal = entry.isReversal || entry.returned != nil
        defer { sent[reference] = ours }
        if isReversal {
            guard entry.isCredit else { return nil }
            let debit = Money(minorUnits: -entry.minorUnits, currency)
            if let index = contradictions.firstIndex(where: { $0.endToEndID == reference && $0.money == debit }) {
                // Both lie on 2031 and are nothing together.
                let other = contradictions.remove(at: index).key
                lying[currency, default: 0] += entry.minorUnits
                fates[other] = Fate(state: .assigned, reason: fates[other]?.reason)
                fates[key] = Fate(state: .assigned, reason: nil)
                return .some(nil)
            }
            guard fits else { return nil }
            if ours.state == .inFile { (ours.state, ours.paid) = (.paid, .free) }
            if ours.state == .paid {
                (ours.state, ours.returned) = (.returned, .free)
                credit(ours.amount)
            }
            guard ours.returned == .free else { return nil }
            ours.returned = .told
        } else {
            if fits, ours.state == .inFile { (ours.state, ours.paid) = (.paid, .free) }
            guard fits, ours.paid == .free else {
                if ours.paid != .told { return .some(.notSent) }
                fates[key] = Fate(state: .outgoing, reason: nil)
                return .some(nil)
            }
            ours.paid = .told
        }
        fates[key] = Fate(state: .recognised, reason: nil)
        return .some(nil)
    }

    /// Money sent back under the text that was asked for.
    /// - Returns: false where it names a receipt that is not to be sent back, or not so much.
    private mutating func book(outgoing entry: BankFileOfTest.Entry, _ key: String, _ currency: Currency) -> Bool {
        let id = entry.message.hasPrefix("RETURN-") ? BankEntryID(String(entry.message.dropFirst(7))) : nil
        guard let id, returning[id] == Money(minorUnits: -entry.minorUnits, currency) else {
            if let id, ids.values.contains(id) { return false }
            fates[key] = Fate(state: .outgoing, reason: nil)
            return true
        }
        returning[id] = nil
        fates[key] = Fate(state: .posted, reason: nil)
        lying[currency, default: 0] += entry.minorUnits
        if let sent = fates.first(where: { $0.value.state == .returning && ids[$0.key] == id }) {
            fates[sent.key] = Fate(state: .returned, reason: sent.value.reason)
        }
        return true
    }

    /// Without a reference of ours: a number in the text, or somebody known who pays exactly what one thing costs.
    private func guess(_ entry: BankFileOfTest.Entry, _ currency: Currency, _ shadow: Shadow) -> TransferAim? {
        if let aim = shadow.numbers[entry.message] { return isWaiting(aim) ? aim : nil }
        guard currency == .chf, payers.contains(entry.debtorIBAN) else { return nil }
        let documents = open.filter { $0.value == entry.minorUnits }.map { TransferAim.document($0.key) }
        let orders = asked.filter { isWaiting(.order($0)) && totals[$0] == entry.minorUnits }.map(TransferAim.order)
        let found = documents + orders
        return found.count == 1 ? found[0] : nil
    }

    private func isWaiting(_ aim: TransferAim) -> Bool {
        switch aim {
        case .order(let order): asked.contains(order) && orders[order] != "paid"
        case .document(let document): open[document, default: 0] > 0
        case .topUp: false
        }
    }

    /// What a receipt pays once it is known for what.
    mutating func pay(_ aim: TransferAim, _ amount: Int64) {
        var rest = amount
        switch aim {
        case .topUp: break
        case .order(let order):
            let total = totals[order] ?? 0
            if orders[order] == "open", amount >= total - Self.tolerance {
                orders[order] = "paid"
                rest = max(0, amount - total)
            }
        case .document(let document):
            let owed = open[document] ?? 0
            rest -= min(owed, amount)
            let left = owed - min(owed, amount)
            open[document] = left <= Self.tolerance && owed > 0 ? 0 : left
        }
        credit(rest)
    }

    /// Prepaid, as far as it may hold.
    private mutating func credit(_ amount: Int64) {
        let part = min(amount, 999_900 - balance)
        balance += part
        kept += amount - part
    }

    private static let tolerance: Int64 = 5

    /// Somebody told whose a receipt is.
    mutating func assign(_ key: String, _ entry: BankFacts.Entry, to aim: TransferAim) {
        fates[key] = Fate(state: .assigned, reason: entry.reason)
        lying[entry.currency, default: 0] -= entry.amount
        pay(aim, entry.amount)
    }

    /// The same for what came in another currency.
    mutating func convert(_ key: String, _ entry: BankFacts.Entry, _ amount: Int64, to aim: TransferAim) {
        fates[key] = Fate(state: .assigned, reason: entry.reason)
        lying[entry.currency, default: 0] -= entry.amount
        pay(aim, amount)
    }

    mutating func sendBack(_ key: String, _ entry: BankFacts.Entry) {
        fates[key] = Fate(state: .returning, reason: entry.reason)
        returning[entry.id] = entry.money
    }
}
