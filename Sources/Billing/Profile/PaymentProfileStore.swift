import Access
package import Kernel
package import Storage

extension Connection {
    /// What an organisation has saved, in the order it was saved in.
    package func paymentProfiles(of organization: OrganizationID) throws -> [PaymentProfile] {
        try rows(
            """
            SELECT \(PaymentProfile.columns) FROM payment_profile
            WHERE organization_id = \(organization) AND state IN \([PaymentProfile.State.active, .pending])
            ORDER BY id LIMIT \(PaymentProfile.countMax)
            """
        ).map(PaymentProfile.init)
    }

    /// - Returns: nil where there is none, or where it belongs to another organisation.
    package func paymentProfile(
        _ id: PaymentProfileID, in organization: OrganizationID
    ) throws -> PaymentProfile? {
        try row(
            """
            SELECT \(PaymentProfile.columns) FROM payment_profile
            WHERE id = \(id) AND organization_id = \(organization)
            """
        ).map(PaymentProfile.init)
    }

    func paymentProfile(_ id: PaymentProfileID) throws -> PaymentProfile? {
        try row("SELECT \(PaymentProfile.columns) FROM payment_profile WHERE id = \(id)").map(PaymentProfile.init)
    }

    /// - Returns: nil where nothing was chosen, or where what was chosen is gone.
    package func defaultMethod(of organization: OrganizationID) throws -> DefaultMethod? {
        let row = try row(
            """
            SELECT d.profile_id, p.state FROM payment_default d LEFT JOIN payment_profile p ON p.id = d.profile_id
            WHERE d.id = \(organization)
            """)
        guard let row else { return nil }
        guard let id: PaymentProfileID = try row["profile_id"] else { return .prepaid }
        let state: PaymentProfile.State? = try row["state"]
        return state == .active ? .profile(id) : nil
    }

    /// Writes the wish to save a method down, before anybody outside is asked.
    /// - Returns: the first one where the form was sent before.
    func beginProfile(
        _ method: PaymentMethod, at processor: String, of organization: OrganizationID, person: PersonID,
        clientKey: String, at now: Instant
    ) throws -> (profile: PaymentProfile, isNew: Bool) {
        _ = try lockBooks(of: organization)
        let inserted = try row(
            """
            INSERT INTO payment_profile (organization_id, person_id, processor, method, state, set_up_key, client_key,
                created_at)
            VALUES (\(organization), \(person), \(processor), \(method), \(PaymentProfile.State.pending),
                \(sha256("profile\u{1f}\(organization)\u{1f}\(clientKey)\u{1f}\(now.milliseconds)")), \(clientKey), \(now))
            ON CONFLICT (organization_id, client_key) DO NOTHING
            RETURNING \(PaymentProfile.columns)
            """)
        if let inserted { return (try PaymentProfile(inserted), true) }
        let first = try row(
            """
            SELECT \(PaymentProfile.columns) FROM payment_profile
            WHERE organization_id = \(organization) AND client_key = \(clientKey)
            """)
        guard let first else { throw Problem.notFound }
        return (try PaymentProfile(first), false)
    }

    /// What a payment was made with. The same account or card saved again is the same profile.
    func keep(
        _ saved: SavedInstrument, at processor: String, for organization: OrganizationID, person: PersonID?,
        key: String, by actor: Event.Actor, at now: Instant
    ) throws {
        _ = try lockBooks(of: organization)
        let inserted = try row(
            """
            INSERT INTO payment_profile (organization_id, person_id, processor, method, state, set_up_key, client_key,
                token, brand, label, expires, created_at, decided_at)
            VALUES (\(organization), \(person), \(processor), \(saved.method), \(PaymentProfile.State.active),
                \("kept:\(key)"), \("kept:\(key.prefix(64))"), \(saved.token), \(saved.brand), \(saved.label),
                \(saved.expires?.description), \(now), \(now))
            ON CONFLICT DO NOTHING
            RETURNING \(PaymentProfile.columns)
            """)
        guard let inserted else { return }
        let profile = try PaymentProfile(inserted)
        try beDefaultIfFirst(profile, at: now)
        try announce(profile.event("PaymentMethodSaved", by: actor), at: now)
    }

