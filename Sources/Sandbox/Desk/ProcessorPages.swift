import Billing
import Kernel
import Storage
import Web

/// What happens at the card processor after a payment: money on its way back, and banks that take a payment back.
extension Sandbox {
    func openProcessor(_ doors: Doors) {
        doors.sandbox.post("refunds/{refund}") { visit, form in
            let id: Identifier<SandboxRefund> = try visit.id("refund")
            let arrives: Bool
            switch form.typed("decision") {
            case "arrives": arrives = true
            case "returned": arrives = false
            default: throw Problem.field("decision", "sandbox.decision.choose", code: "validation_rule_required")
            }
            try await processor.decideRefund(id.rawValue, arrives: arrives)
            return .redirect("/sandbox", notice: "sandbox.refund.told")
        }
        doors.sandbox.post("charges/{charge}/dispute") { visit, form in
            let id: Identifier<SandboxCharge> = try visit.id("charge")
            guard let step = SandboxDisputeStep(rawValue: form.typed("decision")) else {
                throw Problem.field("decision", "sandbox.decision.choose", code: "validation_rule_required")
            }
            try await dispute(id.rawValue, step, by: visit.actor, at: visit.now)
            return .redirect("/sandbox", notice: "sandbox.dispute.told")
        }
    }

    func refundTable(_ visit: Visit, _ refunds: [SandboxRefund]) -> HTML {
        let words = visit.words
        if refunds.isEmpty { return emptyState(icon: "card", words("sandbox.refunds.none")) }
        let rows = refunds.map { refund -> HTML in
            let state = refund.outcome(at: visit.now)
            let decision: HTML =
                state == .pending
                ? """
                <form class="row" method="post" action="\(Link("/sandbox/refunds/\(refund.id)"))">\(visit.formFields)\
                <button class="btn" name="decision" value="arrives">\(words("sandbox.refund.arrives"))</button>\
                <button class="btn quiet" name="decision" value="returned">\(words("sandbox.refund.returned"))</button></form>
                """ : .empty
            return """
                <tr><th scope="row">\(refund.reference)\(decision)</th>
                <td class="num" data-label="\(words("sandbox.charge.amount"))">\(words.money(refund.amount))</td>
                <td data-label="\(words("sandbox.charge.state"))">\(tag(state, words))</td>
                <td data-label="\(words("sandbox.charge.when"))">\(time(refund.createdAt, visit))</td></tr>
                """
        }
        return """
            <table class="table"><caption class="vh">\(words("sandbox.refunds.title"))</caption>
            <thead><tr><th scope="col">\(words("sandbox.refund.reference"))</th>\
            <th scope="col" class="num">\(words("sandbox.charge.amount"))</th>\
            <th scope="col">\(words("sandbox.charge.state"))</th>\
            <th scope="col">\(words("sandbox.charge.when"))</th></tr></thead><tbody>\(rows)</tbody></table>
            """
    }

    private func tag(_ state: ProcessorRefund, _ words: Words) -> HTML {
        switch state {
        case .pending: Web.tag(.warn, words("sandbox.refund.state.pending"))
        case .succeeded: Web.tag(.ok, words("sandbox.refund.state.succeeded"))
        case .failed: Web.tag(.danger, words("sandbox.refund.state.failed"))
        }
    }

    /// The bank's side of a charge that was paid.
    func disputeForm(_ visit: Visit, _ charge: SandboxCharge, _ dispute: SandboxDispute?) -> HTML {
        guard charge.state == .succeeded, charge.amount.isPositive else { return .empty }
        let words = visit.words
        let buttons: HTML
        switch dispute?.state {
        case nil:
            buttons = """
                <button class="btn quiet" name="decision" value="open">\(words("sandbox.dispute.open"))</button>
                """
        case .open:
            buttons = """
                <button class="btn" name="decision" value="won">\(words("sandbox.dispute.won"))</button>\
                <button class="btn quiet" name="decision" value="lost">\(words("sandbox.dispute.lost"))</button>
                """
        case .won: return "<small>\(words("sandbox.dispute.state.won"))</small>"
        case .lost: return "<small>\(words("sandbox.dispute.state.lost"))</small>"
        }
        return """
            <form class="row" method="post" action="\(Link("/sandbox/charges/\(charge.id)/dispute"))">\(visit.formFields)\
            \(buttons)</form>
            """
    }
}
