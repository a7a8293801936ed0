import Billing
import Kernel
import Storage
import Synchronization

/// A room above Billing, as small as it can be: orders that are open, paid or cancelled.
final class Shop: Sendable {
    struct Struck: Error {}

    private let strikes = Mutex(0)

    /// The next so many fulfilments fail, after having written everything: what a crash before the commit looks like.
    func strike(_ times: Int) { strikes.withLock { $0 = times } }

    static let migration = Migration(
        "test-shop",
        """
        CREATE TABLE shop_order (
            id IDENTITY,
            organization_id BIGINT NOT NULL,
            currency TEXT NOT NULL,
            net BIGINT NOT NULL,
            state TEXT NOT NULL
        );
        """)

    var purpose: PaymentPurpose {
        PaymentPurpose("order") { connection, payment, now in
            let order = OrderID(rawValue: payment.purposeID)
            let open = try connection.execute(
                "UPDATE shop_order SET state = 'paid' WHERE id = \(order) AND state = 'open'")
            if open == 0 {
                let state: String? = try connection.row("SELECT state FROM shop_order WHERE id = \(order)")?["state"]
                return .nothingOpen(state == "cancelled" ? .crossing : .duplicate)
            }
            let document = try Shop.invoice(order, in: connection, at: now)
            try connection.closeProFormas(of: payment.purpose, order.rawValue, as: .paid)
            let isStruck = self.strikes.withLock { strikes in
                if strikes > 0 {
                    strikes -= 1
                    return true
                }
                return false
            }
            if isStruck { throw Struck() }
            return .document(document)
        }
    }

    static func order(
        _ net: Money, of organization: OrganizationID, in connection: Connection, at now: Instant
    ) throws -> OrderID {
        try connection.insert(
            """
            INSERT INTO shop_order (organization_id, currency, net, state)
            VALUES (\(organization), \(net.currency), \(net.minorUnits), 'open')
            RETURNING id
            """)
    }

    static func invoice(_ order: OrderID, in connection: Connection, at now: Instant) throws -> Document {
        guard let row = try connection.row("SELECT organization_id, currency, net FROM shop_order WHERE id = \(order)")
        else { throw Problem.notFound }
        let currency: Currency = try row["currency"]
        let start = World.issuer.zone.day(of: now)
        let line = DraftLine(
            description: "Web hosting", product: ProductID(rawValue: order.rawValue),
            period: Term.yearly.period(anchoredAt: start), unitListPrice: Money(minorUnits: try row["net"], currency))
        let draft = DocumentDraft(
            key: "inv:\(order):order", organization: try row["organization_id"], recipient: World.recipient,
            currency: currency, lines: [line])
        return try connection.issueInvoice(draft, from: World.issuer, by: World.actor, at: now)
    }

    static func request(
        _ order: OrderID, _ amount: Money, key: String, method: PaymentMethod = .card
    ) -> PaymentRequest {
        PaymentRequest(
            organization: World.organization, person: World.person, purpose: "order", purposeID: order.rawValue,
            amount: amount, method: method, clientKey: key)
    }
}

/// The way to the processor, on which a message or its answer may be lost.
final class TroubledLine: PaymentProcessor {
    enum Trouble: Sendable {
        case none
        /// The processor never hears of it.
        case messageLost
        /// The processor hears of it, we never hear of the processor.
        case answerLost
    }

    struct Lost: Error {}

    private let processor: any PaymentProcessor
    private let trouble = Mutex(Trouble.none)
    private let disputes = Mutex<[String: ProcessorDispute]>([:])
    private let payouts = Mutex<[String: ProcessorPayout]>([:])

    init(_ processor: any PaymentProcessor) {
        self.processor = processor
    }

    func fails(_ trouble: Trouble) { self.trouble.withLock { $0 = trouble } }

    /// What the processor says of a dispute from now on.
    func says(_ dispute: ProcessorDispute) { disputes.withLock { $0[dispute.reference] = dispute } }

    func dispute(_ reference: String) async throws -> ProcessorDispute? {
        if trouble.withLock({ $0 }) != .none { throw Lost() }
        return disputes.withLock { $0[reference] }
    }

    func disputes(since: Instant) async throws -> [ProcessorDispute] {
        if trouble.withLock({ $0 }) != .none { throw Lost() }
        return disputes.withLock { $0.values.sorted { $0.reference < $1.reference } }
    }

    func charges(since: Instant) async throws -> [String] {
        if trouble.withLock({ $0 }) != .none { throw Lost() }
        return try await processor.charges(since: since)
    }

    func payouts(since: Instant) async throws -> [ProcessorPayout] {
        if trouble.withLock({ $0 }) != .none { throw Lost() }
        let said = payouts.withLock { $0 }
        return try await processor.payouts(since: since).filter { said[$0.reference] == nil } + said.values
    }

    /// What the processor says of a payout from now on.
    func says(_ payout: ProcessorPayout) { payouts.withLock { $0[payout.reference] = payout } }

    var name: String { processor.name }

    func tokenize(_ card: Card) async throws -> CardToken { try await processor.tokenize(card) }

    var methods: Set<PaymentMethod> { processor.methods }

    func charge(_ request: ChargeRequest) async throws -> ChargeState {
        let trouble = trouble.withLock { $0 }
        if trouble == .messageLost { throw Lost() }
        let state = try await processor.charge(request)
        if trouble == .answerLost { throw Lost() }
        return state
    }

    func kept(ofKey key: String) async throws -> SavedInstrument? { try await processor.kept(ofKey: key) }

    func setUp(_ request: SetUpRequest) async throws -> SetUpState { try await processor.setUp(request) }

    func setUpState(ofKey key: String) async throws -> SetUpState? { try await processor.setUpState(ofKey: key) }

    func detach(_ token: String) async throws {
        if trouble.withLock({ $0 }) == .messageLost { throw Lost() }
        try await processor.detach(token)
    }

    func state(ofKey key: String) async throws -> ChargeState? {
        if trouble.withLock({ $0 }) != .none { throw Lost() }
        return try await processor.state(ofKey: key)
    }

    func cancel(key: String) async throws -> ChargeState {
        if trouble.withLock({ $0 }) != .none { throw Lost() }
        return try await processor.cancel(key: key)
    }

    func refund(key: String, reference: String, amount: Money) async throws -> ProcessorRefund {
        let trouble = trouble.withLock { $0 }
        if trouble == .messageLost { throw Lost() }
        // What a bank has taken back cannot be sent back as well.
        let isDisputed = disputes.withLock { $0.values.contains { $0.charge == reference && $0.state != .won } }
        if isDisputed, try await processor.refundState(ofKey: key) == nil { return .failed(reason: "charge_disputed") }
        let state = try await processor.refund(key: key, reference: reference, amount: amount)
        if trouble == .answerLost { throw Lost() }
        return state
    }

    func refundState(ofKey key: String) async throws -> ProcessorRefund? {
        if trouble.withLock({ $0 }) != .none { throw Lost() }
        return try await processor.refundState(ofKey: key)
    }
}
