import Documents
import Kernel
import Web

/// The pages of one document: letterhead, address in the right window of a Swiss envelope, lines, totals, payment part.
struct PaperPages {
    let paper: Paper
    let words: Words
    let logo: PDF.Picture?

    private let pdf: PDF
    private let bill: QRBill?
    private let table: PaperTable

    static let left = mm(20)
    static let right = mm(190)
    static let body = PDF.Font(9)
    static let bold = PDF.Font(9, isBold: true)
    static let small = PDF.Font(8)
    static let muted = PDF.Ink(grey: 0.35)
    static let rule = PDF.Ink(grey: 0.7)
    private static let firstRows = mm(112)
    private static let otherRows = mm(32)
    private static let end = mm(274)

    init(paper: Paper, words: Words, logo: PDF.Picture?) {
        self.paper = paper
        self.words = words
        self.logo = logo
        let document = paper.document
        pdf = PDF(
            title: document.title(words), author: document.issuer.name, language: words.language,
            createdAt: document.issuedAt)
        bill = paper.bill(message: document.title(words))
        table = PaperTable(pdf: pdf, words: words, currency: document.currency)
    }

    private var document: Document { paper.document }

    func print() -> [UInt8] {
        let rows = paper.lines.map(table.row)
        var pages: [ArraySlice<PaperTable.Row>] = []
        var start = 0
        var y = PaperPages.firstRows + table.headHeight
        for (index, row) in rows.enumerated() {
            // A row that no page could hold stands alone, and is cut at the foot.
            if y + row.height > PaperPages.end, index > start {
                pages.append(rows[start..<index])
                start = index
                y = PaperPages.otherRows + table.headHeight
            }
            y += row.height
        }
        pages.append(rows[start...])
        let hasPart = bill != nil
        let limit = hasPart ? PDF.height - PaymentPart.height - mm(10) : PaperPages.end
        let closing = PaperClosing(pdf: pdf, paper: paper, words: words, bill: bill)
        let endsAlone = closing.run(at: y, isDrawn: false) > limit
        if endsAlone { pages.append(rows[rows.count...]) }

        for (index, page) in pages.enumerated() {
            pdf.beginPage()
            let isLast = index == pages.count - 1
            if index == 0 { letterhead() } else { runningHead() }
            y = index == 0 ? PaperPages.firstRows : PaperPages.otherRows
            if !page.isEmpty { y = table.draw(page, at: y) }
            if isLast { closing.run(at: y, isDrawn: true) }
            foot(index + 1, of: pages.count, above: isLast && hasPart ? PaymentPart.height : 0)
            if isLast, let bill { PaymentPart(pdf: pdf, bill: bill, words: words).draw() }
        }
        return pdf.finish()
    }

    private func letterhead() {
        let issuer = document.issuer
        if let logo {
            pdf.draw(logo, x: PaperPages.left, y: mm(14), widthMax: mm(70), heightMax: mm(20))
        } else {
            pdf.write(issuer.name, x: PaperPages.left, y: mm(15), width: mm(90), font: PDF.Font(16, isBold: true))
        }
        var lines = [issuer.name, issuer.street, "\(issuer.postcode) \(issuer.town)", words.country(issuer.country)]
        if let number = issuer.vatNumber { lines.append(number) }
        pdf.write(
            lines.filter { !$0.isEmpty }.joined(separator: "\n"), x: mm(118), y: mm(15), width: mm(72),
            font: PaperPages.small, ink: PaperPages.muted)
        pdf.write(address, x: mm(118), y: mm(52), width: mm(72), font: PDF.Font(10))
        facts()
        pdf.write(
            document.title(words), x: PaperPages.left, y: mm(92), width: mm(110), font: PDF.Font(15, isBold: true))
        if let standing {
            pdf.write(
                standing, x: mm(118), y: mm(94), width: mm(72), font: PDF.Font(10, isBold: true), alignment: .right)
        }
    }

    private var address: String {
        let recipient = document.recipient
        var lines = [
            recipient.name, recipient.contact == recipient.name ? "" : recipient.contact, recipient.street,
            "\(recipient.postcode) \(recipient.town)",
        ]
        if recipient.country != document.issuer.country { lines.append(words.country(recipient.country)) }
        return lines.filter { !$0.allSatisfy(\.isWhitespace) }.joined(separator: "\n")
    }

    private func facts() {
        var facts = [
            (words("billing.number"), document.number), (words("billing.issued_on"), words.day(document.issuedOn)),
        ]
        if document.kind == .invoice, document.asksForMoney {
            facts.append((words("billing.due_on"), words.day(document.dueOn)))
        }
        if let reference = paper.reference { facts.append((words("paper.reference"), reference.reference.grouped)) }
        if let number = document.recipient.vatNumber { facts.append((words("paper.your_vat_number"), number)) }
        var y = mm(52)
        for (name, value) in facts {
            let height = pdf.write(
                name, x: PaperPages.left, y: y, width: mm(30), font: PaperPages.body, ink: PaperPages.muted)
            y += max(height, pdf.write(value, x: mm(51), y: y, width: mm(62), font: PaperPages.body)) + 2
        }
    }

    /// Whether it is paid, in one word beside the title.
    private var standing: String? {
        switch document.kind {
        case .proForma, .creditNote: nil
        case .invoice where document.asksForMoney: words("paper.not_paid")
        case .invoice, .receipt:
            if document.state == .paid {
                words(
                    "billing.paid_on",
                    ["day": words.day(document.issuer.zone.day(of: document.paidAt ?? document.issuedAt))])
            } else {
                words("billing.state.\(document.state.rawValue)")
            }
        }
    }

    private func runningHead() {
        pdf.write(document.issuer.name, x: PaperPages.left, y: mm(17), font: PaperPages.small, ink: PaperPages.muted)
        pdf.write(
            document.title(words), x: mm(100), y: mm(17), width: mm(90), font: PaperPages.small, alignment: .right,
            ink: PaperPages.muted)
    }

    private func foot(_ page: Int, of count: Int, above: Double) {
        let y = PDF.height - above - mm(above == 0 ? 15 : 8)
        let left = [document.issuer.name, document.number].joined(separator: " · ")
        pdf.write(left, x: PaperPages.left, y: y, font: PDF.Font(7), ink: PaperPages.muted)
        pdf.write(
            words("paper.page", ["page": String(page), "count": String(count)]), x: mm(120), y: y, width: mm(70),
            font: PDF.Font(7), alignment: .right, ink: PaperPages.muted)
    }
}
