package import Kernel
package import Storage

/// What a list of documents is narrowed to (BILL-1). Empty means all.
package struct DocumentFilter: Hashable, Sendable {
    package var states: [DocumentState]
    package var kinds: [DocumentKind]
    /// Days of issue, both included.
    package var from: Day?
    package var until: Day?
    /// Overdue is also what is still called open on this day, though it was due before.
    package var today: Day?

    package init(
        states: [DocumentState] = [], kinds: [DocumentKind] = [], from: Day? = nil, until: Day? = nil,
        today: Day? = nil
    ) {
        self.states = states
        self.kinds = kinds
        self.from = from
        self.until = until
        self.today = today
    }
}

extension Connection {
    /// - Returns: nil where there is none, or where it belongs to another organisation.
    package func document(_ id: DocumentID, in organization: OrganizationID) throws -> Document? {
        try row("\(Document.select) WHERE d.id = \(id) AND d.organization_id = \(organization)").map(Document.init)
    }

    /// Whosever they are, in no order.
    func documents(_ ids: [DocumentID]) throws -> [Document] {
        try documents(dialect.among("d.id", ids))
    }

    /// Several by a condition, and in an order where it names one.
    func documents(_ condition: SQL) throws -> [Document] {
        try Document.all(rows("\(Document.select) WHERE \(condition)"))
    }

    /// A page of an organisation's documents, newest first.
    package func documents(
        of organization: OrganizationID, _ filter: DocumentFilter = DocumentFilter(), limit: Int, offset: Int = 0
    ) throws -> [Document] {
        try documents(
            """
            d.organization_id = \(organization) \(filter.conditions)
            ORDER BY d.id DESC LIMIT \(limit) OFFSET \(offset)
            """)
    }

    /// By a part of their number, in whatever organisation, newest first: for the operator's desk.
    package func documents(numbered text: String, limit: Int) throws -> [Document] {
        try documents(
            "\(dialect.matches("d.number", Dialect.containing(text))) ORDER BY d.id DESC LIMIT \(limit)")
    }

    package func documentCount(
        of organization: OrganizationID, _ filter: DocumentFilter = DocumentFilter()
    ) throws -> Int {
        let row = try row(
            """
            SELECT COUNT(*) AS count FROM document d JOIN document_state s ON s.document_id = d.id
            WHERE d.organization_id = \(organization) \(filter.conditions)
            """)
        return try row?["count"] ?? 0
    }

    package func lines(of document: Document) throws -> [DocumentLine] {
        try rows(
            """
            SELECT position, description, product_id, period_start, period_end, quantity, unit_list_price, list_price,
                steps, net, vat_class, vat_rate
            FROM document_line WHERE document_id = \(document.id) ORDER BY position
            """
        ).map { try DocumentLine($0, document.currency) }
    }

    /// One row for each rate, highest first.
    package func vat(of document: Document) throws -> [VATAmount] {
        try rows(
            "SELECT rate, net, vat FROM document_vat WHERE document_id = \(document.id) ORDER BY rate DESC"
        ).map { row in
            VATAmount(
                rate: Percentage(basisPoints: try row["rate"]),
                net: Money(minorUnits: try row["net"], document.currency),
                vat: Money(minorUnits: try row["vat"], document.currency))
        }
    }
}

extension Document {
    static let select: SQL = """
        SELECT d.id, d.organization_id, d.kind, d.number, d.issuer, d.recipient, d.treatment, d.currency, d.net, d.vat,
            d.rounding, d.total, d.issued_on, d.issued_at, d.due_on, s.state, s.paid_at, COALESCE(b.amount, 0) AS open_amount
        FROM document d
        JOIN document_state s ON s.document_id = d.id
        LEFT JOIN ledger_balance b ON b.account = 1100 AND b.organization_id = d.organization_id
            AND b.document_id = d.id AND b.currency = d.currency
        """
}

extension DocumentFilter {
    var conditions: SQL {
        let late: SQL =
            today.map { day -> SQL in
                states.contains(.overdue)
                    ? """
                    OR d.kind = \(DocumentKind.invoice) AND d.due_on < \(day)
                        AND s.state IN \([DocumentState.open, .partiallyPaid])
                    """ : ""
            } ?? ""
        let ofStates: SQL = states.isEmpty ? "" : "AND (s.state IN \(states) \(late))"
        let ofKinds: SQL = kinds.isEmpty ? "" : "AND d.kind IN \(kinds)"
        let since: SQL = from.map { day -> SQL in "AND d.issued_on >= \(day)" } ?? ""
        let upTo: SQL = until.map { day -> SQL in "AND d.issued_on <= \(day)" } ?? ""
        return "\(ofStates) \(ofKinds) \(since) \(upTo)"
    }
}
