import Access
import Kernel
import Organizations
import Storage
import Web

/// The question before a second top-up like the one just made. With the browser's Back the form comes with a key of its own, and
/// Pay would charge a second time what was meant once (PRE-2).
enum OnceMore {
    /// Its value is the payment that was asked about, so that a yes is no yes to another one.
    static let field = "once_more"
    /// Who goes back wonders within minutes; who tops up the same again later has a reason.
    static let alike = Duration.seconds(10 * 60)

    static func question(_ earlier: Payment, _ visit: OrganizationVisit<ManageBilling>) -> Problem {
        let words = visit.words
        return Problem(
            .conflict, code: "top_up_made_before",
            word: earlier.state == .pending ? "billing.top_up.again.waiting" : "billing.top_up.again.paid",
            arguments: [
                "amount": words.money(earlier.amount), "moment": words.moment(earlier.createdAt, in: visit.zone),
                "payment": earlier.id.description,
            ], field: field)
    }
}

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
    /// The box that says it is meant. It stays while the form comes back for other reasons.
    func onceMore(_ visit: OrganizationVisit<ManageBilling>, _ form: Form) async throws -> HTML {
        let problem = form.problem(of: OnceMore.field)
        let organization = visit.permit.organization
        guard let id = PaymentID(problem?.arguments["payment"] ?? form.typed(OnceMore.field)),
            let earlier = try await database.read({ try $0.payment(id, in: organization) })
        else { return .empty }
        let words = visit.words
        let said: HTML =
            problem.map {
                "<p class=\"error\" id=\"\(OnceMore.field)-error\">\(icon("warning"))\(words($0.word, $0.arguments))</p>"
            } ?? .empty
        return """
            \(said)
            \(form.checkbox(
                OnceMore.field, label: words("billing.top_up.again.yes", ["amount": words.money(earlier.amount)]),
                value: earlier.id.description))
            """
    }
}
