import Billing
import Kernel
import Storage

/// What is stored, read past the program, and what the processor has.
struct Facts: Sendable {
    struct PaymentFact: Sendable {
        let state: PaymentState
        let method: String
        let amount: Int64
        /// What the processor says it took.
        let taken: Int64?
        var isTaken: Bool { taken != nil }
    }

    struct WithdrawalFact: Sendable {
        let state: WithdrawalState
        let amount: Money
    }

    let payments: [PaymentID: PaymentFact]
    let withdrawals: [WithdrawalID: WithdrawalFact]
    let orders: [OrderID: String]
    /// Orders whose program died before the customer heard of them.
    let lostOrders: [OrderID: Int64]
    /// Totals of the invoices by order.
    let invoices: [OrderID: [Int64]]
    let balance: Int64
    let unidentified: Int64

    init(_ world: World) async throws {
        self = try await world.outside.read { try Facts($0) }
    }

    private init(_ connection: Connection) throws {
        payments = try Dictionary(
            uniqueKeysWithValues: connection.rows(
                """
                SELECT p.id, p.state, p.method, p.amount, c.amount AS taken
                FROM payment p LEFT JOIN sandbox_charge c ON c.key = p.charge_key AND c.state = 'succeeded'
                """
            ).map { row in
                (
                    try row["id"],
                    PaymentFact(
                        state: try row["state"], method: try row["method"], amount: try row["amount"],
                        taken: try row["taken"])
                )
            })
        withdrawals = try Dictionary(
            uniqueKeysWithValues: connection.rows("SELECT id, state, currency, amount FROM withdrawal").map { row in
                (
                    try row["id"],
                    WithdrawalFact(
                        state: try row["state"], amount: Money(minorUnits: try row["amount"], try row["currency"]))
                )
            })
        let shop = try connection.rows("SELECT id, state, net FROM shop_order")
        orders = try Dictionary(uniqueKeysWithValues: shop.map { (try $0["id"], try $0["state"]) })
        lostOrders = try Dictionary(
            uniqueKeysWithValues: shop.map {
                (try $0["id"], Shadow.total(Money(minorUnits: try $0["net"], .chf)).minorUnits)
            })
        var invoices: [OrderID: [Int64]] = [:]
        let rows = try connection.rows(
            """
            SELECT l.product_id, d.total FROM document d
            JOIN document_line l ON l.document_id = d.id AND l.position = 1 WHERE d.kind = 'invoice' ORDER BY d.id
            """)
        for row in rows { invoices[try row["product_id"], default: []].append(try row["total"]) }
        self.invoices = invoices
        balance = try connection.prepaidAccount(of: World.organization).balance.minorUnits
        unidentified = -(try connection.balance(.unidentifiedReceipts, of: World.organization, in: .chf).minorUnits)
    }

    /// What is posted was taken, to the cent; what was taken is posted, or will be.
    func charges() -> String? {
        for (id, payment) in payments where payment.method != "prepaid" {
            if payment.state == .posted, payment.taken != payment.amount {
                return "payment \(id) of \(payment.amount) is posted, the processor took \(payment.taken ?? 0)"
            }
            if payment.isTaken, payment.state != .posted, payment.state != .pending {
                return "payment \(id) is \(payment.state), and the processor has the money"
            }
        }
        return nil
    }
}
