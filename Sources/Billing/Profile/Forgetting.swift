package import Delivery
package import Kernel
package import Storage

/// Tells the processor to forget what was saved, after it was removed here. Tried until it is done, like a mail.
package struct Forgetting: Channel {
    package static let kindName = "payment-profile"
    package let kind = Forgetting.kindName
    private let database: Database
    private let processor: any PaymentProcessor

    package init(database: Database, processor: any PaymentProcessor) {
        self.database = database
        self.processor = processor
    }

    package func deliver(
        _ payload: String, to target: String, key: String, sentAt: Instant
    ) async throws(DeliveryFailure) {
        guard let number = Int64(target) else { throw .permanent("The target is not a payment profile.") }
        let id = PaymentProfileID(rawValue: number)
        do {
            guard let profile = try await database.read({ try $0.paymentProfile(id) }), let token = profile.token else {
                return
            }
            if profile.processor == processor.name { try await processor.detach(token) }
            try await database.write { try $0.forgotten(id, at: sentAt) }
        } catch {
            throw .temporary("The processor did not forget it: \(type(of: error))")
        }
    }
}

extension Billing {
    /// One that was removed, and all of an organisation that was deleted (PAY-8).
    var forgettings: [Subscription] {
        [
            Subscription("PaymentMethodRemoved") { recorded, _ in
                [Forgetting.dispatch(PaymentProfileID(rawValue: recorded.event.subjectID))]
            },
            Subscription("OrganizationDeleted") { recorded, connection in
                guard let organization = recorded.event.organization else { return [] }
                return try connection.profilesToForget(of: organization).map { Forgetting.dispatch($0.id) }
            },
        ]
    }
}

extension Forgetting {
    fileprivate static func dispatch(_ id: PaymentProfileID) -> Dispatch {
        Dispatch(kind: kindName, target: id.description, payload: "{}")
    }
}
