import Kernel
import Storage
import Web

/// What the operator credits: all that is left of an invoice, or parts of its lines, by amount or by number of units.
extension Billing {
    func creditPage(_ visit: SignedInVisit, _ form: Form) async throws -> Page {
        let (_, invoice) = try await invoice(visit)
        let words = visit.words
        let (payments, payer, lines) = try await database.read { connection in
            let payments = try connection.payments(of: invoice)
            return (
                try payments.filter { try connection.refundable($0, by: .bank).isPositive },
                try payments.compactMap { try connection.payer(of: $0) }.first,
                try connection.creditableLines(of: invoice).filter { !$0.left.isZero }
            )
        }
        let routes = routes(of: payments, words)
        let scopes: [DeskRoute.Option] = [
            ("rest", words("billing.desk.scope.rest"), nil),
            ("lines", words("billing.desk.scope.lines"), words("billing.desk.scope.lines.detail")),
        ]
        var form = form
        form.fill("destination", routes[0].value)
        form.fill("scope", "rest")
        return actPage(
            visit, form, act: "credit", subject: invoice.number,
            action: "/staff/organizations/\(invoice.organization)/documents/\(invoice.id)/credit",
            back: invoice.organization,
            fields: """
                \(form.choices("scope", legend: words("billing.desk.scope"), options: scopes, words))
                \(lines.map { fields(of: $0, form, words) })
                \(form.choices("destination", legend: words("billing.desk.destination"), options: routes, words))
                \(when(!payments.isEmpty, accountFields(form, payer, invoice.recipient.name, words)))
                """)
    }

    private func routes(of payments: [Payment], _ words: Words) -> [DeskRoute.Option] {
        let along = payments.filter(\.method.isProcessed).map { payment -> DeskRoute.Option in
            let how = payment.card.map { words("billing.by_card", ["brand": $0.brandName, "last4": $0.last4]) }
            return (
                payment.id.description, words("billing.desk.to_payment", ["amount": words.money(payment.amount)]), how
            )
        }
        let byBank = payments.map { payment -> DeskRoute.Option in
            (
                DeskRoute.bank(payment.id), words("billing.desk.to_account"),
                words("billing.desk.of_payment", ["amount": words.money(payment.amount)])
            )
        }
        return along + byBank + [(value: "", title: words("billing.desk.to_prepaid"), detail: nil)]
    }

    private func fields(of line: CreditableLine, _ form: Form, _ words: Words) -> HTML {
        let position = line.line.position
        let amount = form.field(
            Field(
                "line_\(position)", label: "\(position). \(line.line.description)",
                hint: words("billing.desk.line.hint", ["left": words.money(line.leftToSay)]), autocomplete: "off",
                inputMode: "decimal", max: 14, isConditional: true, isShort: true), words)
        if line.line.quantity == 1 { return amount }
        let units = form.field(
            Field(
                "units_\(position)", label: words("billing.desk.line.units", ["line": String(position)]),
                hint: words("billing.desk.line.units.hint", ["max": String(line.line.quantity)]), autocomplete: "off",
                inputMode: "numeric", max: 9, isConditional: true, isShort: true), words)
        return "\(amount)\(units)"
    }

    /// What was typed for each line; nil where all that is left is credited.
    /// - Throws: a `Problem` on the field of what cannot be read, or on `scope` where nothing was typed.
    func creditedParts(of invoice: Document, _ form: Form) async throws -> [DeskAct.Part]? {
        guard form.typed("scope") == "lines" else { return nil }
        let lines = try await database.read { try $0.creditableLines(of: invoice) }
        let parts = try lines.compactMap { line -> DeskAct.Part? in
            let position = line.line.position
            let amount = form.typed("line_\(position)").trimmed
            let units = form.typed("units_\(position)").trimmed
            if amount.isEmpty && units.isEmpty { return nil }
            guard amount.isEmpty || units.isEmpty else {
                throw Problem.field("line_\(position)", "billing.desk.line.either")
            }
            guard amount.isEmpty else {
                guard let money = Money(amount, invoice.currency), money.isPositive else {
                    throw Problem.field(
                        "line_\(position)", "billing.prepaid.amount_unreadable", code: "validation_rule_numeric")
                }
                return DeskAct.Part(
                    position: position, minorUnits: line.left.isNegative ? -money.minorUnits : money.minorUnits)
            }
            guard let count = Int(units), (1...line.line.quantity).contains(count) else {
                throw Problem.field(
                    "units_\(position)", "billing.desk.line.units_wrong", code: "validation_rule_between",
                    ["max": String(line.line.quantity)])
            }
            return DeskAct.Part(position: position, minorUnits: line.net(of: count))
        }
        if parts.isEmpty { throw Problem.field("scope", "billing.desk.lines.none", code: "validation_rule_required") }
        return parts
    }
}

extension CreditableLine {
    /// People type amounts without a sign, for what is taken back too.
    fileprivate var leftToSay: Money { left.isNegative ? -left : left }

    /// What so many of the line's units cost; never more than is left, so that the last one takes the rounding.
    fileprivate func net(of units: Int) -> Int64 {
        let share = roundedHalfUp(line.net.minorUnits * Int64(units), over: Int64(line.quantity))
        return left.isNegative ? max(share, left.minorUnits) : min(share, left.minorUnits)
    }
}
