import Kernel
import Storage

@testable import Billing

/// Money in another currency, money that was taken back, our own payments as the bank tells of them, and customers on account.
extension Simulator {
    /// An operator converts a receipt at some rate; now and then at one that was not shown.
    func convert() async throws {
        let facts = try await Facts(world)
        let isAny = chance.one(in: 6)
        guard
            let entry = facts.bank.waiting.filter({ $0.amount > 0 && (isAny || $0.currency == .eur) })
                .randomElement(using: &chance),
            let key = facts.bank.entries.first(where: { $0.value == entry })?.key,
            let rate = ExchangeRate("0.\(Int.random(in: 80...99, using: &chance))"),
            let amount = rate.of(entry.money, in: .chf)
        else { return }
        let number = chance.one(in: 2) ? shadow.numbers.keys.sorted().randomElement(using: &chance) : nil
        let receiver: BankReceiver = number.map { .document($0) } ?? .prepaid(World.organization)
        let shown = chance.one(in: 4) ? chf(amount.minorUnits + 1) : amount
        let before = BankClerk(facts)
        var after = before
        after.convert(key, entry, amount.minorUnits, to: number.flatMap { shadow.numbers[$0] } ?? .topUp)
        note("   entry \(entry.id), \(entry.currency) \(entry.amount) at \(rate.plain), \(number ?? "prepaid")")
        let (payments, now) = (world.payments, world.clock.now)
        try await came([before, after]) {
            try await payments.convert(
                entry.id, BankConversion(to: receiver, at: rate, shown: shown), reason: Self.reason, by: World.actor,
                at: now)
        }
        if shown != amount { throw failure("entry \(entry.id) was converted into what was not shown") }
        shadow.toldEntries[entry.id] = .assigned
    }

    /// The bank exchanges euros for francs, or the other way, and books both halves; of one of them it may tell later.
    func exchange() {
        let euros = Int64.random(in: 100...80_000, using: &chance)
        let francs = euros * Int64.random(in: 85...99, using: &chance) / 100
        let isBuying = chance.one(in: 3)
        let code = (domain: "FORX", subfamily: "SPOT")
        var halves = [
            BankFileOfTest.Entry(
                amount: eur(euros).plain, currency: "EUR", isCredit: isBuying, counter: (chf(francs).plain, "CHF"),
                code: code),
            BankFileOfTest.Entry(
                amount: chf(francs).plain, isCredit: !isBuying, counter: (eur(euros).plain, "EUR"), code: code),
        ]
        if chance.one(in: 3) { halves.reverse() }
        if chance.one(in: 6) { halves.removeLast() }
        for var half in halves {
            half.bankReference = outside.nextReference
            book(half)
        }
    }

    /// The bank takes an exchange back: both halves once more, the other way.
    func takeExchangeBack() {
        let bank = outside.bank
        let exchanges = bank.indices.dropLast().filter {
            bank[$0].isExchange && bank[$0 + 1].isExchange && bank[$0].counter?.amount == bank[$0 + 1].amount
        }
        guard let first = exchanges.randomElement(using: &chance) else { return }
        for var half in bank[first...first + 1] {
            half.bankReference = outside.nextReference
            (half.isCredit, half.isReversal) = (!half.isCredit, true)
            book(half)
        }
    }

    /// An operator says that two movements were an exchange that the bank took back; it may have been another one.
    func nameExchangeBack() async throws {
        let waiting = try await Facts(world).bank.waiting.filter { $0.reason == .takenBack }
        guard let one = waiting.filter({ $0.amount > 0 }).randomElement(using: &chance),
            let other = waiting.filter({ $0.amount < 0 && $0.currency != one.currency }).randomElement(using: &chance)
        else { return }
        note("   entries \(one.id), \(one.currency) \(one.amount), and \(other.id), \(other.currency) \(other.amount)")
        let (payments, now) = (world.payments, world.clock.now)
        try await sending {
            try await payments.assignExchange(one.id, with: other.id, reason: Self.reason, by: World.actor, at: now)
        }
        shadow.toldEntries[one.id] = .assigned
        shadow.toldEntries[other.id] = .assigned
    }

