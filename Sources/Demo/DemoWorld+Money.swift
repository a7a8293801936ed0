import Access
import Billing
import Kernel
import Products
import Sandbox
import Storage

extension DemoWorld {
    /// What money does besides paying an order at once: a transfer that is awaited, an invoice paid in part, one credited to
    /// prepaid, one refunded to its card.
    func moveMoney(of atelier: OrganizationID, _ marie: PersonID, _ permit: Permit<OrderProducts>) async throws {
        let actor = Event.Actor(person: marie, client: "demo")
        func order(_ offer: String, _ term: Term, _ name: String, _ choice: ChosenPayment) async throws -> OrderID {
            try await products.order(
                offer, term, name: name, choice: choice, clientKey: "demo-atelier-money-\(name)", permit: permit,
                actor: actor)
        }
        _ = try await order("domain-ch", .yearly, "rossier-galerie.ch", .transfer)
        try await payInPart(try await issueForWork(to: atelier), of: atelier, marie)
        let card = try await card("4242 4242 4242 4242")
        let credited = try await order("newsletter-start", .monthly, "Finissage", .prepaid)
        try await credit(credited, of: atelier, because: "Ordered twice", isRefunded: false)
        let refunded = try await order("cloud-server-2", .monthly, "render-2", .card(card))
        try await credit(refunded, of: atelier, because: "The server was not needed", isRefunded: true)
    }

    /// Work by the hour is billed when it is done, and paid afterwards.
    private func issueForWork(to atelier: OrganizationID) async throws -> Document {
        let now = surroundings.now()
        let issuer = payments.issuer
        return try await database.write { connection in
            let draft = DocumentDraft(
                key: "demo:work:\(atelier)", organization: atelier,
                recipient: try Billing.recipient(of: atelier, nil, in: connection), currency: .chf,
                lines: [
                    DraftLine(
                        description: "Moving atelier-rossier.ch, by the hour", quantity: 3,
                        unitListPrice: Money(minorUnits: 14_000, .chf)),
                    DraftLine(
                        description: "A printed guide for the team", unitListPrice: Money(minorUnits: 2_900, .chf),
                        vatClass: .reduced),
                ], dueDays: 30)
            return try connection.issueInvoice(draft, from: issuer, by: .system, at: now)
        }
    }

    private func payInPart(_ invoice: Document, of atelier: OrganizationID, _ marie: PersonID) async throws {
        let now = surroundings.now()
        let request = PaymentRequest(
            organization: atelier, person: marie, purpose: PaymentPurpose.documentName, purposeID: invoice.id.rawValue,
            amount: Money(minorUnits: 20_000, .chf), method: .card, clientKey: "demo-pay-in-part")
        let payment = try await database.write { try Payments.begin(request, in: $0, at: now) }
        try await payments.charge(
            payment.id, with: try await card("4242 4242 4242 4242"), returnPath: "/",
            by: Event.Actor(person: marie, client: "demo"))
    }

    /// The operator's side: all of an order's invoice, and where it was paid by card, back to the card, where it arrives.
    private func credit(
        _ order: OrderID, of atelier: OrganizationID, because reason: String, isRefunded: Bool
    ) async throws {
        let now = surroundings.now()
        let issuer = payments.issuer
        let credit = try await database.write { connection -> IssuedCredit? in
            let row = try connection.row(
                """
                SELECT o.document_id, p.id AS payment_id FROM product_order o
                JOIN payment p ON p.purpose = 'order' AND p.purpose_id = o.id AND p.state = 'posted'
                WHERE o.id = \(order)
                """)
            guard let row else { return nil }
            return try connection.issueCreditNote(
                of: try row["document_id"], in: atelier,
                NewCreditNote(
                    key: "demo:credit:\(order)", scope: .rest, reason: reason,
                    destination: isRefunded ? .payment(try row["payment_id"]) : .prepaid),
                from: issuer, by: .system, at: now)
        }
        guard let refund = credit?.refund else { return }
        try await payments.settleRefund(refund, by: .system)
        guard let processor = payments.processor as? SandboxCardProcessor else { return }
        for sent in try await processor.refunds(limit: 1) { try await processor.decideRefund(sent.id, arrives: true) }
        try await payments.settleRefund(refund, by: .system)
    }
}
