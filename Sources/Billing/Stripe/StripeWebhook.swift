import Foundation
package import Kernel
import Logging
package import Storage
import Web

/// What Stripe tells us: kept as it came, answered, and worked off afterwards, once. A message only says that something may have
/// changed; what is true is asked of Stripe, so that late, doubled and reordered messages do the same.
struct StripeMessage: Decodable {
    struct Content: Decodable { let object: Object }
    struct Object: Decodable {
        /// Some, such as a balance, have none.
        let id: String?
        let metadata: [String: String]?
        /// What a charge belongs to.
        let paymentIntent: String?

        enum CodingKeys: String, CodingKey {
            case id, metadata
            case paymentIntent = "payment_intent"
        }
    }

    let id: String
    let type: String
    let data: Content
}

extension Billing {
    private static let webhookBytesMax = 256 * 1024

    func openWebhooks(_ doors: Doors) {
        guard let stripe, let secret = stripe.webhookSecret else { return }
        doors.public.postJSON("/webhooks/stripe") { visit, body in
            guard body.count <= Billing.webhookBytesMax,
                StripeSignature.isValid(
                    visit.request.header("stripe-signature") ?? "", body: body, secret: secret, at: machineNow()),
                let text = String(validating: body, as: UTF8.self),
                let message = try? JSONText.decode(StripeMessage.self, text)
            else {
                throw Problem(.malformed, code: "signature_invalid", word: "billing.webhook.refused")
            }
            try await database.write { connection in
                try connection.receive(message, text, at: visit.now)
            }
            return .text("ok")
        }
    }
}

extension Connection {
    /// The text of a message whose signature was right.
    package func receive(stripeMessage text: String, at now: Instant) throws {
        try receive(try JSONText.decode(StripeMessage.self, text), text, at: now)
    }

    /// Said twice, it is there once.
    func receive(_ message: StripeMessage, _ text: String, at now: Instant) throws {
        try execute(
            """
            INSERT INTO processor_event (processor, event_id, kind, payload, received_at, next_try_at)
            VALUES ('stripe', \(message.id), \(message.type), \(text), \(now), \(now))
            ON CONFLICT (processor, event_id) DO NOTHING
            """)
    }

    static func nextProcessorEvent(_ connection: Connection) throws -> Instant? {
        try connection.row(
            "SELECT MIN(next_try_at) AS next FROM processor_event WHERE next_try_at IS NOT NULL")?["next"]
    }
}

extension Payments {
    /// Messages worked off in one go.
    private static let messagesMax = 100

    /// Works off what processors told us.
    /// - Returns: how many were looked at.
    package func handleMessages(_ now: Instant) async throws -> Int {
        let due = try await database.read { connection in
            try connection.rows(
                """
                SELECT id, kind, payload FROM processor_event WHERE next_try_at <= \(now)
                ORDER BY next_try_at, id LIMIT \(Payments.messagesMax)
                """
            ).map { (id: try $0["id"] as Int64, kind: try $0["kind"] as String, payload: try $0["payload"] as String) }
        }
        for event in due {
            do {
                let isOurs = try await handle(try JSONText.decode(StripeMessage.self, event.payload), at: now)
                _ = try await database.write { connection in
                    try connection.execute(
                        """
                        UPDATE processor_event SET handled_at = \(now), next_try_at = NULL,
                            outcome = \(isOurs ? "handled" : "ignored")
                        WHERE id = \(event.id)
                        """)
                }
            } catch {
                logger.error(
                    "payment: a processor's message cannot be handled",
                    metadata: ["message": "\(event.id)", "kind": "\(event.kind)", "error": "\(error)"])
                _ = try await database.write { connection in
                    try connection.execute(
                        """
                        UPDATE processor_event SET next_try_at = \(now.adding(PaymentDeadline.askAgain))
                        WHERE id = \(event.id)
                        """)
                }
            }
        }
        return due.count
    }

    /// - Returns: false for what means nothing here; it is kept all the same.
    private func handle(_ message: StripeMessage, at now: Instant) async throws -> Bool {
        let key = message.data.object.metadata?["key"] ?? ""
        switch message.type {
        case "payment_intent.succeeded", "payment_intent.payment_failed", "payment_intent.canceled",
            "payment_intent.requires_action", "payment_intent.processing":
            guard let known = try await database.read({ try $0.payment(ofCharge: key) }) else { return false }
            return try await refresh(known.id, by: .system, at: now).processor == processor.name
        case "refund.created", "refund.updated", "refund.failed", "charge.refund.updated":
            guard let refund = try await database.read({ try $0.refund(key: key) }) else { return false }
            try await refreshRefund(refund, at: now)
            return true
        case "charge.refunded":
            let name = processor.name
            let refunds = try await database.read { connection -> [Refund] in
                guard let intent = message.data.object.paymentIntent,
                    let payment = try connection.paymentID(ofReference: intent, at: name)
                else { return [] }
                return try connection.refunds(ofPayment: payment)
            }
            for refund in refunds { try await refreshRefund(refund, at: now) }
            return !refunds.isEmpty
        case "charge.dispute.created", "charge.dispute.updated", "charge.dispute.closed",
            "charge.dispute.funds_withdrawn", "charge.dispute.funds_reinstated":
            guard let id = message.data.object.id, let told = try await processor.dispute(id) else { return false }
            return try await settle(told, at: now)
        case "payout.paid", "payout.failed":
            guard let id = message.data.object.id, let payout = try await processor.payout(id) else { return false }
            try await book(payout, at: now)
            return true
        case "setup_intent.succeeded", "setup_intent.setup_failed", "setup_intent.canceled":
            guard let profile = try await database.read({ try $0.paymentProfile(ofSetUp: key) }) else { return false }
            try await refreshProfile(profile, by: .system)
            return true
        default: return false
        }
    }
}

extension Connection {
    /// The payment that a processor knows by this key.
    package func paymentID(ofCharge key: String) throws -> PaymentID? {
        try row("SELECT id FROM payment WHERE charge_key = \(key)")?["id"]
    }

    fileprivate func paymentProfile(ofSetUp key: String) throws -> PaymentProfile? {
        try row("SELECT \(PaymentProfile.columns) FROM payment_profile WHERE set_up_key = \(key)").map(
            PaymentProfile.init)
    }
}
