import Billing
import Kernel
package import Storage

extension Connection {
    /// What the test card, or the method's page, does.
    func outcome(of request: ChargeRequest) throws -> SandboxCard.Outcome {
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

    func insert(
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
    func saved(_ charge: SandboxCharge) throws -> SavedInstrument? {
        guard let token = charge.token,
            let row = try row("SELECT brand, last4, expires FROM sandbox_card WHERE token = \(token)")
        else { return nil }
        let expires: String? = try row["expires"]
        return SavedInstrument(
            method: charge.method, token: token, brand: try row["brand"], label: try row["last4"],
            expires: expires.flatMap { CardExpiry($0) })
    }

    func setUpState(_ charge: SandboxCharge) throws -> SetUpState {
        switch charge.state {
        case .succeeded:
            try saved(charge).map { .ready($0) } ?? .failed(reason: PaymentFailure.cardDeclined.rawValue)
        case .failed: .failed(reason: charge.failure ?? PaymentFailure.cardDeclined.rawValue)
        case .needsAction: .needsAction(path: charge.actionPath)
        }
    }

    /// What the customer's account with the method is known by.
    func keepWallet(_ charge: SandboxCharge) throws {
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

    func sandboxCharge(_ id: Int64) throws -> SandboxCharge? {
        try row("\(SandboxCharge.select) WHERE id = \(id)").map(SandboxCharge.init)
    }

    func sandboxCharge(key: String) throws -> SandboxCharge? {
        try row("\(SandboxCharge.select) WHERE key = \(key)").map(SandboxCharge.init)
    }

    /// Only a charge that waits for the customer can be answered, and once.
    func answer(
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
    var stored: (SandboxCharge.State, failure: String?) {
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
