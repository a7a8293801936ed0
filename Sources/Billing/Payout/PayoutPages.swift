import Kernel
import Storage
import Web

extension Billing {
    /// The operator's desk: what customers want back, files for the bank, and what became of them (PRE-8).
    func openPayouts(_ doors: Doors) {
        doors.staff.confirmed.form("payouts", page: payoutsPage) { visit, form in
            let day = form.value("execution_on", max: 10, otherwise: "billing.payout.day_unreadable") { Day($0) }
            guard let day else { throw form.rejection }
            let nonce = Array(surroundings.random(6)).map {
                $0 < 16 ? "0" + String($0, radix: 16) : String($0, radix: 16)
            }
            let file = try await database.write { connection in
                try payouts.makeFile(
                    executionOn: day, nonce: nonce.joined(), by: visit.person.id, actor: visit.actor, in: connection,
                    at: visit.now)
            }
            return .redirect("/staff/payouts/files/\(file.id)", notice: "billing.payout_file_made")
        }
        doors.staff.confirmed.form("payouts/files/{payout_file}", page: payoutFilePage) { visit, form in
            let id: PayoutFileID = try visit.visit.id("payout_file")
            let outcome = try PayoutOutcome(&form)
            let count = try await database.write { connection in
                try payouts.settle(
                    id, returnedBecause: outcome.reason, by: visit.actor, in: connection, at: visit.now)
            }
            return .redirect(
                "/staff/payouts/files/\(id)",
                notice: count > 0 ? "billing.payout_settled" : "billing.payout_settled_before")
        }
        doors.staff.get("payouts/files/{payout_file}/download") { visit in
            let id: PayoutFileID = try visit.visit.id("payout_file")
            let (file, bytes) = try await database.read { connection in
                guard let file = try connection.payoutFile(id) else { throw Problem.notFound }
                return (file, try connection.content(of: file, keys: withdrawals.keys))
            }
            return .bytes(bytes, contentType: "application/xml")
                .header("Content-Disposition", "attachment; filename=\"\(file.name)\"")
        }
        doors.staff.confirmed.form("payouts/{withdrawal}", page: payoutPage) { visit, form in
            let id: WithdrawalID = try visit.visit.id("withdrawal")
            let outcome = try PayoutOutcome(&form)
            let reference = form.text("outside_reference", max: 100, isRequired: false)
            try form.check()
            let isNew = try await database.write { connection in
                let withdrawal = try withdrawals.existing(id, in: connection)
                if let reason = outcome.reason {
                    return try withdrawals.markReturned(
                        id, reason: reason, by: visit.actor, in: connection, at: visit.now)
                }
                // Nobody else keeps what PayPal calls it.
                if withdrawal.target.method == .payPal, reference.isEmpty {
                    throw Problem.field("outside_reference", "form.required", code: "validation_rule_required")
                }
                return try withdrawals.markPaid(
                    id, outsideReference: reference.isEmpty ? nil : reference, by: visit.actor, in: connection,
                    at: visit.now)
            }
            return .redirect(
                "/staff/payouts/\(id)", notice: isNew ? "billing.payout_settled" : "billing.payout_settled_before")
        }
    }

