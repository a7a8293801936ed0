import Documents
import Kernel
import Web

/// The lines of a document as a table: what, how many, at which price, and each discount with what remains (billing.md, 7).
struct PaperTable {
    let pdf: PDF
    let words: Words
    let currency: Currency

    struct Row {
        let line: DocumentLine
        let height: Double
    }

    private static let whatWidth = mm(92)
    private static let gap = 4.0
    private static let quantity = (x: mm(112), width: mm(16))
    private static let price = (x: mm(128), width: mm(28))
    private static let amount = (x: mm(156), width: mm(34))

    let headHeight = 18.0

    func row(_ line: DocumentLine) -> Row {
        var height = pdf.height(of: line.description, width: PaperTable.whatWidth, font: PaperPages.body)
        if line.period != nil { height += pdf.height(of: "0", font: PaperPages.small) }
        for step in line.steps {
            height += pdf.height(of: label(step), width: PaperTable.whatWidth, font: PaperPages.small)
        }
        return Row(line: line, height: height + 2 * PaperTable.gap)
    }

    /// - Returns: where it ends.
    func draw(_ rows: some Sequence<Row>, at top: Double) -> Double {
        head(top)
        var y = top + headHeight
        for row in rows {
            draw(row.line, at: y + PaperTable.gap)
            y += row.height
            pdf.line(from: (PaperPages.left, y), to: (PaperPages.right, y), thickness: 0.3, ink: PaperPages.rule)
        }
        return y
    }

    private func head(_ y: Double) {
        pdf.write(words("billing.what"), x: PaperPages.left, y: y, font: PaperPages.bold)
        cell(words("paper.quantity"), PaperTable.quantity, y, PaperPages.bold)
        cell(words("paper.unit_price"), PaperTable.price, y, PaperPages.bold)
        cell(words("paper.amount", ["currency": currency.rawValue]), PaperTable.amount, y, PaperPages.bold)
        pdf.line(from: (PaperPages.left, y + 15), to: (PaperPages.right, y + 15), thickness: 0.8)
    }

    private func draw(_ line: DocumentLine, at top: Double) {
        cell(String(line.quantity), PaperTable.quantity, top)
        cell(words.plain(line.unitListPrice), PaperTable.price, top)
        let isReduced = !line.steps.isEmpty
        cell(words.plain(line.list), PaperTable.amount, top, ink: isReduced ? PaperPages.muted : .black)
        var y = top
        y += pdf.write(
            line.description, x: PaperPages.left, y: y, width: PaperTable.whatWidth, font: PaperPages.body)
        if let period = line.period {
            y += pdf.write(
                words.period(period), x: PaperPages.left, y: y, font: PaperPages.small, ink: PaperPages.muted)
        }
        for (index, step) in line.steps.enumerated() {
            let isLast = index == line.steps.count - 1
            let remaining = words.plain(Money(minorUnits: step.remainingMinorUnits, currency))
            cell(
                remaining, PaperTable.amount, y, isLast ? PaperPages.body : PaperPages.small,
                ink: isLast ? .black : PaperPages.muted)
            y += pdf.write(
                label(step), x: PaperPages.left, y: y, width: PaperTable.whatWidth, font: PaperPages.small,
                ink: PaperPages.muted)
        }
    }

    private func label(_ step: DiscountStep) -> String {
        "\(step.label) −\(words.percentage(Percentage(basisPoints: step.basisPoints)))"
    }

    private func cell(
        _ text: String, _ column: (x: Double, width: Double), _ y: Double, _ font: PDF.Font = PaperPages.body,
        ink: PDF.Ink = .black
    ) {
        pdf.write(text, x: column.x, y: y, width: column.width, font: font, alignment: .right, ink: ink)
    }
}

extension Words {
    /// `1’119.40`: where the currency stands above.
    fileprivate func plain(_ amount: Money) -> String { String(money(amount).drop { $0 != "\u{a0}" }.dropFirst()) }
}
