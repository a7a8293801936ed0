package import Kernel
import Storage

/// What an invoice is credited with.
package struct NewCreditNote: Hashable, Sendable {
    package enum Scope: Hashable, Sendable {
        /// Everything that was not credited before.
        case rest
        case lines([Line])
    }

    /// A part of a line of the invoice, without VAT.
    package struct Line: Hashable, Sendable {
        package let position: Int
        package let net: Money

        package init(position: Int, net: Money) {
            self.position = position
            self.net = net
        }
    }

    /// Where what had been paid of it goes.
    package enum Destination: Hashable, Sendable {
        case prepaid
        /// Back through the processor, as far as this payment can still be refunded; the rest to prepaid.
        case payment(PaymentID)
        /// To a bank account, as far as this payment brought it; what is too little for a transfer, and the rest, to prepaid.
        case bank(PaymentID)
    }

    /// The event's own identity: the same key gives the first credit note.
    package let key: String
    package let scope: Scope
    package let reason: String
    package let destination: Destination

    package init(key: String, scope: Scope, reason: String, destination: Destination) {
        self.key = key
        self.scope = scope
        self.reason = reason
        self.destination = destination
    }
}

/// A credit note as it came about.
package struct IssuedCredit: Hashable, Sendable {
    package let document: Document
    /// Refunds that were begun with it: send them by `Payments.settleRefund`, or to their account by `Withdrawals.send`.
    package let refund: RefundID?
}

/// A line of an invoice, and how much of it may still be credited.
package struct CreditableLine: Hashable, Sendable {
    package let line: DocumentLine
    /// Of its net.
    package let credited: Money

    package var left: Money { Money(minorUnits: line.net.minorUnits - credited.minorUnits, line.net.currency) }
}

/// What a credit note says, computed from its invoice.
struct ComputedCredit: Sendable {
    /// The lines of the invoice with the part that is credited.
    let parts: [(line: DocumentLine, net: Money)]
    let document: ComputedDocument

    /// The rates are those of the invoice. VAT follows the sum of everything that was credited at a rate, so that many small
    /// credits come to exactly the VAT of the invoice.
    init(of invoice: Document, _ lines: [CreditableLine], _ scope: NewCreditNote.Scope) throws(Problem) {
        parts = try ComputedCredit.parts(of: lines, scope)
        let currency = invoice.currency
        var before: [Int64: Int64] = [:]
        for line in lines where line.line.vatClass != .none {
            before[line.line.vatRate.basisPoints, default: 0] += line.credited.minorUnits
        }
        var nets: [Int64: Int64] = [:]
        for part in parts where part.line.vatClass != .none {
            nets[part.line.vatRate.basisPoints, default: 0] += part.net.minorUnits
        }
        let vat = nets.sorted { $0.key > $1.key }.map { basisPoints, net -> VATAmount in
            let rate = Percentage(basisPoints: basisPoints)
            let earlier = before[basisPoints] ?? 0
            let until = rate.of(Money(minorUnits: earlier + net, currency)).minorUnits
            return VATAmount(
                rate: rate, net: Money(minorUnits: net, currency),
                vat: Money(
                    minorUnits: until - rate.of(Money(minorUnits: earlier, currency)).minorUnits, currency))
        }
        let net = parts.reduce(0) { $0 + $1.net.minorUnits }
        let vatTotal = vat.reduce(0) { $0 + $1.vat.minorUnits }
        let taken = Dictionary(uniqueKeysWithValues: parts.map { ($0.line.position, $0.net.minorUnits) })
        let isLast = lines.allSatisfy { $0.left.minorUnits == taken[$0.line.position] ?? 0 }
        let rounding = isLast ? invoice.rounding : .zero(currency)
        let computed = parts.map { line, net in
            ComputedLine(
                draft: DraftLine(
                    description: line.description, product: line.product, period: line.period, billsTerm: false,
                    unitListPrice: net, vatClass: line.vatClass), list: net, steps: [], net: net, vatRate: line.vatRate)
        }
        document = ComputedDocument(
            lines: computed, treatment: invoice.treatment, vat: vat, net: Money(minorUnits: net, currency),
            vatTotal: Money(minorUnits: vatTotal, currency), rounding: rounding,
            total: Money(minorUnits: net + vatTotal + rounding.minorUnits, currency))
        guard document.total.isPositive else { throw .nothingToCredit }
    }

    private static func parts(
        of lines: [CreditableLine], _ scope: NewCreditNote.Scope
    ) throws(Problem) -> [(line: DocumentLine, net: Money)] {
        switch scope {
        case .rest: return lines.filter { !$0.left.isZero }.map { ($0.line, $0.left) }
        case .lines(let wanted):
            var parts: [(line: DocumentLine, net: Money)] = []
            for part in wanted where !part.net.isZero {
                guard let found = lines.first(where: { $0.line.position == part.position }),
                    !parts.contains(where: { $0.line.position == part.position }),
                    part.net.currency == found.left.currency, part.net.isNegative == found.left.isNegative,
                    part.net.minorUnits.magnitude <= found.left.minorUnits.magnitude
                else {
                    throw .field(
                        "line_\(part.position)", "billing.credit.too_much", code: "validation_rule_max",
                        ["left": lines.first { $0.line.position == part.position }?.left.plain ?? "0.00"])
                }
                parts.append((found.line, part.net))
            }
            return parts
        }
    }
}

extension Problem {
    static let nothingToCredit = Problem(
        .conflict, code: "nothing_to_credit", word: "billing.credit.nothing_left")
}
