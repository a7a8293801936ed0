import Billing
import Kernel
import Sandbox
import Storage

extension Simulator {
    enum Action: CaseIterable {
        case order, payByCard, payMixed, payFromPrepaid, topUp, answerAtBank, comeBack, giveUp, cancelOrder
        case withdraw, cancelWithdrawal, makeFile, bankBooks, bankReturns
        case askTransfer, transfer, takeBack, importFile, decideReceipt, nameTakenBack, convert, exchange
        case takeExchangeBack, nameExchangeBack
        case bankTellsOfOurs, refundToBank, grantAccount, buyOnAccount
        case bill, payInvoice, credit, refund, settleRefund, writeOff, askDesk, decideDesk
        case openDispute, decideDispute, decideRefund, message
        case wait, settle, reconcile, passDays

        /// Without orders and money nothing else happens.
        static let dice =
            allCases + [.order, .order, .payByCard, .topUp, .transfer, .importFile, .askTransfer, .message]
            + [.withdraw, .makeFile, .bankBooks, .bankTellsOfOurs, .buyOnAccount, .convert, .convert, .exchange]
            + [.takeBack, .importFile, .nameTakenBack, .nameTakenBack, .exchange, .askDesk, .decideDesk]
    }

    func perform(_ action: Action) async throws {
        switch action {
        case .order: try await order()
        case .payByCard: try await payByCard(mixed: false)
        case .payMixed: try await payByCard(mixed: true)
        case .payFromPrepaid: try await payFromPrepaid()
        case .topUp: try await topUp()
        case .answerAtBank: try await answerAtBank()
        case .comeBack: try await comeBack()
        case .giveUp: try await giveUp()
        case .cancelOrder: try await cancelOrder()
        case .withdraw: try await withdraw()
        case .cancelWithdrawal: try await cancelWithdrawal()
        case .makeFile: note("   \(try await world.makeFile(nonce: newKey()).messageID)")
        case .bankBooks: try await bankBooks()
        case .bankReturns: try await bankReturns()
        case .askTransfer: try await askTransfer()
        case .transfer: try await transfer()
        case .takeBack: try await takeBack()
        case .importFile: try await importFile()
        case .decideReceipt: try await decideReceipt()
        case .nameTakenBack: try await nameTakenBack()
        case .convert: try await convert()
        case .exchange: exchange()
        case .takeExchangeBack: takeExchangeBack()
        case .nameExchangeBack: try await nameExchangeBack()
        case .bankTellsOfOurs: try await bankTellsOfOurs()
        case .refundToBank: try await refundToBank()
        case .grantAccount: try await grantAccount()
        case .buyOnAccount: try await buyOnAccount()
        case .bill: try await bill()
        case .payInvoice: try await payInvoice()
        case .credit: try await credit()
        case .refund: try await refund()
        case .settleRefund: try await settleRefund()
        case .writeOff: try await writeOff()
        case .askDesk: try await askDesk()
        case .decideDesk: try await decideDesk()
        case .openDispute: try await openDispute()
        case .decideDispute: try await decideDispute()
        case .decideRefund: try await decideRefund()
        case .message: try await message()
        case .wait: world.clock.advance(.minutes(Int.random(in: 1...90, using: &chance)))
        case .settle:
            world.clock.advance(.minutes(2))
            _ = try await world.payments.settleDue(world.clock.now)
            _ = try await world.payments.settleRefundsDue(world.clock.now)
        case .reconcile: _ = try await world.payments.reconcile(world.clock.now)
        case .passDays: try await passDays()
        }
    }

    /// Sent once, and now and then once more: a double click, or a customer who saw us die and tries again.
    func sending<T>(_ body: () async throws -> T) async throws -> T {
        do {
            let first = try await body()
            return chance.one(in: 4) ? try await body() : first
        } catch is CrashingDriver.Crash where chance.one(in: 2) {
            _ = driver.restart()
            note("   died, sent again")
            return try await body()
        }
    }

    private func anyOrder() -> (OrderID, Money)? {
        shadow.orders.sorted { $0.key < $1.key }.randomElement(using: &chance).map { ($0.key, $0.value) }
    }

    func anyPayment() async throws -> PaymentID? {
        try await world.outside.read { connection in
            try connection.rows("SELECT id FROM payment ORDER BY id").map { try $0["id"] as PaymentID }
        }.randomElement(using: &chance)
    }

    func anyWithdrawal() async throws -> Withdrawal? {
        try await world.outside.read { connection in
            try connection.withdrawals(of: World.organization, limit: 1000, keys: World.keys)
        }.randomElement(using: &chance)
    }

    private func order() async throws {
        let net = chf(Int64.random(in: 10...40_000, using: &chance))
        let order = try await world.order(net.minorUnits)
        shadow.ordered(order, net: net)
        note("   order \(order) over \(Shadow.total(net).plain)")
    }

