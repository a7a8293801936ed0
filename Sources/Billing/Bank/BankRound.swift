import Kernel
import Storage

/// Movements in the order of the file that do not change what the others among them are: decided by the same facts, and
/// written together. One that pays what another before it pays begins the next round, and finds that paid.
struct BankRound {
    struct Decided {
        let movement: BankMovement
        let match: BankMatch
        let target: TransferTarget?
        let candidates: [TransferTarget]

        /// Under no reference of a customer: it may be our own money.
        var mayBeOurs: Bool { target == nil }
        /// What it may pay, of what is paid once.
        fileprivate var things: [String] {
            ([target].compactMap(\.self) + candidates).filter { !$0.takesAnyAmount }.map(\.thing)
        }
    }

    private(set) var decided: [Decided] = []
    let facts: BankFacts
    private var asked: Set<String> = []
    private var payers: Set<String> = []

    /// - Parameter movements: at least the first of them is decided.
    init(of movements: ArraySlice<BankMovement>, in connection: Connection) throws {
        facts = try BankFacts(of: movements, in: connection)
        for movement in movements {
            let next = facts.decide(movement)
            // What goes out or comes back may be about what was written just before.
            let isAlone = next.mayBeOurs && movement.standsAlone
            if isAlone, !decided.isEmpty { return }
            let things = next.things
            // A payer becomes known by what they pay.
            let isKnown = next.mayBeOurs && payers.contains(movement.debtorIBAN)
            if isKnown || !asked.isDisjoint(with: things) { return }
            asked.formUnion(things)
            if !movement.debtorIBAN.isEmpty { payers.insert(movement.debtorIBAN) }
            decided.append(next)
            if isAlone { return }
        }
    }
}

extension BankMovement {
    fileprivate var standsAlone: Bool { amount.isNegative || isReversal || isBatch || exchange != nil }
}

extension TransferTarget {
    fileprivate var thing: String { "\(purpose) \(purposeID)" }
    fileprivate var takesAnyAmount: Bool { purpose == PaymentPurpose.topUpName }
}

extension Payments {
    /// Books what each movement of a round is, and writes all of them down.
    /// - Returns: what became of each, in no order.
    func book(
        _ round: BankRound, of file: BankImportID, in connection: Connection, by actor: Event.Actor, at now: Instant
    ) throws -> [(movement: BankMovement, state: BankEntry.State)] {
        var entries: [NewBankEntry] = []
        var transfers: [Transfer] = []
        var transactions: [LedgerTransaction] = []
        /// Which entry each of them belongs to.
        var ofTransfers: [Int] = []
        var ofTransactions: [Int] = []
        var recognised: [BankMovement] = []
        let mayBeOurs = round.decided.filter(\.mayBeOurs).map(\.movement.told)
        var own = try connection.ownMoney(for: mayBeOurs)
        for decided in round.decided {
            let (movement, match) = (decided.movement, decided.match)
            if try decided.mayBeOurs
                && recognise(movement, among: own, of: file, in: connection, by: actor, at: now)
            {
                recognised.append(movement)
                // It is told now, and another of the same amount is not it.
                own = try connection.ownMoney(for: mayBeOurs)
                continue
            }
            switch match {
            case .pays(let target), .isTooLittle(let target):
                var transfer = Transfer(receipt: Receipt(movement), target: target)
                if case .isTooLittle = match { transfer.fulfilment = .nothingOpen(.tooLittle) }
                transfers.append(transfer)
                ofTransfers.append(entries.count)
                entries.append(NewBankEntry(movement: movement, state: .posted, organization: target.organization))
            case .unidentified(let reason, let organization):
                transactions.append(try unidentified(movement, at: now))
                ofTransactions.append(entries.count)
                entries.append(
                    NewBankEntry(
                        movement: movement, state: .unidentified, reason: reason, organization: organization))
            case .batch:
                entries.append(NewBankEntry(movement: movement, state: .batch))
            case .outgoing:
                if let transaction = try confirmReturn(by: movement, in: connection, at: now) {
                    entries.append(NewBankEntry(movement: movement, state: .posted, transaction: transaction))
                } else if try contradictsTheBooks(movement, in: connection) {
                    transactions.append(try unidentified(movement, at: now))
                    ofTransactions.append(entries.count)
                    entries.append(NewBankEntry(movement: movement, state: .unidentified, reason: .notSent))
                } else {
                    entries.append(NewBankEntry(movement: movement, state: .outgoing))
                }
            }
        }
        let paid = try postTransfers(transfers, with: round.facts.accounts, in: connection, by: actor, at: now)
        for (index, paid) in zip(ofTransfers, paid) {
            entries[index].payment = paid.payment
            entries[index].transaction = paid.transaction
        }
        for (index, transaction) in zip(ofTransactions, try connection.post(transactions)) {
            entries[index].transaction = transaction
        }
        try connection.insertEntries(entries, of: file)
        return entries.map { ($0.movement, $0.state) } + recognised.map { ($0, .recognised) }
    }

    /// 1020 / 2031, or back where the bank took it back.
    func unidentified(_ movement: BankMovement, at now: Instant) throws -> LedgerTransaction {
        try LedgerTransaction(
            key: movement.key, kind: .transfer, organization: nil, effectiveOn: movement.bookedOn, happenedAt: now,
            postings: [
                .debit(.bank, movement.amount, nil, detail: movement.key),
                .credit(.unidentifiedReceipts, movement.amount, nil, detail: movement.key),
            ])
    }
}

extension Receipt {
    fileprivate init(_ movement: BankMovement) {
        self.init(
            amount: movement.amount, key: movement.key, kind: .transfer, source: .bank, bookedOn: movement.bookedOn)
    }
}
