import Billing
import Kernel
import Web

extension Sandbox {
    /// The page of the cardholder's bank (3-D Secure), and that of TWINT and its like, where a charge waits for a yes or a no.
    func openConfirmation(_ doors: Doors) {
        for path in ["3ds/{charge}", "wallet/{charge}"] { openConfirmation(doors, path) }
    }

    private func openConfirmation(_ doors: Doors, _ path: String) {
        doors.sandbox.form(path, page: confirmationPage) { visit, form in
            let id = try chargeID(visit)
            let charge =
                switch form.typed("decision") {
                case "approve": try await processor.approve(id)
                case "decline": try await processor.decline(id)
                default: throw Problem.field("approve", "sandbox.confirmation.choose", code: "validation_rule_required")
                }
            return .redirect(back(to: charge))
        }
    }

    private func confirmationPage(_ visit: Visit, _ form: Form) async throws -> Page {
        guard let charge = try await processor.charge(try chargeID(visit)), charge.amount.isPositive || charge.isSetUp
        else {
            throw Problem.notFound
        }
        let words = visit.words
        let isCard = charge.method == .card
        let lead =
            isCard
            ? words("sandbox.confirmation.lead")
            : words("sandbox.confirmation.wallet", ["method": words(charge.method.word)])
        return Page(
            title: words("sandbox.confirmation.title"), layout: .gate,
            body: """
                \(form.summary(words))
                <h1>\(words("sandbox.confirmation.title"))</h1>
                <p>\(lead)</p>
                <dl class="kv gap-above">
                <div><dt>\(words("sandbox.confirmation.merchant"))</dt><dd>\(visit.house.settings.provider)</dd></div>
                <div><dt>\(words("sandbox.charge.amount"))</dt>\
                <dd><strong>\(charge.isSetUp ? words("sandbox.confirmation.saving") : words.money(charge.amount))</strong></dd></div>
                <div><dt>\(words("sandbox.charge.card"))</dt><dd>\(charge.title(words))</dd></div>
                </dl>
                <div class="gap-above">
                \(charge.state == .needsAction ? decision(visit, charge) : decided(visit, charge))
                </div>
                """)
    }

    private func decision(_ visit: Visit, _ charge: SandboxCharge) -> HTML {
        let words = visit.words
        return """
            <form class="stack" method="post" action="\(Link("\(path: charge.actionPath)"))">\(visit.formFields)
            <button class="btn primary large wide" id="approve" name="decision" value="approve">\
            \(words("sandbox.confirmation.approve"))</button>
            <button class="btn large wide" name="decision" value="decline">\(words("sandbox.confirmation.decline"))</button>
            </form>
            """
    }

    private func decided(_ visit: Visit, _ charge: SandboxCharge) -> HTML {
        let words = visit.words
        return """
            <p>\(words("sandbox.confirmation.decided")) \(stateTag(charge.state, words))</p>
            <p class="gap-above">\(linkButton(
                words("sandbox.confirmation.back", ["provider": visit.house.settings.provider]), back(to: charge)))</p>
            """
    }

    private func chargeID(_ visit: Visit) throws(Problem) -> Int64 {
        let id: Identifier<SandboxCharge> = try visit.id("charge")
        return id.rawValue
    }

    private func back(to charge: SandboxCharge) -> Link { Link(own: charge.returnPath) ?? "/" }
}