    private func payByCard(mixed: Bool) async throws {
        guard let (order, total) = anyOrder() else { return }
        let card = ["4242", "4242", "3155", "0002", "9995"].randomElement(using: &chance) ?? "4242"
        let part = mixed ? chf(Int64.random(in: 1...max(1, total.minorUnits - 1), using: &chance)) : nil
        let request = PaymentRequest(
            organization: World.organization, person: World.person, purpose: "order", purposeID: order.rawValue,
            amount: total, fromPrepaid: part, method: .card, clientKey: newKey())
        note("   order \(order), card \(card), from prepaid \(part?.plain ?? "none")")
        try await charge(request, card)
    }

    private func topUp() async throws {
        let amount = chf(Int64.random(in: 10...(chance.one(in: 4) ? 999_900 : 60_000), using: &chance))
        let card = ["4242", "4242", "3155", "0002"].randomElement(using: &chance) ?? "4242"
        note("   \(amount.plain), card \(card)")
        try await charge(
            .topUp(amount, of: World.organization, by: World.person, clientKey: newKey()), card)
    }

    func charge(_ request: PaymentRequest, _ card: String) async throws {
        let token = try await world.token(card)
        let payment = try await sending {
            let now = world.clock.now
            let begun = try await world.database.write { try Payments.begin(request, in: $0, at: now) }
            return try await world.payments.charge(begun.id, with: token, returnPath: "/back", by: World.actor)
        }
        shadow.told(payment)
        note("   payment \(payment.id) is \(payment.state)")
    }

    private func payFromPrepaid() async throws {
        guard let (order, total) = anyOrder() else { return }
        let request = Shop.request(order, total, key: newKey(), method: .prepaid)
        note("   order \(order)")
        let payment = try await sending { try await world.payments.payFromPrepaid(request, by: World.actor) }
        shadow.told(payment)
    }

    /// The customer says yes or no at the bank; whether they come back is another matter.
    private func answerAtBank() async throws {
        let waiting = try await world.cards.charges(limit: 1000).filter { $0.state == .needsAction }
        guard let charge = waiting.randomElement(using: &chance) else { return }
        let isApproved = !chance.one(in: 3)
        note("   charge \(charge.id) \(isApproved ? "approved" : "declined")")
        _ = isApproved ? try await world.cards.approve(charge.id) : try await world.cards.decline(charge.id)
    }

    private func comeBack() async throws {
        guard let id = try await anyPayment() else { return }
        note("   payment \(id)")
        shadow.told(try await sending { try await world.payments.refresh(id, by: World.actor) })
    }

    private func giveUp() async throws {
        guard let id = try await anyPayment() else { return }
        note("   payment \(id)")
        shadow.told(try await sending { try await world.payments.abandon(id, by: World.actor) })
    }

    private func cancelOrder() async throws {
        guard let (order, _) = anyOrder() else { return }
        note("   order \(order)")
        _ = try await world.database.write { connection in
            try connection.execute("UPDATE shop_order SET state = 'cancelled' WHERE id = \(order) AND state = 'open'")
        }
    }

    private func withdraw() async throws {
        let balance = try await world.balance().minorUnits
        let minorUnits = chance.one(in: 4) ? balance : Int64.random(in: 1...max(1, balance + 100), using: &chance)
        let target: PayoutTarget? =
            chance.one(in: 4) ? EmailAddress("marie@rossier.example").map { .payPal($0) } : nil
        let key = newKey()
        note("   \(chf(minorUnits).plain)")
        let newest = try await world.outside.read { try $0.newestWithdrawal(of: World.organization) }
        let withdrawal = try await sending {
            try await world.withdraw(minorUnits, key: key, to: target, newestSeen: newest)
        }
        shadow.toldWithdrawals[withdrawal.id] = chf(minorUnits)
        note("   \(withdrawal.reference)")
    }

    private func cancelWithdrawal() async throws {
        guard let withdrawal = try await anyWithdrawal() else { return }
        note("   \(withdrawal.reference), \(withdrawal.state)")
        try await sending { try await world.cancel(withdrawal) }
        shadow.cancelledWithdrawals.insert(withdrawal.id)
    }

    /// A debit in a statement, now and then over another amount, or of something that was never sent.
    private func bankBooks() async throws {
        guard let withdrawal = try await anyWithdrawal() else { return }
        let isWrong = chance.one(in: 6)
        let amount = chf(withdrawal.amount.minorUnits + (isWrong ? 1 : 0))
        note("   \(withdrawal.reference), \(withdrawal.state), \(amount.plain)")
        let settled = try await sending { try await world.settle(withdrawal.reference, amount) }
        if isWrong, settled != nil { throw failure("\(withdrawal.reference) was settled with another amount") }
    }

    private func bankReturns() async throws {
        guard let withdrawal = try await anyWithdrawal() else { return }
        note("   \(withdrawal.reference), \(withdrawal.state)")
        let (withdrawals, now) = (world.withdrawals, world.clock.now)
        try await sending {
            _ = try await world.database.write { connection in
                try withdrawals.markReturned(
                    withdrawal.id, reason: "Account closed", by: World.actor, in: connection, at: now)
            }
        }
    }
}
