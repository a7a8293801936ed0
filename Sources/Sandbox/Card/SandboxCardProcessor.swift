package import Billing
package import Kernel
package import Storage

/// A card processor for trying things out. It is the outside world: it has its own tables and its own transactions, knows the
/// console's payments only by their keys, and never keeps a card's number.
package struct SandboxCardProcessor: PaymentProcessor {
    let database: Database
    let surroundings: Surroundings

    package init(database: Database, surroundings: Surroundings) {
        self.database = database
        self.surroundings = surroundings
    }

    package let name = "sandbox"

    package func tokenize(_ card: Card) async throws -> CardToken {
        let token = CardToken(
            token: "tok_\(hexadecimal(surroundings.random(16)))", brand: card.brand, last4: card.last4,
            expires: card.expires)
        let behaviour = SandboxCard(number: card.number)
        let now = surroundings.now()
        _ = try await database.write { connection in
            try connection.execute(
                """
                INSERT INTO sandbox_card (token, behaviour, last4, created_at, brand, expires)
                VALUES (\(token.token), \(behaviour), \(token.last4), \(now), \(token.brand),
                    \(token.expires.description))
                """)
        }
        return token
    }

    package let methods: Set<PaymentMethod> = [.card, .twint, .postFinance, .payPal, .eBill]

    package func charge(_ request: ChargeRequest) async throws -> ChargeState {
        let now = surroundings.now()
        return try await database.write { connection in
            let (state, failure) = try connection.outcome(of: request).stored
            let charge = try connection.insert(
                NewCharge(
                    key: request.key, amount: request.amount, instrument: request.instrument, keeps: request.keeps,
                    isSetUp: false, returnPath: request.returnPath), state, failure: failure, at: now)
            // A key given up before it was seen has no amount yet.
            guard charge.amount == request.amount || charge.amount.isZero else {
                throw Problem(.conflict, code: "idempotency_conflict", word: "billing.problem.idempotency_conflict")
            }
            return charge.chargeState
        }
    }

    package func kept(ofKey key: String) async throws -> SavedInstrument? {
        try await database.read { connection in
            guard let charge = try connection.sandboxCharge(key: key), charge.state == .succeeded, charge.keeps else {
                return nil
            }
            return try connection.saved(charge)
        }
    }

    package func setUp(_ request: SetUpRequest) async throws -> SetUpState {
        let now = surroundings.now()
        return try await database.write { connection in
            let asked = ChargeRequest(
                key: request.key, organization: request.organization, amount: .zero(.chf),
                instrument: request.instrument, returnPath: request.returnPath)
            let (state, failure) = try connection.outcome(of: asked).stored
            let charge = try connection.insert(
                NewCharge(
                    key: request.key, amount: .zero(.chf), instrument: request.instrument, keeps: true, isSetUp: true,
                    returnPath: request.returnPath), state, failure: failure, at: now)
            return try connection.setUpState(charge)
        }
    }

    package func setUpState(ofKey key: String) async throws -> SetUpState? {
        try await database.read { connection in
            try connection.sandboxCharge(key: key).map { try connection.setUpState($0) }
        }
    }

    package func detach(_ token: String) async throws {
        _ = try await database.write { try $0.execute("DELETE FROM sandbox_card WHERE token = \(token)") }
    }

    package func state(ofKey key: String) async throws -> ChargeState? {
        try await database.read { try $0.sandboxCharge(key: key)?.chargeState }
    }

    package func cancel(key: String) async throws -> ChargeState {
        let now = surroundings.now()
        return try await database.write { connection in
            let cancelled = PaymentFailure.cancelled.rawValue
            try connection.execute(
                """
                INSERT INTO sandbox_charge (key, currency, amount, last4, state, failure, return_path, created_at)
                VALUES (\(key), \(Currency.chf), 0, '', \(SandboxCharge.State.failed), \(cancelled), '/', \(now))
                ON CONFLICT (key) DO NOTHING
                """)
            guard let charge = try connection.sandboxCharge(key: key) else {
                preconditionFailure("A charge that was just made is there.")
            }
            return try connection.answer(charge, .failed, failure: cancelled).chargeState
        }
    }

    /// For the bank's page.
    /// - Returns: nil where there is no such charge.
    package func charge(_ id: Int64) async throws -> SandboxCharge? {
        try await database.read { try $0.sandboxCharge(id) }
    }

    /// The customer said yes at the bank.
    /// - Returns: the charge, with the path to go back to; unchanged where it was answered before.
    package func approve(_ id: Int64) async throws -> SandboxCharge {
        try await answer(id, .succeeded, failure: nil)
    }

    /// The customer, or the bank, said no.
    package func decline(_ id: Int64) async throws -> SandboxCharge {
        try await answer(id, .failed, failure: PaymentFailure.authenticationFailed.rawValue)
    }

    private func answer(_ id: Int64, _ state: SandboxCharge.State, failure: String?) async throws -> SandboxCharge {
        try await database.write { connection in
            guard let charge = try connection.sandboxCharge(id) else { throw Problem.notFound }
            return try connection.answer(charge, state, failure: failure)
        }
    }

    /// The latest charges, newest first, for the sandbox's own page.
    package func charges(limit: Int) async throws -> [SandboxCharge] {
        try await database.read { connection in
            try connection.rows("\(SandboxCharge.select) WHERE amount > 0 ORDER BY id DESC LIMIT \(limit)")
                .map(SandboxCharge.init)
        }
    }
}

