import Access
import Kernel
import Storage
import Web

extension Billing {
    /// Documents by their number and by what their lines say, and topping up as an action.
    func openSearch(_ doors: Doors) {
        doors.search(
            SearchSource(id: "documents") { query, connection in
                guard let permit = try? query.standing.permit(ManageBilling.self) else { return [] }
                let words = query.words
                return try connection.documents(of: permit.organization, matching: query.text, limit: query.limit)
                    .map { document in
                        SearchHit(
                            kind: .documents,
                            title: "\(words("billing.kind.\(document.kind.rawValue)")) \(document.number)",
                            detail: words(
                                "billing.found",
                                ["day": words.day(document.issuedOn), "total": words.money(document.total)]),
                            icon: "document",
                            link: "/organizations/\(document.organization)/billing/documents/\(document.id)")
                    }
            })
        doors.action(
            SearchAction(
                icon: "wallet", title: { $0("billing.top_up") }, link: { "/organizations/\($0)/billing/prepaid" },
                isShown: { $0.has(ManageBilling.self) }))
    }
}

extension Connection {
    /// Newest first.
    fileprivate func documents(of organization: OrganizationID, matching text: String, limit: Int) throws -> [Document]
    {
        let pattern = Dialect.containing(text)
        return try documents(
            """
            d.organization_id = \(organization) AND (\(dialect.matches("d.number", pattern))
                OR EXISTS (SELECT 1 FROM document_line l WHERE l.document_id = d.id
                    AND \(dialect.matches("l.description", pattern))))
            ORDER BY d.id DESC LIMIT \(limit)
            """)
    }
}

extension Migration {
    /// Numbers stand in what people write to the bank, too: each file has some that are looked for.
    static let documentsByNumber = Migration(
        "billing-041-documents-by-number", "CREATE INDEX document_by_number ON document (number);")
}