    private func payoutsPage(_ visit: SignedInVisit, _ form: Form) async throws -> Page {
        let words = visit.words
        let (bank, payPal, files) = try await database.read { connection in
            (
                try connection.withdrawalsRequested(
                    .bank, limit: CreditTransferFile.transfersMax, keys: withdrawals.keys),
                try connection.withdrawalsRequested(.payPal, limit: Billing.payoutsShownMax, keys: withdrawals.keys),
                try connection.payoutFiles(limit: Billing.payoutsShownMax)
            )
        }
        var form = form
        form.fill("execution_on", withdrawals.issuer.zone.day(of: visit.now).description)
        let make: HTML = """
            <form class="stack measure" method="post" action="/staff/payouts">\(visit.visit.formFields)
            \(form.field(Field("execution_on", label: words("billing.payout.execution"), type: "date", isShort: true), words))
            <div class="row">\(button(words("billing.payout.make"), icon: "download"))</div>
            </form>
            """
        let rows = files.map { file -> HTML in
            """
            <tr><th scope="row"><a href="\(Link("/staff/payouts/files/\(file.id)"))">\(file.messageID)</a></th>
            <td class="date" data-label="\(words("billing.movement.when"))">\(words.moment(file.madeAt, in: visit.zone))</td>
            <td class="num" data-label="\(words("billing.payout.transfers"))">\(String(file.transfers))</td>
            <td class="num" data-label="\(words("billing.payout.open"))">\(String(file.open))</td></tr>
            """
        }
        return Page(
            title: words("billing.payouts"), current: "staff",
            body: """
                \(crumbs(words, [(words("support.desk"), "/staff"), (words("billing.payouts"), nil)]))
                \(form.summary(words))
                \(pageHead(words("billing.payouts"), words("billing.payouts.lead")))
                <div class="stack">
                \(card(
                    words("billing.payout.waiting_bank"),
                    bank.isEmpty ? "<p>\(words("billing.payout.none"))</p>" : "\(payoutTable(visit, bank))\(make)"))
                \(card(
                    words("billing.payout.waiting_paypal"),
                    payPal.isEmpty ? "<p>\(words("billing.payout.none"))</p>" : payoutTable(visit, payPal)))
                \(card(
                    words("billing.payout.files"),
                    files.isEmpty
                        ? "<p>\(words("billing.payout.no_files"))</p>"
                        : """
                        <table class="table"><caption class="vh">\(words("billing.payout.files"))</caption>
                        <thead><tr><th scope="col">\(words("billing.payout.file"))</th><th scope="col">\(words("billing.movement.when"))</th>\
                        <th scope="col" class="num">\(words("billing.payout.transfers"))</th>\
                        <th scope="col" class="num">\(words("billing.payout.open"))</th></tr></thead>
                        <tbody>\(rows)</tbody></table>
                        """))
                </div>
                """)
    }

    /// The oldest; when these are dealt with, the next come up.
    private static let payoutsShownMax = 100

    private func payoutTable(_ visit: SignedInVisit, _ list: [Withdrawal]) -> HTML {
        let words = visit.words
        let rows = list.map { withdrawal -> HTML in
            """
            <tr><th scope="row"><a href="\(Link("/staff/payouts/\(withdrawal.id)"))">\(withdrawal.reference)</a><small>\(withdrawal.target.masked)</small></th>
            <td data-label="\(words("billing.state"))">\(withdrawal.state.tag(words))</td>
            <td class="date" data-label="\(words("billing.movement.when"))">\(words.moment(withdrawal.createdAt, in: visit.zone))</td>
            <td class="num" data-label="\(words("billing.movement.amount"))">\(words.money(withdrawal.amount))</td></tr>
            """
        }
        return """
            <table class="table"><caption class="vh">\(words("billing.payouts"))</caption>
            <thead><tr><th scope="col">\(words("billing.withdrawal.target"))</th><th scope="col">\(words("billing.state"))</th>\
            <th scope="col">\(words("billing.movement.when"))</th>\
            <th scope="col" class="num">\(words("billing.movement.amount"))</th></tr></thead>
            <tbody>\(rows)</tbody></table>
            """
    }

    private func payoutFilePage(_ visit: SignedInVisit, _ form: Form) async throws -> Page {
        let words = visit.words
        let id: PayoutFileID = try visit.visit.id("payout_file")
        let (file, list) = try await database.read { connection in
            guard let file = try connection.payoutFile(id) else { throw Problem.notFound }
            return (file, try connection.withdrawals(in: id, keys: withdrawals.keys))
        }
        let settle: HTML =
            file.open == 0
            ? .empty
            : card(
                words("billing.payout.settle_file"),
                PayoutOutcome.show(form, visit, "/staff/payouts/files/\(id)", isPayPal: false, hasReference: false))
        return Page(
            title: file.messageID, current: "staff",
            body: """
                \(crumbs(words, [(words("support.desk"), "/staff"), (words("billing.payouts"), "/staff/payouts"), (file.messageID, nil)]))
                \(form.summary(words))
                \(pageHead(
                    file.messageID, words("billing.payout.executed_on", ["day": words.day(file.executionOn)]),
                    action: linkButton(
                        words("billing.payout.download"), "/staff/payouts/files/\(id)/download", icon: "download")))
                <div class="stack">
                \(panel(isFlush: true, payoutTable(visit, list)))
                \(settle)
                </div>
                """)
    }

