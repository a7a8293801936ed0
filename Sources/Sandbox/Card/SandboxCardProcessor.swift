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
struct NewCharge {
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

private func hexadecimal(_ bytes: [UInt8]) -> String {
    let digits = Array("0123456789abcdef".utf8)
    return String(decoding: bytes.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }, as: UTF8.self)
}