    /// The first that is saved is what is paid with, until something else is chosen.
    private func beDefaultIfFirst(_ profile: PaymentProfile, at now: Instant) throws {
        if try defaultMethod(of: profile.organization) == nil {
            try setDefault(.profile(profile.id), of: profile.organization, at: now)
        }
    }

    func setDefault(_ method: DefaultMethod, of organization: OrganizationID, at now: Instant) throws {
        let profile: PaymentProfileID? = if case .profile(let id) = method { id } else { nil }
        try execute(
            """
            INSERT INTO payment_default (id, profile_id, changed_at) VALUES (\(organization), \(profile), \(now))
            ON CONFLICT (id) DO UPDATE SET profile_id = \(profile), changed_at = \(now)
            """)
    }

    /// Brings a wish to where the processor says it is. Compare-and-set: it happens once.
    func decide(
        _ profile: PaymentProfile, _ state: SetUpState?, by actor: Event.Actor, at now: Instant
    ) throws {
        switch state {
        case .ready(let saved):
            let activated = try execute(
                """
                UPDATE payment_profile SET state = \(PaymentProfile.State.active), token = \(saved.token),
                    brand = \(saved.brand), label = \(saved.label), expires = \(saved.expires?.description),
                    action_path = NULL, decided_at = \(now)
                WHERE id = \(profile.id) AND state = \(PaymentProfile.State.pending)
                    AND NOT EXISTS (SELECT 1 FROM payment_profile other
                        WHERE other.processor = \(profile.processor) AND other.token = \(saved.token))
                """)
            guard activated == 1, let active = try paymentProfile(profile.id) else { return }
            try beDefaultIfFirst(active, at: now)
            try announce(active.event("PaymentMethodSaved", by: actor), at: now)
        case .failed(let reason):
            try execute(
                """
                UPDATE payment_profile SET state = \(PaymentProfile.State.failed), failure = \(reason),
                    action_path = NULL, decided_at = \(now)
                WHERE id = \(profile.id) AND state = \(PaymentProfile.State.pending)
                """)
        case .needsAction(let path):
            try execute(
                """
                UPDATE payment_profile SET action_path = \(path)
                WHERE id = \(profile.id) AND state = \(PaymentProfile.State.pending)
                """)
        case .pending, nil: break
        }
    }

    /// Takes a profile out of use. What it stands for at the processor is forgotten afterwards, by the event.
    /// - Throws: 404; a `Problem` (409 `in_use`) that names what is paid with it.
    func removeProfile(
        _ id: PaymentProfileID, uses: PaymentProfile.Uses, by permit: Permit<ManageBilling>, actor: Event.Actor,
        at now: Instant
    ) throws {
        let organization = permit.organization
        _ = try lockBooks(of: organization)
        guard let profile = try paymentProfile(id, in: organization),
            profile.state == .active || profile.state == .pending
        else { throw Problem.notFound }
        let names = PaymentProfile.standsAgainstRemoval(
            of: id, standard: try defaultMethod(of: organization), uses: try uses(self, organization))
        if !names.isEmpty {
            throw Problem(
                .conflict, code: "in_use", word: "billing.profile.in_use",
                arguments: ["names": names.prefix(5).joined(separator: ", ")])
        }
        try execute(
            """
            UPDATE payment_profile SET state = \(PaymentProfile.State.removed), action_path = NULL, decided_at = \(now)
            WHERE id = \(id)
            """)
        try announce(profile.event("PaymentMethodRemoved", by: actor), at: now)
    }

    /// What of an organisation is still known to the processor.
    func profilesToForget(of organization: OrganizationID) throws -> [PaymentProfile] {
        try rows(
            "SELECT \(PaymentProfile.columns) FROM payment_profile WHERE organization_id = \(organization) AND token IS NOT NULL"
        ).map(PaymentProfile.init)
    }

    /// The processor has forgotten it, and so do we.
    func forgotten(_ id: PaymentProfileID, at now: Instant) throws {
        try execute(
            """
            UPDATE payment_profile SET state = \(PaymentProfile.State.removed), token = NULL,
                decided_at = COALESCE(decided_at, \(now))
            WHERE id = \(id)
            """)
    }
}

extension PaymentProfile {
    fileprivate func event(_ name: String, by actor: Event.Actor) -> Event {
        Event(
            name, by: actor, organization: organization, subject: "payment_profile", id.rawValue,
            payload: ["method": method.rawValue])
    }
}
