import Kernel
import Logging
import Storage

extension Payments {
    /// Saves what a payment was made with, where that was wished (PAY-1) or is the method's way (PAY-7). The money is ours whatever
    /// comes of it: what cannot be saved is told to the log.
    func keepInstrument(of payment: Payment, by actor: Event.Actor, at now: Instant) async {
        guard payment.keeps, payment.state == .posted else { return }
        do {
            guard let saved = try await processor.kept(ofKey: payment.chargeKey) else { return }
            let name = processor.name
            try await database.write { connection in
                try connection.keep(
                    saved, at: name, for: payment.organization, person: payment.person, key: payment.chargeKey,
                    by: actor, at: now)
            }
        } catch {
            logger.warning(
                "payment: what it was paid with could not be saved",
                metadata: ["payment": "\(payment.id)", "error": "\(error)"])
        }
    }
}
