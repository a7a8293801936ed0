import Access
import Kernel
import Organizations
import Storage
import Web

extension Connection {
    /// The last top-up of an amount, where it is not decided yet or was paid a short while ago, and nobody said that this one comes
    /// on top of it.
    /// - Parameters:
    ///   - clientKey: of the form; what was begun with it already is no second one.
    ///   - confirmed: what the form says of the question.
    func topUp(
        like amount: Money, of organization: OrganizationID, clientKey: String, confirmed: String, at now: Instant
    ) throws -> Payment? {
        let earlier = try row(
            """
            SELECT \(Payment.columns) FROM payment
            WHERE organization_id = \(organization) AND purpose = \(PaymentPurpose.topUpName)
                AND purpose_id = \(organization.rawValue) AND currency = \(amount.currency)
                AND amount = \(amount.minorUnits) AND method <> \(PaymentMethod.transfer)
                AND (state = \(PaymentState.pending)
                    OR state = \(PaymentState.posted) AND settled_at > \(now.adding(.zero - OnceMore.alike)))
            ORDER BY id DESC LIMIT 1
            """
        ).map(Payment.init)
        guard let earlier, confirmed != earlier.id.description,
            try payment(clientKey: clientKey, in: organization) == nil
        else { return nil }
        return earlier
    }
}

extension Billing {
    func question(about earlier: Payment, _ visit: OrganizationVisit<ManageBilling>) -> Problem {
        let words = visit.words
        return OnceMore.question(
            about: earlier.id.description, code: "top_up_made_before",
            word: earlier.state == .pending ? "billing.top_up.again.waiting" : "billing.top_up.again.paid",
            [
                "amount": words.money(earlier.amount), "moment": words.moment(earlier.createdAt, in: visit.zone),
            ])
    }

    func onceMore(_ visit: OrganizationVisit<ManageBilling>, _ form: Form) async throws -> HTML {
        let organization = visit.permit.organization
        guard let id = PaymentID(OnceMore.asked(by: form)),
            let earlier = try await database.read({ try $0.payment(id, in: organization) })
        else { return .empty }
        let words = visit.words
        return OnceMore.box(
            about: earlier.id.description,
            yes: words("billing.top_up.again.yes", ["amount": words.money(earlier.amount)]), form, words)
    }
}
