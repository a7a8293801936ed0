import Kernel
import Logging
import Storage

extension Payments {
    /// Saves a method without paying (PAY-3): the wish is written first, then the processor asked. Sent twice, it is one.
    /// - Returns: active, failed, or pending: then show the way to `actionPath` where there is one.
    func saveMethod(
        _ instrument: Instrument, of organization: OrganizationID, by person: PersonID, clientKey: String,
        returnPath: String, actor: Event.Actor
    ) async throws -> PaymentProfile {
        let now = surroundings.now()
        let name = processor.name
        let (profile, isNew) = try await database.write { connection in
            try connection.beginProfile(
                instrument.method, at: name, of: organization, person: person, clientKey: clientKey, at: now)
        }
        guard isNew else { return try await refreshProfile(profile, by: actor) }
        let answer = try await processor.setUp(
            SetUpRequest(
                key: profile.setUpKey, organization: organization, instrument: instrument, returnPath: returnPath))
        return try await decide(profile, answer, by: actor)
    }

    /// Asks the processor what became of a wish to save: for the way back, and for a page that waits.
    @discardableResult
    func refreshProfile(_ profile: PaymentProfile, by actor: Event.Actor) async throws -> PaymentProfile {
        guard profile.state == .pending, profile.processor == processor.name else { return profile }
        do {
            return try await decide(profile, try await processor.setUpState(ofKey: profile.setUpKey), by: actor)
        } catch {
            logger.warning(
                "payment: the processor cannot be asked", metadata: ["profile": "\(profile.id)", "error": "\(error)"])
            return profile
        }
    }

    private func decide(
        _ profile: PaymentProfile, _ state: SetUpState?, by actor: Event.Actor
    ) async throws -> PaymentProfile {
        let now = surroundings.now()
        return try await database.write { connection in
            try connection.decide(profile, state, by: actor, at: now)
            return try connection.paymentProfile(profile.id) ?? profile
        }
    }
}