/// A charge, or the saving of a method, as it is first heard of.
private struct NewCharge {
    let key: String
    let amount: Money
    let instrument: Instrument
    let keeps: Bool
    let isSetUp: Bool
    let returnPath: String

    var token: String? {
        switch instrument {
        case .card(let card): card.token
        case .saved(let saved): saved.token
        case .wallet: nil
        }
    }

    var last4: String {
        switch instrument {
        case .card(let card): card.last4
        case .saved(let saved): saved.method == .card ? saved.label : ""
        case .wallet: ""
        }
    }
}

extension Connection {
    /// What the test card, or the method's page, does.
    fileprivate func outcome(of request: ChargeRequest) throws -> SandboxCard.Outcome {
        let token: String
        let isSaved: Bool
        switch request.instrument {
        case .wallet: return .needsAction
        case .card(let card): (token, isSaved) = (card.token, false)
        case .saved(let saved): (token, isSaved) = (saved.token, true)
        }
        let card = try row("SELECT behaviour FROM sandbox_card WHERE token = \(token)")
        let behaviour: SandboxCard = try card?["behaviour"] ?? .unknown
        return behaviour.outcome(request.presence, isSaved: isSaved)
    }

    fileprivate func insert(
        _ charge: NewCharge, _ state: SandboxCharge.State, failure: String?, at now: Instant
    ) throws -> SandboxCharge {
        try execute(
            """
            INSERT INTO sandbox_charge (key, currency, amount, last4, state, failure, return_path, created_at, method,
                token, keeps, is_set_up)
            VALUES (\(charge.key), \(charge.amount.currency), \(charge.amount.minorUnits), \(charge.last4), \(state),
                \(failure), \(charge.returnPath), \(now), \(charge.instrument.method), \(charge.token),
                \(charge.keeps), \(charge.isSetUp))
            ON CONFLICT (key) DO NOTHING
            """)
        guard let stored = try sandboxCharge(key: charge.key) else {
            preconditionFailure("A charge that was just made is there.")
        }
        return stored
    }

    /// A wallet has its token from the moment the customer agreed.
    fileprivate func saved(_ charge: SandboxCharge) throws -> SavedInstrument? {
        guard let token = charge.token,
            let row = try row("SELECT brand, last4, expires FROM sandbox_card WHERE token = \(token)")
        else { return nil }
        let expires: String? = try row["expires"]
        return SavedInstrument(
            method: charge.method, token: token, brand: try row["brand"], label: try row["last4"],
            expires: expires.flatMap { CardExpiry($0) })
    }

    fileprivate func setUpState(_ charge: SandboxCharge) throws -> SetUpState {
        switch charge.state {
        case .succeeded:
            try saved(charge).map { .ready($0) } ?? .failed(reason: PaymentFailure.cardDeclined.rawValue)
        case .failed: .failed(reason: charge.failure ?? PaymentFailure.cardDeclined.rawValue)
        case .needsAction: .needsAction(path: charge.actionPath)
        }
    }

