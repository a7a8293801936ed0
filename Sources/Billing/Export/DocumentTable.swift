import Documents
import Kernel
import Storage
import Web

/// Documents as a table for a bookkeeper (BILL-3): a row each, with the net and the VAT of every rate in columns of their
/// own. What a credit note says counts backwards, so that the columns add up.
struct DocumentTable {
    /// Years of documents of a large customer, and little enough to be made while somebody waits. What is more goes by period.
    static let rowsMax = 50_000
    /// Read at once: the table is all that grows.
    static let portion = 500

    private let words: Words
    private let today: Day
    private let zone: Zone
    private let rates: [Percentage]
    private var csv = CSV()

    var bytes: [UInt8] { csv.bytes }

    init(rates: [Percentage], words: Words, zone: Zone, today: Day) {
        self.rates = rates
        self.words = words
        self.zone = zone
        self.today = today
        let first = ["number", "kind", "issued_on", "due_on", "paid_on", "state", "recipient", "country", "vat_number"]
        let last = ["vat", "rounding", "total", "open", "currency", "reference"]
        let perRate = rates.flatMap { rate in
            [
                words("billing.column.net_at", ["rate": words.percentage(rate)]),
                words("billing.column.vat_at", ["rate": words.percentage(rate)]),
            ]
        }
        csv.row(
            first.map { words("billing.column.\($0)") } + [words("billing.column.net")] + perRate
                + last.map { words("billing.column.\($0)") })
    }

    mutating func add(_ document: Document, _ vat: [VATAmount], reference: String) {
        let recipient = document.recipient
        func amount(_ money: Money) -> CSV.Cell { .number((document.kind == .creditNote ? -money : money).plain) }
        let zero = Money.zero(document.currency)
        let perRate = rates.flatMap { rate -> [CSV.Cell] in
            let row = vat.first { $0.rate == rate }
            return [amount(row?.net ?? zero), amount(row?.vat ?? zero)]
        }
        let head: [CSV.Cell] = [
            .text(document.number), .text(words("billing.kind.\(document.kind.rawValue)")),
            .text(document.issuedOn.description), .text(document.dueOn.description),
            .text(document.paidAt.map { zone.day(of: $0).description } ?? ""),
            .text(words("billing.state.\(document.state(on: today).rawValue)")), .text(recipient.name),
            .text(recipient.country.code), .text(recipient.vatNumber ?? ""), amount(document.net),
        ]
        let tail: [CSV.Cell] = [
            amount(document.vat), amount(document.rounding), amount(document.total), amount(document.open),
            .text(document.currency.rawValue), .text(reference),
        ]
        csv.row(head + perRate + tail)
    }
}

extension Connection {
    /// - Throws: 422 `too_many_documents` where the filter finds more than one table holds.
    func documentTable(
        of organization: OrganizationID, _ filter: DocumentFilter, words: Words, zone: Zone, today: Day
    ) throws -> [UInt8] {
        try checkCount(of: organization, filter, max: DocumentTable.rowsMax)
        let rates = try rows(
            """
            SELECT DISTINCT v.rate FROM document d JOIN document_state s ON s.document_id = d.id
                JOIN document_vat v ON v.document_id = d.id
            WHERE d.organization_id = \(organization) \(filter.conditions) ORDER BY v.rate DESC
            """
        ).map { Percentage(basisPoints: try $0["rate"]) }
        var table = DocumentTable(rates: rates, words: words, zone: zone, today: today)
        try eachDocument(of: organization, filter, portion: DocumentTable.portion) { try add($0, to: &table) }
        return table.bytes
    }

    /// Of some documents, in their order.
    func documentTable(of documents: [Document], words: Words, zone: Zone, today: Day) throws -> [UInt8] {
        let rates = try rows(
            "SELECT DISTINCT rate FROM document_vat WHERE document_id IN \(documents.map(\.id)) ORDER BY rate DESC"
        ).map { Percentage(basisPoints: try $0["rate"]) }
        var table = DocumentTable(rates: rates, words: words, zone: zone, today: today)
        try add(documents, to: &table)
        return table.bytes
    }

    private func add(_ documents: [Document], to table: inout DocumentTable) throws {
        let ids = documents.map(\.id)
        var vat: [DocumentID: [VATAmount]] = [:]
        for row in try rows("SELECT document_id, rate, net, vat FROM document_vat WHERE document_id IN \(ids)") {
            let id: DocumentID = try row["document_id"]
            guard let currency = documents.first(where: { $0.id == id })?.currency else { continue }
            vat[id, default: []].append(
                VATAmount(
                    rate: Percentage(basisPoints: try row["rate"]),
                    net: Money(minorUnits: try row["net"], currency),
                    vat: Money(minorUnits: try row["vat"], currency)))
        }
        var references: [DocumentID: String] = [:]
        for row in try rows(
            "SELECT document_id, reference FROM transfer_reference WHERE document_id IN \(ids) ORDER BY id")
        {
            let id: DocumentID = try row["document_id"]
            references[id] = try row["reference"]
        }
        for document in documents {
            table.add(document, vat[document.id] ?? [], reference: references[document.id] ?? "")
        }
    }

    /// Newest first, some at a time: what comes in meanwhile moves nothing.
    func eachDocument(
        of organization: OrganizationID, _ filter: DocumentFilter, portion: Int, _ body: ([Document]) throws -> Void
    ) throws {
        var before: DocumentID?
        while true {
            let older: SQL = before.map { id -> SQL in "AND d.id < \(id)" } ?? ""
            let documents = try documents(
                """
                d.organization_id = \(organization) \(filter.conditions) \(older) ORDER BY d.id DESC LIMIT \(portion)
                """)
            if documents.isEmpty { return }
            try body(documents)
            before = documents.last?.id
        }
    }

    func checkCount(of organization: OrganizationID, _ filter: DocumentFilter, max: Int) throws {
        let count = try documentCount(of: organization, filter)
        guard count <= max else {
            throw Problem(
                .invalid, code: "too_many_documents", word: "billing.export.too_many",
                arguments: ["count": String(count), "max": String(max)], field: "from")
        }
    }
}
