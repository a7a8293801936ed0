import Foundation
package import Kernel
package import Storage

/// Stripe, by its PaymentIntents and SetupIntents. What Stripe called our keys is remembered in `stripe_intent`; where an answer was
/// lost, the latest intents are looked through for the key in their metadata.
package struct StripeProcessor: PaymentProcessor {
    package let name = "stripe"
    /// PostFinance and eBill are not to be had there.
    package let methods: Set<PaymentMethod> = [.card, .twint, .payPal]

    let client: StripeClient
    private let database: Database
    private let surroundings: Surroundings

    package init(_ configuration: StripeConfiguration, database: Database, surroundings: Surroundings) {
        client = StripeClient(configuration)
        self.database = database
        self.surroundings = surroundings
    }

    package func tokenize(_ card: Card) async throws -> CardToken {
        do {
            let method = try await client.post(
                StripeMethod.self, "payment_methods",
                [
                    ("type", "card"), ("card[number]", card.number), ("card[exp_month]", String(card.expires.month)),
                    ("card[exp_year]", String(card.expires.year)), ("card[cvc]", card.cvc),
                ])
            return CardToken(
                token: method.id, brand: method.card?.brand ?? card.brand, last4: method.card?.last4 ?? card.last4,
                expires: card.expires)
        } catch let refusal as StripeClient.Refusal {
            let failure = refusal.error.failure
            throw Problem.field("card_number", failure.word, code: failure.rawValue)
        } catch {
            throw Problem(
                .unavailable(retryAfterSeconds: 30), code: "processor_unavailable", word: "billing.payment.unavailable")
        }
    }

    package func charge(_ request: ChargeRequest) async throws -> ChargeState {
        if let known = try await remembered(request.key, at: "payment_intents") { return known.chargeState }
        var fields = [
            ("amount", String(request.amount.minorUnits)), ("currency", request.amount.currency.rawValue.lowercased()),
            ("confirm", "true"), ("return_url", client.configuration.publicAddress + request.returnPath),
            ("metadata[key]", request.key), ("metadata[organization]", request.organization.description),
        ]
        fields += StripeProcessor.fields(of: request.instrument)
        if request.isSaved || request.keeps {
            fields.append(("customer", try await customer(of: request.organization)))
        }
        // TWINT at Stripe is for one payment.
        if request.keeps, request.instrument.method != .twint { fields.append(("setup_future_usage", "off_session")) }
        if request.presence == .absent { fields.append(("off_session", "true")) }
        return try await ask("payment_intents", fields, key: request.key, isSetUp: false).chargeState
    }

    package func state(ofKey key: String) async throws -> ChargeState? {
        try await outcome(ofKey: key, at: "payment_intents")?.chargeState
    }

    package func cancel(key: String) async throws -> ChargeState {
        guard let outcome = try await outcome(ofKey: key, at: "payment_intents") else {
            // Should it arrive after all, the key is refused here, and what Stripe took is told to us by its messages.
            try await remember(key, intent: nil, failure: .cancelled, isSetUp: false)
            return .failed(reason: PaymentFailure.cancelled.rawValue)
        }
        guard case .intent(let intent) = outcome, outcome.isOpen else { return outcome.chargeState }
        do {
            let cancelled = try await client.post(
                StripeIntent.self, "payment_intents/\(intent.id)/cancel", [], key: "cancel:\(key)")
            return Outcome.intent(cancelled).chargeState
        } catch is StripeClient.Refusal {
            return try await outcomeNow(intent.id, at: "payment_intents").chargeState
        }
    }

    package func kept(ofKey key: String) async throws -> SavedInstrument? {
        guard case .intent(let intent) = try await outcome(ofKey: key, at: "payment_intents"),
            let method = intent.paymentMethod,
            let organization = intent.metadata?["organization"].flatMap({ Int64($0) })
        else { return nil }
        return try await attached(method, to: OrganizationID(rawValue: organization))
    }

    package func setUp(_ request: SetUpRequest) async throws -> SetUpState {
        if let known = try await remembered(request.key, at: "setup_intents") { return try await setUpState(known) }
        let fields =
            [
                ("confirm", "true"), ("customer", try await customer(of: request.organization)),
                ("usage", "off_session"), ("return_url", client.configuration.publicAddress + request.returnPath),
                ("metadata[key]", request.key), ("metadata[organization]", request.organization.description),
            ] + StripeProcessor.fields(of: request.instrument)
        return try await setUpState(try await ask("setup_intents", fields, key: request.key, isSetUp: true))
    }

    package func setUpState(ofKey key: String) async throws -> SetUpState? {
        guard let outcome = try await outcome(ofKey: key, at: "setup_intents") else { return nil }
        return try await setUpState(outcome)
    }

    package func detach(_ token: String) async throws {
        do { _ = try await client.post(StripeID.self, "payment_methods/\(token)/detach", []) } catch let refusal
            as StripeClient.Refusal
        {
            // It is gone already, which is what was wanted.
            guard refusal.status == 400 || refusal.status == 404 else { throw refusal }
        }
    }

    package func refund(key: String, reference: String, amount: Money) async throws -> ProcessorRefund {
        if let known = try await refundRemembered(key) { return known }
        do {
            let refund = try await client.post(
                StripeRefund.self, "refunds",
                [
                    ("payment_intent", reference), ("amount", String(amount.minorUnits)), ("metadata[key]", key),
                ], key: "refund:\(key)")
            try await remember(key, intent: refund.id, failure: nil, isSetUp: false)
            return refund.outcome
        } catch is StripeClient.Refusal {
            try await remember(key, intent: nil, failure: .refused, isSetUp: false)
            return .failed(reason: PaymentFailure.refused.rawValue)
        }
    }

    package func refundState(ofKey key: String) async throws -> ProcessorRefund? {
        if let known = try await refundRemembered(key) { return known }
        // Where the answer was lost: it is among the latest.
        let list = try await client.get(StripeList<StripeRefund>.self, "refunds?limit=100")
        guard let found = list.data.first(where: { $0.metadata?["key"] == key }) else { return nil }
        try await remember(key, intent: found.id, failure: nil, isSetUp: false)
        return found.outcome
    }

    private func refundRemembered(_ key: String) async throws -> ProcessorRefund? {
        let known = try await database.read { connection in
            try connection.row("SELECT intent, failure FROM stripe_intent WHERE key = \(key)").map { row in
                (refund: try row["intent"] as String?, failure: try row["failure"] as String?)
            }
        }
        if let refund = known?.refund { return try await client.get(StripeRefund.self, "refunds/\(refund)").outcome }
        return known?.failure.map { .failed(reason: $0) }
    }

    private static func fields(of instrument: Instrument) -> [(String, String)] {
        switch instrument {
        case .card(let token): [("payment_method", token.token), ("payment_method_types[]", "card")]
        case .saved(let saved): [("payment_method", saved.token), ("payment_method_types[]", saved.method.rawValue)]
        case .wallet(let method):
            [("payment_method_data[type]", method.rawValue), ("payment_method_types[]", method.rawValue)]
        }
    }

    // MARK: What Stripe says

    private enum Outcome {
        case intent(StripeIntent)
        case refused(String)

        /// May still be decided by the customer.
        var isOpen: Bool {
            guard case .intent(let intent) = self else { return false }
            return intent.lastError == nil && !["succeeded", "canceled"].contains(intent.status)
        }

        var chargeState: ChargeState {
            switch self {
            case .refused(let reason): return .failed(reason: reason)
            case .intent(let intent):
                switch intent.status {
                case "succeeded": return .succeeded(reference: intent.id, fee: nil)
                case "canceled": return .failed(reason: PaymentFailure.cancelled.rawValue)
                case "requires_action":
                    guard let url = intent.nextAction?.redirectToURL?.url else { return .pending }
                    return .needsAction(path: url, reference: intent.id)
                case "requires_payment_method":
                    return .failed(reason: (intent.lastError?.failure ?? .authenticationFailed).rawValue)
                default: return .pending
                }
            }
        }
    }

    private func setUpState(_ outcome: Outcome) async throws -> SetUpState {
        switch outcome.chargeState {
        case .succeeded:
            guard case .intent(let intent) = outcome, let method = intent.paymentMethod,
                let organization = intent.metadata?["organization"].flatMap({ Int64($0) })
            else { return .failed(reason: PaymentFailure.refused.rawValue) }
            return .ready(try await attached(method, to: OrganizationID(rawValue: organization)))
        case .failed(let reason): return .failed(reason: reason)
        case .needsAction(let path, _): return .needsAction(path: path)
        case .pending: return .pending
        }
    }

    /// A method belongs to the organisation's customer before it can be charged again.
    private func attached(_ method: String, to organization: OrganizationID) async throws -> SavedInstrument {
        let stored = try await client.post(
            StripeMethod.self, "payment_methods/\(method)/attach",
            [("customer", try await customer(of: organization))])
        let expires = stored.card.flatMap { card in
            CardExpiry("\(card.month < 10 ? "0" : "")\(card.month)/\(card.year)")
        }
        return SavedInstrument(
            method: PaymentMethod(rawValue: stored.type) ?? .card, token: stored.id, brand: stored.card?.brand ?? "",
            label: stored.card?.last4 ?? stored.paypal?.email ?? "", expires: expires)
    }

    private func ask(
        _ path: String, _ fields: [(String, String)], key: String, isSetUp: Bool
    ) async throws -> Outcome {
        do {
            let intent = try await client.post(StripeIntent.self, path, fields, key: key)
            try await remember(key, intent: intent.id, failure: nil, isSetUp: isSetUp)
            return .intent(intent)
        } catch let refusal as StripeClient.Refusal {
            let failure = refusal.error.failure
            try await remember(
                key, intent: refusal.error.paymentIntent?.id ?? refusal.error.setUpIntent?.id, failure: failure,
                isSetUp: isSetUp)
            return .refused(failure.rawValue)
        }
    }

    private func outcomeNow(_ intent: String, at path: String) async throws -> Outcome {
        .intent(try await client.get(StripeIntent.self, "\(path)/\(intent)"))
    }

    private func outcome(ofKey key: String, at path: String) async throws -> Outcome? {
        if let known = try await remembered(key, at: path) { return known }
        guard let found = try await look(for: key, at: path) else { return nil }
        try await remember(key, intent: found.id, failure: nil, isSetUp: path == "setup_intents")
        return .intent(found)
    }

    /// What became of a key whose answer arrived, or that was given up before it was heard.
    private func remembered(_ key: String, at path: String) async throws -> Outcome? {
        let known = try await database.read { connection in
            try connection.row("SELECT intent, failure FROM stripe_intent WHERE key = \(key)").map { row in
                (intent: try row["intent"] as String?, failure: try row["failure"] as String?)
            }
        }
        if let intent = known?.intent, known?.failure == nil { return try await outcomeNow(intent, at: path) }
        return known?.failure.map { .refused($0) }
    }

    /// Where the answer was lost: the intents of the last day, newest first.
    private func look(for key: String, at path: String) async throws -> StripeIntent? {
        let oldest = surroundings.now().adding(.hours(-24)).milliseconds / 1000
        var after = ""
        for _ in 1...StripeProcessor.pagesMax {
            let list = try await client.get(
                StripeList<StripeIntent>.self, "\(path)?limit=100\(after.isEmpty ? "" : "&starting_after=\(after)")")
            if let found = list.data.first(where: { $0.metadata?["key"] == key }) { return found }
            guard list.hasMore, let last = list.data.last, (last.created ?? 0) >= oldest else { return nil }
            after = last.id
        }
        return nil
    }

    private static let pagesMax = 50

    private func remember(_ key: String, intent: String?, failure: PaymentFailure?, isSetUp: Bool) async throws {
        let now = surroundings.now()
        _ = try await database.write { connection in
            try connection.execute(
                """
                INSERT INTO stripe_intent (key, intent, failure, is_set_up, created_at)
                VALUES (\(key), \(intent), \(failure?.rawValue), \(isSetUp), \(now))
                ON CONFLICT (key) DO NOTHING
                """)
        }
    }

    /// Stripe's customer of an organisation, made when it is first needed.
    private func customer(of organization: OrganizationID) async throws -> String {
        let known = try await database.read {
            try $0.row("SELECT reference FROM stripe_customer WHERE id = \(organization)")?["reference"] as String?
        }
        if let known { return known }
        let made = try await client.post(
            StripeID.self, "customers", [("metadata[organization]", organization.description)],
            key: "customer:\(organization)")
        return try await database.write { connection in
            try connection.execute(
                "INSERT INTO stripe_customer (id, reference) VALUES (\(organization), \(made.id)) ON CONFLICT (id) DO NOTHING"
            )
            return try connection.row("SELECT reference FROM stripe_customer WHERE id = \(organization)")?["reference"]
                ?? made.id
        }
    }
}

extension ChargeRequest {
    fileprivate var isSaved: Bool { if case .saved = instrument { true } else { false } }
}
