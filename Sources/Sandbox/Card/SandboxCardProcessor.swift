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
                INSERT INTO sandbox_card (token, behaviour, last4, created_at)
                VALUES (\(token.token), \(behaviour), \(token.last4), \(now))
                """)
        }
        return token
    }

    package func charge(
        key: String, amount: Money, token: CardToken, returnPath: String, presence: CardPresence
    ) async throws -> ChargeState {
        let now = surroundings.now()
        return try await database.write { connection in
            let card = try connection.row("SELECT behaviour FROM sandbox_card WHERE token = \(token.token)")
            let behaviour: SandboxCard = try card?["behaviour"] ?? .unknown
            let (state, failure) = behaviour.outcome(presence).stored
            try connection.execute(
                """
                INSERT INTO sandbox_charge (key, currency, amount, last4, state, failure, return_path, created_at)
                VALUES (\(key), \(amount.currency), \(amount.minorUnits), \(token.last4), \(state), \(failure),
                    \(returnPath), \(now))
                ON CONFLICT (key) DO NOTHING
                """)
            guard let charge = try connection.sandboxCharge(key: key) else {
                preconditionFailure("A charge that was just made is there.")
            }
            // A key given up before it was seen has no amount yet.
            guard charge.amount == amount || charge.amount.isZero else {
                throw Problem(.conflict, code: "idempotency_conflict", word: "billing.problem.idempotency_conflict")
            }
            return charge.chargeState
        }
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

extension Connection {
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
            """), sandboxRefunds,
    ]
}

private func hexadecimal(_ bytes: [UInt8]) -> String {
    let digits = Array("0123456789abcdef".utf8)
    return String(decoding: bytes.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }, as: UTF8.self)
}
