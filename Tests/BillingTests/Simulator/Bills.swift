import Billing
import Kernel

/// Invoices and credit notes as somebody with a pencil computes them: VAT half up on the sum of nets of a rate, and of credits
/// so that all of them together have the VAT of what they credit.
struct Bills {
    struct Line: Hashable {
        let net: Int64
        /// In thousandths.
        let rate: Int64
        var credited: Int64 = 0
        var left: Int64 { net - credited }
    }

    enum Credit: Hashable {
        case rest
        case lines([Int: Int64])
    }

    /// Invoices on account, by the key they were asked for with.
    private(set) var wanted: [String: [Line]] = [:]
    private(set) var credits: [String: (invoice: DocumentID, scope: Credit)] = [:]
    private var lines: [DocumentID: [Line]] = [:]
    /// What the operator was told was issued.
    var told: Set<String> = []
    private var seen: Set<DocumentID> = []

    mutating func want(_ key: String, _ lines: [Line]) { wanted[key] = lines }
    mutating func credit(_ key: String, _ invoice: DocumentID, _ scope: Credit) { credits[key] = (invoice, scope) }

    /// The lines of an invoice that was looked at before.
    func lines(of invoice: DocumentID) -> [Line] { lines[invoice] ?? [] }

    static func vat(_ nets: [(net: Int64, rate: Int64)]) -> Int64 {
        let sums = Dictionary(nets.map { ($0.rate, $0.net) }, uniquingKeysWith: +)
        return sums.reduce(0) { $0 + ($1.value * $1.key + 500) / 1000 }
    }

    /// Looks at what was issued since the last time, in its order.
    mutating func finding(_ facts: Facts) -> String? {
        for document in facts.documents where !seen.contains(document.id) {
            seen.insert(document.id)
            let finding = document.kind == .invoice ? invoiced(document, facts) : credited(document)
            if let finding { return finding }
        }
        let keys = Set(facts.documents.map(\.key))
        for key in told where !keys.contains(key) { return "\(key) was told to be issued" }
        return nil
    }

    private mutating func invoiced(_ document: DocumentFact, _ facts: Facts) -> String? {
        if let order = document.order {
            let total = facts.totals[order] ?? 0
            lines[document.id] = [Line(net: document.net, rate: 81)]
            return document.total == total ? nil : "\(document.number) is over \(document.total), not \(total)"
        }
        guard let wanted = wanted[document.key] else { return "nobody wanted \(document.number) (\(document.key))" }
        lines[document.id] = wanted
        let net = wanted.reduce(0) { $0 + $1.net }
        let vat = Bills.vat(wanted.map { ($0.net, $0.rate) })
        return (document.net, document.vat, document.total) == (net, vat, net + vat)
            ? nil : "\(document.number) is over \(document.net) and \(document.vat), not \(net) and \(vat)"
    }

    private mutating func credited(_ document: DocumentFact) -> String? {
        guard let credit = credits[document.key], credit.invoice == document.invoice,
            var lines = lines[credit.invoice]
        else { return "nobody wanted \(document.number) (\(document.key))" }
        let before = Bills.vat(lines.map { ($0.credited, $0.rate) })
        var net: Int64 = 0
        for index in lines.indices {
            let part =
                switch credit.scope {
                case .rest: lines[index].left
                case .lines(let parts): parts[index + 1] ?? 0
                }
            if part > lines[index].left { return "\(document.number) credits \(part) of line \(index + 1)" }
            lines[index].credited += part
            net += part
        }
        self.lines[credit.invoice] = lines
        let vat = Bills.vat(lines.map { ($0.credited, $0.rate) }) - before
        return (document.net, document.vat, document.total) == (net, vat, net + vat)
            ? nil : "\(document.number) is over \(document.net) and \(document.vat), not \(net) and \(vat)"
    }
}
