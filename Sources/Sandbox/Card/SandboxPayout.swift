package import Billing
package import Kernel
import Storage

/// The pretended processor pays out once a day, in each currency, what it took before midnight (UTC), less what it sent back and
/// less its fee. What is less than nothing waits for the next day.
extension SandboxCardProcessor {
    /// 1.45 % of what was charged, in hundredths of a percent.
    private static let feeRate: Int64 = 145
    private static let dayMilliseconds: Int64 = 86_400_000

    package func charges(since: Instant) async throws -> [String] {
        try await database.read { connection in
            try connection.rows(
                """
                SELECT key FROM sandbox_charge
                WHERE state = \(SandboxCharge.State.succeeded) AND amount > 0 AND created_at >= \(since) ORDER BY id
                """
            ).map { try $0["key"] }
        }
    }

    package func payouts(since: Instant) async throws -> [ProcessorPayout] {
        let now = surroundings.now()
        return try await database.write { connection in
            for currency in Currency.allCases { try connection.payOut(currency, at: now) }
            return try connection.rows(
                "SELECT id, currency, gross, fee, paid_at FROM sandbox_payout WHERE paid_at >= \(since) ORDER BY id"
            ).map { row in
                let currency: Currency = try row["currency"]
                return ProcessorPayout(
                    reference: "po_\(try row["id"] as Int64)", gross: Money(minorUnits: try row["gross"], currency),
                    fee: Money(minorUnits: try row["fee"], currency), paidAt: try row["paid_at"])
            }
        }
    }

    fileprivate static func fee(of charged: Int64) -> Int64 { (charged * feeRate + 5000) / 10_000 }

    fileprivate static func midnight(before now: Instant) -> Instant {
        Instant(milliseconds: now.milliseconds / dayMilliseconds * dayMilliseconds)
    }
}

extension Connection {
    fileprivate func payOut(_ currency: Currency, at now: Instant) throws {
        let midnight = SandboxCardProcessor.midnight(before: now)
        let arrived = now.adding(.zero - SandboxRefund.underWay)
        let charges: SQL = """
            currency = \(currency) AND state = \(SandboxCharge.State.succeeded) AND amount > 0 AND payout_id IS NULL
                AND created_at < \(midnight)
            """
        let refunds: SQL = """
            currency = \(currency) AND payout_id IS NULL AND (state = \(SandboxRefund.State.succeeded)
                OR (state = \(SandboxRefund.State.pending) AND created_at <= \(arrived)))
                AND created_at < \(midnight)
            """
        let charged = try sum("sandbox_charge", charges)
        let gross = charged - (try sum("sandbox_refund", refunds))
        let fee = SandboxCardProcessor.fee(of: charged)
        guard gross - fee > 0 else { return }
        let made = try row(
            """
            INSERT INTO sandbox_payout (currency, gross, fee, up_to, paid_at)
            VALUES (\(currency), \(gross), \(fee), \(midnight), \(now))
            ON CONFLICT (currency, up_to) DO NOTHING RETURNING id
            """)
        // Somebody else asked at the same moment.
        guard let id: Int64 = try made?["id"] else { return }
        try execute("UPDATE sandbox_charge SET payout_id = \(id) WHERE \(charges)")
        // What was paid out cannot come back any more.
        try execute(
            "UPDATE sandbox_refund SET payout_id = \(id), state = \(SandboxRefund.State.succeeded) WHERE \(refunds)")
    }

    private func sum(_ table: SQL, _ condition: SQL) throws -> Int64 {
        try row("SELECT CAST(COALESCE(SUM(amount), 0) AS BIGINT) AS sum FROM \(table) WHERE \(condition)")?["sum"] ?? 0
    }
}

extension Migration {
    static let sandboxPayouts = Migration(
        "sandbox-payouts-001",
        """
        CREATE TABLE sandbox_payout (
            id IDENTITY,
            currency TEXT NOT NULL,
            gross BIGINT NOT NULL,
            fee BIGINT NOT NULL,
            up_to BIGINT NOT NULL,
            paid_at BIGINT NOT NULL,
            UNIQUE (currency, up_to)
        );
        ALTER TABLE sandbox_charge ADD COLUMN payout_id BIGINT REFERENCES sandbox_payout (id);
        ALTER TABLE sandbox_refund ADD COLUMN payout_id BIGINT REFERENCES sandbox_payout (id);
        """)
}
