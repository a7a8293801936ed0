import Billing
import Kernel
import Storage

/// A charge that the cardholder's bank took back, for now or for good (a chargeback), as the pretended processor knows it.
struct SandboxDispute: Hashable, Sendable {
    enum State: String, Sendable, StoredAsText {
        case open, won, lost
    }

    let charge: Int64
    let state: State

    var reference: String { SandboxDispute.reference(charge) }

    static func reference(_ charge: Int64) -> String { "dp_\(charge)" }
}

/// What somebody on the sandbox's page lets a bank do with a charge.
enum SandboxDisputeStep: String {
    case open, won, lost
}

extension Sandbox {
    /// What the processor takes for each dispute, and gives back for one that is won, in minor units of the charge's currency.
    private static let disputeFee: Int64 = 1500
    /// How long the pretended bank takes an answer.
    private static let answerTime = Duration.days(7)

    /// The house is told first, each step of it counts once there, and only then the processor remembers it: after a crash in
    /// between the button is there again, and does no harm.
    func dispute(_ id: Int64, _ step: SandboxDisputeStep, by actor: Event.Actor, at now: Instant) async throws {
        guard let charge = try await processor.charge(id), charge.state == .succeeded, charge.amount.isPositive else {
            throw Problem.notFound
        }
        let state = try await database.read { try $0.sandboxDispute(of: id)?.state }
        let disputes = payments.disputes
        let reference = SandboxDispute.reference(id)
        let fee = Money(minorUnits: Sandbox.disputeFee, charge.amount.currency)
        switch (step, state) {
        case (.open, nil):
            try await database.write { connection in
                guard let payment = try connection.paymentID(ofCharge: charge.key) else { throw Problem.notFound }
                try disputes.open(
                    payment, fee: fee, reference: reference, respondBy: now.adding(Sandbox.answerTime),
                    in: connection, by: actor, at: now)
            }
            try await remember(id, .open, at: now)
        case (.won, .open):
            try await database.write { connection in
                try disputes.won(reference, in: connection, by: actor, at: now)
                try disputes.giveBackFee(fee, of: reference, in: connection, by: actor, at: now)
            }
            try await remember(id, .won, at: now)
        case (.lost, .open):
            _ = try await database.write { try disputes.lost(reference, in: $0, by: actor, at: now) }
            try await remember(id, .lost, at: now)
        default:
            throw Problem(.conflict, code: "dispute_decided", word: "sandbox.dispute.decided")
        }
    }

    private func remember(_ charge: Int64, _ state: SandboxDispute.State, at now: Instant) async throws {
        _ = try await database.write { connection in
            try connection.execute(
                """
                INSERT INTO sandbox_dispute (charge_id, state, opened_at) VALUES (\(charge), \(state), \(now))
                ON CONFLICT (charge_id) DO UPDATE SET state = excluded.state
                """)
        }
    }
}

extension Connection {
    fileprivate func sandboxDispute(of charge: Int64) throws -> SandboxDispute? {
        try sandboxDisputes(of: [charge])[charge]
    }

    /// By the charge.
    func sandboxDisputes(of charges: [Int64]) throws -> [Int64: SandboxDispute] {
        if charges.isEmpty { return [:] }
        let rows = try rows("SELECT charge_id, state FROM sandbox_dispute WHERE charge_id IN \(charges)")
        let disputes = try rows.map { SandboxDispute(charge: try $0["charge_id"], state: try $0["state"]) }
        return Dictionary(uniqueKeysWithValues: disputes.map { ($0.charge, $0) })
    }
}

extension Migration {
    static let sandboxDisputes = Migration(
        "sandbox-disputes-001",
        """
        CREATE TABLE sandbox_dispute (
            charge_id BIGINT PRIMARY KEY REFERENCES sandbox_charge (id),
            state TEXT NOT NULL CHECK (state IN ('open', 'won', 'lost')),
            opened_at BIGINT NOT NULL
        );
        """)
}