    /// An operator says whose receipt the bank took back; now and then of one that it cannot be.
    func nameTakenBack() async throws {
        let facts = try await Facts(world)
        guard let entry = facts.bank.takenBack.randomElement(using: &chance) else { return }
        let receipts = facts.bank.entries.values.filter { $0.amount > 0 }.sorted { $0.id < $1.id }
        let fitting = receipts.filter { $0.currency == entry.currency && $0.amount == -entry.amount }
        guard let receipt = (chance.one(in: 6) ? receipts : fitting).randomElement(using: &chance) else { return }
        note("   entry \(entry.id), \(entry.currency) \(entry.amount), of \(receipt.id), \(receipt.state)")
        let (payments, now) = (world.payments, world.clock.now)
        try await sending {
            try await payments.takeBack(
                entry.id, receipt: receipt.id, reason: Self.reason, by: World.actor, at: now)
        }
        shadow.toldEntries[entry.id] = .assigned
    }

    /// The bank tells of a payment of ours: gone, come back, over another amount, or of one that was never sent.
    func bankTellsOfOurs() async throws {
        guard let withdrawal = try await anyWithdrawal() else { return }
        var entry = BankFileOfTest.Entry(bankReference: outside.nextReference, isCredit: false)
        let isWrong = chance.one(in: 8)
        entry.amount = chf(withdrawal.amount.minorUnits + (isWrong ? 1 : 0)).plain
        entry.endToEnd = withdrawal.reference
        if chance.one(in: 3) {
            entry.isCredit = true
            entry.returned = ("AC04", "Closed")
        }
        note("   \(withdrawal.reference), \(withdrawal.state)")
        book(entry)
    }

    /// Of what a payment put on prepaid, to an account.
    func refundToBank() async throws {
        guard let id = try await anyPayment(), let payment = try await Facts(world).payments[id],
            let account = IBAN(WithdrawalTests.iban)
        else { return }
        let amount = chance.one(in: 2) ? payment.amount : Int64.random(in: 1...payment.amount, using: &chance)
        let (desk, now, key) = (desk, world.clock.now, "desk:\(newKey())")
        note("   payment \(id), \(amount) of \(payment.amount)")
        _ = try await sending {
            try await self.world.database.write { connection in
                try desk.ask(
                    .refund(payment: id.rawValue, minorUnits: amount, byBank: true),
                    to: .bank(account, holder: "Marie Rossier"), in: World.organization, reason: Self.reason,
                    clientKey: key, by: Self.sam, in: connection, at: now)
            }
        }
    }

    func grantAccount() async throws {
        let now = world.clock.now
        if chance.one(in: 5) {
            _ = try await world.database.write { connection in
                try connection.withdrawAccount(
                    of: World.organization, reason: Self.reason, by: World.actor, at: now)
            }
            return
        }
        let terms = AccountTerms(
            dueDays: Int.random(in: 1...30, using: &chance),
            limit: chf(Int64.random(in: 10_000...500_000, using: &chance)))
        note("   up to \(terms.limit.plain)")
        try await world.database.write { connection in
            try connection.grantAccount(
                terms, to: World.organization, reason: Self.reason, by: World.actor, at: now)
        }
    }

    /// Provided against an open invoice, as far as the limit goes.
    func buyOnAccount() async throws {
        let net = Int64.random(in: 100...60_000, using: &chance)
        let total = Shadow.total(chf(net))
        let (payments, now, key) = (world.payments, world.clock.now, "account:\(newKey())")
        let standing = try await world.outside.read { connection in
            try connection.accountStanding(of: World.organization, on: World.issuer.zone.day(of: now))
        }
        shadow.bills.want(key, [Bills.Line(net: net, rate: 81)])
        note("   \(total.plain), \(standing?.left.plain ?? "nothing") left")
        let invoice = try await world.database.write { connection in
            try payments.putOnAccount(
                total, of: World.organization, in: connection, by: World.actor, at: now
            ) { dueDays in
                try connection.issueInvoice(
                    DocumentDraft(
                        key: key, organization: World.organization, recipient: World.recipient, currency: .chf,
                        lines: [DraftLine(description: "On account", unitListPrice: chf(net))], dueDays: dueDays),
                    from: World.issuer, by: World.actor, at: now)
            }
        }
        guard let standing, standing.refusal(of: total) == nil else {
            throw failure("\(invoice.number) was sold on account to who may not")
        }
        shadow.bills.told.insert(key)
        let reference = try await world.outside.read { try $0.transferReference(of: invoice.id) }
        guard let reference else { throw failure("\(invoice.number) cannot be transferred") }
        shadow.targets[reference.reference.text] = .document(invoice.id)
        shadow.numbers[invoice.number] = .document(invoice.id)
    }
}
