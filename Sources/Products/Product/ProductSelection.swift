import Access
import Kernel
import Storage
import Web

/// Several products at once (UI-4): those that were ticked, or all that match the filter of the list; never more than whoever
/// asks reaches.
struct ProductSelection: Sendable {
    /// One transaction, one letter and one page are about so many.
    static let sizeMax = 1000
    /// As many as anybody reads through before confirming; the others are counted.
    static let shownMax = 100

    /// By name.
    let products: [Product]
    /// How many were meant: more than there are where some have gone, or where they are too many for one act.
    let wanted: Int

    /// From the list: ticked boxes, or the filter.
    init<R: Right>(_ visit: OrganizationVisit<R>, _ catalogue: Catalogue, _ connection: Connection) throws {
        let permit: Permit<SeeProducts> = try visit.standing.permit()
        if visit.visit.query("all") == "yes" {
            let filter = ProductFilter(visit.visit, catalogue)
            products = try Product.matching(filter, limit: ProductSelection.sizeMax, by: permit, in: connection)
            wanted = try Product.list(filter, Paging(size: 1), by: permit, in: connection).total
        } else {
            let ticked = Set<ProductID>(ids: (visit.visit.request.query["product"] ?? []).joined(separator: ","))
            products = try Product.among(ticked.sorted(), by: permit, in: connection)
            wanted = ticked.count
        }
    }

    /// What a confirmation carries: exactly those that were shown.
    init<R: Right>(_ form: Form, _ visit: OrganizationVisit<R>, _ connection: Connection) throws {
        let ids = Set<ProductID>(ids: form.typed("products"))
        products = try Product.among(ids.sorted(), by: visit.standing.permit(), in: connection)
        wanted = ids.count
    }

    var idText: String { Set(products.map(\.id)).idText }

    var isMoreThanOneAct: Bool { wanted > products.count && products.count == ProductSelection.sizeMax }
}

extension Product {
    /// Those of the ids that the permit covers, as many as one act takes.
    static func among(
        _ ids: [ProductID], by permit: Permit<SeeProducts>, in connection: Connection
    ) throws -> [Product] {
        try connection.rows(
            """
            \(select) WHERE \(reachable(permit, connection.dialect)) AND \(connection.dialect.among("id", ids))
            ORDER BY name, id LIMIT \(ProductSelection.sizeMax)
            """
        ).map(Product.init)
    }

    /// What "all that match" means, as many as one act takes.
    static func matching(
        _ filter: ProductFilter, limit: Int, by permit: Permit<SeeProducts>, in connection: Connection
    ) throws -> [Product] {
        try connection.rows(
            """
            \(select) WHERE \(conditions(filter, permit, connection.dialect)) ORDER BY name, id LIMIT \(limit)
            """
        ).map(Product.init)
    }
}

/// One of a batch that was passed over, and why.
struct SkippedProduct: Sendable {
    let name: String
    let problem: Problem
}

/// Where every batch ends: done, skipped with the reason, failed with another try (interface.md, "Tables").
struct BatchResult {
    let words: Words
    var done: [String] = []
    /// What remains to be done, where something does.
    var next: String?
    var skipped: [SkippedProduct] = []
    /// How many of those that were meant are not there any more.
    var gone = 0
    /// The sentence about what failed, and the form that tries again.
    var failed: HTML = .empty

    /// More are counted: nobody reads on.
    private static let shownMax = 500

    func show(back: Link) -> HTML {
        let lines = (done.isEmpty ? [words("products.selection.nothing_done")] : done).map { "<li>\($0)</li>" as HTML }
        let passed = skipped.prefix(BatchResult.shownMax).map { line -> HTML in
            "<li><strong>\(line.name)</strong>: \(words(line.problem.word, line.problem.arguments))</li>"
        }
        let more = skipped.count - passed.count
        return """
            \(pageHead(words("members.selection.result")))
            \(card(
                words("members.selection.done"),
                """
                <ul class="stack" role="list">\(lines)</ul>
                \(next.map { "<p class=\"gap-above\">\($0)</p>" as HTML })
                """))
            \(when(!failed.isEmpty, card(words("members.selection.failed"), failed)))
            \(when(
                !passed.isEmpty || gone > 0,
                card(
                    words("members.selection.skipped"),
                    """
                    <ul class="stack" role="list">\(passed)\
                    \(when(more > 0, "<li>\(words.count("products.selection.more", more))</li>"))\
                    \(when(gone > 0, "<li>\(words.count("products.selection.gone", gone))</li>"))</ul>
                    """)))
            <p class="gap-above">\(linkButton(words("products.selection.back"), back))</p>
            """
    }
}
