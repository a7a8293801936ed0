import Documents
import Kernel
import Web

/// What stands below the lines: totals, VAT, payments, notes, where to pay.
struct PaperClosing {
    let pdf: PDF
    let paper: Paper
    let words: Words
    let bill: QRBill?

    private static let label = (x: mm(105), width: mm(51))
    private static let amount = (x: mm(156), width: mm(34))

    /// - Parameter isDrawn: false to measure only.
    /// - Returns: where it ends.
    @discardableResult
    func run(at top: Double, isDrawn: Bool) -> Double {
        var y = top + 10
        let document = paper.document
        func sum(_ label: String, _ amount: Money, _ font: PDF.Font = PaperPages.body) {
            if isDrawn {
                pdf.write(
                    words.money(amount), x: PaperClosing.amount.x, y: y, width: PaperClosing.amount.width, font: font,
                    alignment: .right)
            }
            y += put(label, PaperClosing.label, y, font, isDrawn) + 3
        }
        sum(words("billing.net"), document.net)
        for row in paper.vat {
            sum(
                words("billing.vat_on", ["rate": words.percentage(row.rate), "net": words.money(row.net)]), row.vat)
        }
        if !document.rounding.isZero { sum(words("billing.rounding"), document.rounding) }
        if isDrawn {
            pdf.line(from: (PaperClosing.label.x, y), to: (PaperPages.right, y), thickness: 0.8)
        }
        y += 4
        sum(words("billing.total"), document.total, PDF.Font(11, isBold: true))
        if document.kind == .invoice, document.asksForMoney, document.open != document.total {
            sum(words("paper.open"), document.open, PaperPages.bold)
        }
        y += 8
        for note in notes {
            y += put(note, (PaperPages.left, PaperPages.right - PaperPages.left), y, PaperPages.body, isDrawn) + 5
        }
        return y
    }

    private func put(
        _ text: String, _ column: (x: Double, width: Double), _ y: Double, _ font: PDF.Font, _ isDrawn: Bool
    ) -> Double {
        isDrawn
            ? pdf.write(text, x: column.x, y: y, width: column.width, font: font)
            : pdf.height(of: text, width: column.width, font: font)
    }

    /// Sentences, in the order somebody needs them.
    private var notes: [String] {
        let document = paper.document
        var notes: [String] = []
        if document.kind == .proForma { notes.append(words("paper.pro_forma")) }
        if let note = document.treatment.note { notes.append(words(note)) }
        for payment in paper.payments where payment.state == .posted {
            let day = document.issuer.zone.day(of: payment.settledAt ?? payment.createdAt)
            notes.append(words("paper.payment", ["amount": words.money(payment.amount), "day": words.day(day)]))
        }
        if document.kind == .invoice, document.asksForMoney {
            notes.append(
                words("paper.demand", ["amount": words.money(document.open), "day": words.day(document.dueOn)]))
        }
        guard let reference = paper.reference else { return notes }
        if let bill {
            if bill.changes.contains(.shortened) {
                notes.append(words("paper.shortened"))
            } else if bill.changes.contains(.transliterated) {
                notes.append(words("paper.transliterated"))
            }
        } else if paper.amountDue.isPositive {
            notes.append(
                words(
                    "paper.transfer",
                    [
                        "amount": words.money(paper.amountDue), "name": document.issuer.name,
                        "account": reference.account.iban.grouped, "reference": reference.reference.grouped,
                    ]))
        }
        return notes
    }
}
