import Documents
import Kernel
import Web

/// Receipt and payment part at the foot of the page (Swiss Implementation Guidelines QR-bill, 3; Style Guide): 210 × 105 mm, with
/// the fonts, sizes, distances and words that the standard asks for. It knows German, French, Italian and English; who reads
/// Spanish gets the English words.
struct PaymentPart {
    let pdf: PDF
    let bill: QRBill
    let words: Words

    static let height = mm(105)
    private static let top = PDF.height - height
    /// The receipt ends and the payment part begins.
    private static let border = mm(62)

    /// Sizes of headings and values differ between the two.
    private struct Style {
        let heading: PDF.Font
        let value: PDF.Font
        /// Between one entry and the next.
        let gap: Double
    }

    private static let receipt = Style(heading: PDF.Font(6, isBold: true), value: PDF.Font(8), gap: 6)
    private static let payment = Style(heading: PDF.Font(8, isBold: true), value: PDF.Font(10), gap: 8)

    func draw() {
        cutLines()
        drawReceipt()
        drawPayment()
    }

    private func y(_ millimetres: Double) -> Double { PaymentPart.top + mm(millimetres) }

    private func drawReceipt() {
        let (x, width) = (mm(5), mm(52))
        pdf.write(words("paper.qr.receipt"), x: x, y: y(5), font: PDF.Font(11, isBold: true))
        var below = entry(words("paper.qr.account"), account, x, y(12), width, PaymentPart.receipt)
        if let reference = bill.reference {
            below = entry(words("paper.qr.reference"), [reference.grouped], x, below, width, PaymentPart.receipt)
        }
        debtor(x, below, width, box: (mm(52), mm(20)), PaymentPart.receipt)
        amount(x, y(68), amountX: mm(17), box: (mm(30), mm(10)), PaymentPart.receipt)
        pdf.write(
            words("paper.qr.acceptance_point"), x: x, y: y(82), width: width, font: PaymentPart.receipt.heading,
            alignment: .right)
    }

    private func drawPayment() {
        let x = PaymentPart.border + mm(5)
        pdf.write(words("paper.qr.payment_part"), x: x, y: y(5), font: PDF.Font(11, isBold: true))
        code(x, y(17))
        amount(x, y(68), amountX: x + mm(14), box: (mm(40), mm(15)), PaymentPart.payment)
        let (column, width) = (mm(118), mm(87))
        var below = entry(words("paper.qr.account"), account, column, y(5), width, PaymentPart.payment)
        if let reference = bill.reference {
            below = entry(words("paper.qr.reference"), [reference.grouped], column, below, width, PaymentPart.payment)
        }
        if !bill.message.isEmpty {
            below = entry(words("paper.qr.message"), [bill.message], column, below, width, PaymentPart.payment)
        }
        debtor(column, below, width, box: (mm(65), mm(25)), PaymentPart.payment)
    }

    private var account: [String] { [bill.account.grouped] + bill.creditor.printed }

    private func entry(
        _ heading: String, _ lines: [String], _ x: Double, _ top: Double, _ width: Double, _ style: Style
    ) -> Double {
        var below = top + pdf.write(heading, x: x, y: top, width: width, font: style.heading)
        below += pdf.write(lines.joined(separator: "\n"), x: x, y: below, width: width, font: style.value)
        return below + style.gap
    }

    /// Where the payer is not known, they write themselves between the corners.
    private func debtor(
        _ x: Double, _ top: Double, _ width: Double, box: (width: Double, height: Double), _ style: Style
    ) {
        if let debtor = bill.debtor {
            _ = entry(words("paper.qr.payable_by"), debtor.printed, x, top, width, style)
        } else {
            let height = pdf.write(words("paper.qr.payable_by_blank"), x: x, y: top, width: width, font: style.heading)
            corners(x, top + height + 2, box)
        }
    }

    private func amount(
        _ x: Double, _ top: Double, amountX: Double, box: (width: Double, height: Double), _ style: Style
    ) {
        let height = pdf.write(words("paper.qr.currency"), x: x, y: top, font: style.heading)
        pdf.write(bill.currency.rawValue, x: x, y: top + height + 2, font: style.value)
        pdf.write(words("paper.qr.amount"), x: amountX, y: top, font: style.heading)
        if let amount = bill.amount {
            pdf.write(PaymentPart.written(amount), x: amountX, y: top + height + 2, font: style.value)
        } else {
            corners(amountX, top + height + 2, box)
        }
    }

    /// `1 119.40`: a blank between thousands.
    static func written(_ amount: Money) -> String {
        let parts = amount.plain.split(separator: ".")
        var whole = String(parts[0])
        var position = whole.count - 3
        while position > 0 {
            whole.insert(" ", at: whole.index(whole.startIndex, offsetBy: position))
            position -= 3
        }
        return "\(whole).\(parts[1])"
    }

    /// 46 × 46 mm with the Swiss cross of 7 × 7 mm in its middle.
    private func code(_ x: Double, _ y: Double) {
        guard let code = QRCode(bill.payload), code.width <= QRBill.modulesMax else {
            preconditionFailure("A bill has at most \(QRBill.bytesMax) bytes, which a code of version 25 holds.")
        }
        pdf.draw(code, x: x, y: y, side: mm(46))
        let middle = (x: x + mm(23), y: y + mm(23))
        func square(_ width: Double, _ height: Double, _ ink: PDF.Ink) {
            pdf.fill(
                x: middle.x - mm(width) / 2, y: middle.y - mm(height) / 2, width: mm(width), height: mm(height),
                ink: ink)
        }
        square(7, 7, .white)
        square(6.2, 6.2, .black)
        square(3.9, 1.17, .white)
        square(1.17, 3.9, .white)
    }

    private func corners(_ x: Double, _ y: Double, _ box: (width: Double, height: Double)) {
        let arm = mm(3)
        for (cornerX, directionX) in [(x, 1.0), (x + box.width, -1.0)] {
            for (cornerY, directionY) in [(y, 1.0), (y + box.height, -1.0)] {
                pdf.lines(
                    [
                        (cornerX + directionX * arm, cornerY), (cornerX, cornerY),
                        (cornerX, cornerY + directionY * arm),
                    ], thickness: 0.75)
            }
        }
    }

    /// Where to cut, with scissors on both lines.
    private func cutLines() {
        let dash = [3.0, 2.0]
        pdf.line(from: (0, PaymentPart.top), to: (PDF.width, PaymentPart.top), dash: dash)
        pdf.line(from: (PaymentPart.border, PaymentPart.top), to: (PaymentPart.border, PDF.height), dash: dash)
        scissors(mm(8), PaymentPart.top, isUpright: false)
        scissors(PaymentPart.border, PaymentPart.top + mm(8), isUpright: true)
    }

    private func scissors(_ x: Double, _ y: Double, isUpright: Bool) {
        func point(_ along: Double, _ across: Double) -> (x: Double, y: Double) {
            isUpright ? (x + across, y + along) : (x + along, y + across)
        }
        for side in [-1.0, 1.0] {
            let handle = point(-6, side * 2.6)
            pdf.circle(x: handle.x, y: handle.y, radius: 1.8, thickness: 0.8)
            pdf.line(from: point(-4.4, side * 1.8), to: point(6, -side * 1.8), thickness: 0.8)
        }
    }
}