    /// What the customer's account with the method is known by.
    fileprivate func keepWallet(_ charge: SandboxCharge) throws {
        guard charge.keeps, charge.method != .card, charge.token == nil else { return }
        let token = "acc_\(charge.id)_\(charge.key.prefix(16))"
        let label =
            charge.method == .payPal ? "sandbox-\(charge.id)@example.com" : "+41 79 000 00 \(charge.id % 90 + 10)"
        try execute(
            """
            INSERT INTO sandbox_card (token, behaviour, last4, created_at, brand)
            VALUES (\(token), \(SandboxCard.pays), \(label), \(charge.createdAt), '')
            ON CONFLICT (token) DO NOTHING
            """)
        try execute("UPDATE sandbox_charge SET token = \(token) WHERE id = \(charge.id) AND token IS NULL")
    }

    fileprivate func sandboxCharge(_ id: Int64) throws -> SandboxCharge? {
        try row("\(SandboxCharge.select) WHERE id = \(id)").map(SandboxCharge.init)
    }

    fileprivate func sandboxCharge(key: String) throws -> SandboxCharge? {
        try row("\(SandboxCharge.select) WHERE key = \(key)").map(SandboxCharge.init)
    }

    /// Only a charge that waits for the customer can be answered, and once.
    fileprivate func answer(
        _ charge: SandboxCharge, _ state: SandboxCharge.State, failure: String?
    ) throws -> SandboxCharge {
        let answered = try execute(
            """
            UPDATE sandbox_charge SET state = \(state), failure = \(failure)
            WHERE id = \(charge.id) AND state = \(SandboxCharge.State.needsAction)
            """)
        if answered == 1, state == .succeeded { try keepWallet(charge) }
        return answered == 1 ? try sandboxCharge(charge.id) ?? charge : charge
    }
}

extension SandboxCard.Outcome {
    fileprivate var stored: (SandboxCharge.State, failure: String?) {
        switch self {
        case .succeeded: (.succeeded, nil)
        case .needsAction: (.needsAction, nil)
        case .failed(let failure): (.failed, failure.rawValue)
        }
    }
}

extension Migration {
    /// The pretended processor's own memory. Nothing here refers to the console's tables.
    package static let sandboxCards: [Migration] = [
        Migration(
            "sandbox-cards-001",
            """
            CREATE TABLE sandbox_card (
                token TEXT PRIMARY KEY,
                behaviour TEXT NOT NULL,
                last4 TEXT NOT NULL,
                created_at BIGINT NOT NULL
            );
            CREATE TABLE sandbox_charge (
                id IDENTITY,
                key TEXT NOT NULL UNIQUE,
                currency TEXT NOT NULL,
                amount BIGINT NOT NULL,
                last4 TEXT NOT NULL,
                state TEXT NOT NULL CHECK (state IN ('succeeded', 'failed', 'needs_action')),
                failure TEXT,
                return_path TEXT NOT NULL,
                created_at BIGINT NOT NULL
            );
            """),
        Migration(
            "sandbox-cards-002-methods",
            """
            ALTER TABLE sandbox_card ADD COLUMN brand TEXT NOT NULL DEFAULT 'card';
            ALTER TABLE sandbox_card ADD COLUMN expires TEXT;
            ALTER TABLE sandbox_charge ADD COLUMN method TEXT NOT NULL DEFAULT 'card';
            ALTER TABLE sandbox_charge ADD COLUMN token TEXT;
            ALTER TABLE sandbox_charge ADD COLUMN keeps BOOLEAN NOT NULL DEFAULT FALSE;
            ALTER TABLE sandbox_charge ADD COLUMN is_set_up BOOLEAN NOT NULL DEFAULT FALSE;
            """),
        sandboxRefunds,
        sandboxPayouts,
    ]
}

private func hexadecimal(_ bytes: [UInt8]) -> String {
    let digits = Array("0123456789abcdef".utf8)
    return String(decoding: bytes.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }, as: UTF8.self)
}