    private func payoutPage(_ visit: SignedInVisit, _ form: Form) async throws -> Page {
        let words = visit.words
        let id: WithdrawalID = try visit.visit.id("withdrawal")
        let (withdrawal, name) = try await database.read { connection in
            let withdrawal = try withdrawals.existing(id, in: connection)
            return (withdrawal, try Billing.recipient(connection, withdrawal.organization).name)
        }
        var facts: [(name: String, value: HTML, action: HTML)] = [
            (
                words("billing.payout.organization"),
                "<a href=\"\(Link("/staff/organizations/\(withdrawal.organization)"))\">\(name)</a>", .empty
            ),
            (words("billing.movement.amount"), HTML(words.money(withdrawal.amount)), .empty),
            (words("billing.state"), withdrawal.state.tag(words), .empty),
        ]
        switch withdrawal.target {
        case .bank(let iban, let holder):
            facts.append((words("billing.withdrawal.iban"), HTML(iban.grouped), .empty))
            facts.append((words("billing.withdrawal.holder"), HTML(holder), .empty))
        case .payPal(let address):
            facts.append((words("billing.withdrawal.paypal"), HTML(address.description), .empty))
        }
        if let refund = withdrawal.refund {
            facts.append((words("billing.payout.refund"), HTML(refund.description), .empty))
        }
        if let reference = withdrawal.outsideReference {
            facts.append((words("billing.payout.outside_reference"), HTML(reference), .empty))
        }
        if let reason = withdrawal.reason {
            facts.append((words("billing.withdrawal.reason"), HTML(words.returned(reason)), .empty))
        }
        if let file = withdrawal.file {
            facts.append(
                (
                    words("billing.payout.file"),
                    "<a href=\"\(Link("/staff/payouts/files/\(file)"))\">\(file.description)</a>", .empty
                ))
        }
        let canSettle = withdrawal.state.isUnderWay || withdrawal.state == .paid
        let isPayPal = withdrawal.target.method == .payPal
        return Page(
            title: withdrawal.reference, current: "staff",
            body: """
                \(crumbs(words, [(words("support.desk"), "/staff"), (words("billing.payouts"), "/staff/payouts"), (withdrawal.reference, nil)]))
                \(form.summary(words))
                \(pageHead(withdrawal.reference))
                <div class="stack">
                \(panel(summary(facts)))
                \(canSettle
                    ? card(
                        words("billing.payout.settle"),
                        PayoutOutcome.show(
                            form, visit, "/staff/payouts/\(id)", isPayPal: isPayPal, hasReference: true)) : .empty)
                </div>
                """)
    }
}

/// What became of a payout, as the operator says it.
private struct PayoutOutcome {
    /// Nil where it was paid.
    let reason: String?

    private static let reasonLengthMax = 140

    init(_ form: inout Form) throws {
        switch form.typed("outcome") {
        case "paid": reason = nil
        case "returned":
            reason = form.text("reason", max: PayoutOutcome.reasonLengthMax)
            try form.check()
        default: throw Problem.field("outcome", "billing.payout.outcome_missing", code: "validation_rule_required")
        }
    }

    static func show(
        _ form: Form, _ visit: SignedInVisit, _ action: Link, isPayPal: Bool, hasReference: Bool
    ) -> HTML {
        let words = visit.words
        let outcomes = ["paid", "returned"].map {
            (value: $0, title: words("billing.payout.outcome.\($0)"), detail: String?.none)
        }
        let reference = Field(
            "outside_reference", label: words("billing.payout.outside_reference"),
            hint: isPayPal ? words("billing.payout.outside_reference.hint") : nil, autocomplete: "off", max: 100,
            isConditional: true)
        let reason = Field(
            "reason", label: words("billing.withdrawal.reason"), hint: words("billing.payout.reason.hint"),
            autocomplete: "off", max: reasonLengthMax, isConditional: true)
        return """
            <form class="stack measure" method="post" action="\(action)">\(visit.visit.formFields)
            \(form.choices("outcome", legend: words("billing.payout.outcome"), options: outcomes, words))
            \(hasReference ? form.field(reference, words) : .empty)
            \(form.field(reason, words))
            <div class="row">\(button(words("billing.payout.outcome.button")))</div>
            </form>
            """
    }
}
