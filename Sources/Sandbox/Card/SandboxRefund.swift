package import Billing
package import Kernel
package import Storage

/// Money that the pretended processor sends back: under way for an hour, or until somebody decides on the sandbox's page.
package struct SandboxRefund: Hashable, Sendable {
    package enum State: String, Sendable, StoredAsText {
        case pending, succeeded, failed
    }

    package let id: Int64
    package let key: String
    package let charge: Int64
    package let amount: Money
    package let state: State
    package let createdAt: Instant

    /// What is not decided by then has arrived.
    static let underWay = Duration.hours(1)

    package var reference: String { "re_\(id)_\(key.prefix(8))" }

    func outcome(at now: Instant) -> ProcessorRefund {
        switch state {
        case .failed: .failed(reason: "card_closed")
        case .succeeded: .succeeded(reference: reference)
        case .pending:
            now >= createdAt.adding(SandboxRefund.underWay) ? .succeeded(reference: reference) : .pending
        }
    }
}

extension SandboxRefund {
    static let select: SQL = "SELECT id, key, charge_id, currency, amount, state, created_at FROM sandbox_refund"

    init(_ row: Row) throws {
        id = try row["id"]
        key = try row["key"]
        charge = try row["charge_id"]
        amount = Money(minorUnits: try row["amount"], try row["currency"])
        state = try row["state"]
        createdAt = try row["created_at"]
    }
}

extension SandboxCardProcessor {
    package func refund(key: String, reference: String, amount: Money) async throws -> ProcessorRefund {
        let now = surroundings.now()
        return try await database.write { connection in
            if let known = try connection.sandboxRefund(key: key) { return known.outcome(at: now) }
            let id = reference.split(separator: "_").dropFirst().first.flatMap { Int64($0) } ?? 0
            guard let charge = try connection.row("\(SandboxCharge.select) WHERE id = \(id)").map(SandboxCharge.init),
                charge.reference == reference, charge.state == .succeeded, charge.amount.currency == amount.currency
            else { return .failed(reason: "no_such_charge") }
            let row = try connection.row(
                """
                SELECT CAST(COALESCE(SUM(amount), 0) AS BIGINT) AS sum FROM sandbox_refund
                WHERE charge_id = \(id) AND state <> \(SandboxRefund.State.failed)
                """)
            let before: Int64 = try row?["sum"] ?? 0
            guard amount.isPositive, before + amount.minorUnits <= charge.amount.minorUnits else {
                return .failed(reason: "more_than_charged")
            }
            try connection.execute(
                """
                INSERT INTO sandbox_refund (key, charge_id, currency, amount, state, created_at)
                VALUES (\(key), \(id), \(amount.currency), \(amount.minorUnits), \(SandboxRefund.State.pending), \(now))
                """)
            return .pending
        }
    }

    package func refundState(ofKey key: String) async throws -> ProcessorRefund? {
        let now = surroundings.now()
        return try await database.read { try $0.sandboxRefund(key: key)?.outcome(at: now) }
    }

    /// The latest refunds, newest first, for the sandbox's own page.
    package func refunds(limit: Int) async throws -> [SandboxRefund] {
        try await database.read { connection in
            try connection.rows("\(SandboxRefund.select) ORDER BY id DESC LIMIT \(limit)").map(SandboxRefund.init)
        }
    }

    /// What somebody decided on the sandbox's page. Only a refund that is under way can be decided, and once.
    package func decideRefund(_ id: Int64, arrives: Bool) async throws {
        let state: SandboxRefund.State = arrives ? .succeeded : .failed
        try await database.write { connection in
            try connection.execute(
                """
                UPDATE sandbox_refund SET state = \(state)
                WHERE id = \(id) AND state = \(SandboxRefund.State.pending)
                """)
        }
    }
}

extension Connection {
    fileprivate func sandboxRefund(key: String) throws -> SandboxRefund? {
        try row("\(SandboxRefund.select) WHERE key = \(key)").map(SandboxRefund.init)
    }
}

extension Migration {
    package static let sandboxRefunds = Migration(
        "sandbox-refunds-001",
        """
        CREATE TABLE sandbox_refund (
            id IDENTITY,
            key TEXT NOT NULL UNIQUE,
            charge_id BIGINT NOT NULL REFERENCES sandbox_charge (id),
            currency TEXT NOT NULL,
            amount BIGINT NOT NULL,
            state TEXT NOT NULL CHECK (state IN ('pending', 'succeeded', 'failed')),
            created_at BIGINT NOT NULL
        );
        CREATE INDEX sandbox_refund_of_charge ON sandbox_refund (charge_id);
        """)
}
