import Billing
import Kernel
import Storage

/// What is stored, read past the program, and what the processor has.
struct Facts: Sendable {
    struct PaymentFact: Sendable {
        let state: PaymentState
        let method: String
        let amount: Int64
        let key: String
        /// What the processor says it took.
        let taken: Int64?
        var isTaken: Bool { taken != nil }
        /// Not by the processor that the sandbox pretends to be.
        var isElsewhere: Bool { method == "prepaid" || method == "transfer" }
    }

    struct WithdrawalFact: Sendable {
        let state: WithdrawalState
        let amount: Money
        /// Carries a refund.
        let isRefund: Bool
    }

    struct RefundFact: Sendable {
        let state: RefundState
        let amount: Int64
        /// What the processor knows of it; nil for one it never took on.
        let told: String?
        let isByBank: Bool
    }

    struct DisputeFact: Sendable {
        let state: Dispute.State
        let amount: Int64
        let feeBack: Int64
    }

    let payments: [PaymentID: PaymentFact]
    let withdrawals: [WithdrawalID: WithdrawalFact]
    let refunds: [RefundID: RefundFact]
    let disputes: [String: DisputeFact]
    let orders: [OrderID: String]
    /// Totals of the shop's orders, of those too whose program died before the customer heard of them.
    let totals: [OrderID: Int64]
    let documents: [DocumentFact]
    let balance: Int64
    /// On account 2031, for the organisation.
    let unidentified: Int64
    let bank: BankFacts
    /// What was lost with disputes and transfers that were taken back, because the prepaid account had been spent.
    let lostWithDisputes: Int64
    /// Transfers that had paid something, and that the bank took back.
    let takenBack: Int64

    init(_ world: World) async throws {
        self = try await world.outside.read { try Facts($0) }
    }

    private init(_ connection: Connection) throws {
        payments = try connection.paymentFacts()
        withdrawals = try Dictionary(
            uniqueKeysWithValues: connection.rows(
                "SELECT id, state, currency, amount, refund_id FROM withdrawal"
            ).map { row in
                let refund: RefundID? = try row["refund_id"]
                let amount = Money(minorUnits: try row["amount"], try row["currency"])
                return (
                    try row["id"],
                    WithdrawalFact(state: try row["state"], amount: amount, isRefund: refund != nil)
                )
            })
        refunds = try Dictionary(
            uniqueKeysWithValues: connection.rows(
                """
                SELECT r.id, r.state, r.amount, r.way, s.state AS told
                FROM refund r LEFT JOIN sandbox_refund s ON s.key = r.key
                """
            ).map { row in
                let way: RefundWay = try row["way"]
                return (
                    try row["id"],
                    RefundFact(
                        state: try row["state"], amount: try row["amount"], told: try row["told"],
                        isByBank: way == .bank)
                )
            })
        disputes = try Dictionary(
            uniqueKeysWithValues: connection.rows("SELECT reference, state, amount, fee_back FROM dispute").map {
                (
                    try $0["reference"],
                    DisputeFact(state: try $0["state"], amount: try $0["amount"], feeBack: try $0["fee_back"])
                )
            })
        let shop = try connection.rows("SELECT id, state, net FROM shop_order")
        orders = try Dictionary(uniqueKeysWithValues: shop.map { (try $0["id"], try $0["state"]) })
        totals = try Dictionary(
            uniqueKeysWithValues: shop.map {
                (try $0["id"], Shadow.total(Money(minorUnits: try $0["net"], .chf)).minorUnits)
            })
        documents = try connection.documentFacts()
        balance = try connection.prepaidAccount(of: World.organization).balance.minorUnits
        unidentified = -(try connection.balance(.unidentifiedReceipts, of: World.organization, in: .chf).minorUnits)
        bank = try BankFacts(connection)
        let lost = try connection.row(
            """
            SELECT CAST(COALESCE(SUM(p.amount), 0) AS BIGINT) AS lost FROM posting p
            JOIN ledger_transaction t ON t.id = p.transaction_id
            WHERE t.kind IN ('dispute_lost', 'taken_back') AND p.account = 3805
            """)
        lostWithDisputes = try lost?["lost"] ?? 0
        let taken = try connection.row(
            "SELECT CAST(COALESCE(SUM(amount), 0) AS BIGINT) AS taken FROM bank_take_back")
        takenBack = try taken?["taken"] ?? 0
    }

    /// What is posted was taken, to the cent; what was taken is posted, or will be.
    func charges() -> String? {
        for (id, payment) in payments where !payment.isElsewhere {
            if payment.state == .posted, payment.taken != payment.amount {
                return "payment \(id) of \(payment.amount) is posted, the processor took \(payment.taken ?? 0)"
            }
            if payment.isTaken, payment.state != .posted, payment.state != .pending {
                return "payment \(id) is \(payment.state), and the processor has the money"
            }
        }
        return nil
    }

    /// What is said to have gone back has gone, and what came back was never sent, or came back.
    func refunded() -> String? {
        for (id, refund) in refunds where !refund.isByBank {
            if refund.state == .posted, refund.told == nil { return "refund \(id) is posted, and was never sent" }
            if refund.state == .returned, let told = refund.told, told != "failed" {
                return "refund \(id) came back, and the processor says that it is \(told)"
            }
        }
        return nil
    }
}

extension Connection {
    fileprivate func paymentFacts() throws -> [PaymentID: Facts.PaymentFact] {
        try Dictionary(
            uniqueKeysWithValues: rows(
                """
                SELECT p.id, p.state, p.method, p.amount, p.charge_key, c.amount AS taken
                FROM payment p LEFT JOIN sandbox_charge c ON c.key = p.charge_key AND c.state = 'succeeded'
                """
            ).map { row in
                (
                    try row["id"],
                    Facts.PaymentFact(
                        state: try row["state"], method: try row["method"], amount: try row["amount"],
                        key: try row["charge_key"], taken: try row["taken"])
                )
            })
    }
}
