package import Kernel
package import Storage
package import Web

/// What the desk shows of products and money, which other rooms keep: put together in `App`.
package struct CustomerFacts: Sendable {
    /// A product or a document, as a line.
    package struct Line: Sendable {
        let organization: OrganizationID
        let title: String
        let detail: @Sendable (Words) -> String
        /// When it ends, or when it was issued.
        let day: Day?
        let amount: Money

        package init(
            organization: OrganizationID, title: String, day: Day?, amount: Money,
            detail: @escaping @Sendable (Words) -> String
        ) {
            self.organization = organization
            self.title = title
            self.detail = detail
            self.day = day
            self.amount = amount
        }
    }

    /// Some of what there is, and how much there is.
    package struct Lines: Sendable {
        let total: Int
        let items: [Line]

        package init(total: Int, items: [Line]) {
            self.total = total
            self.items = items
        }
    }

    let productsNamed: @Sendable (_ text: String, _ limit: Int, Connection) throws -> [Line]
    let documentsNumbered: @Sendable (_ text: String, _ limit: Int, Connection) throws -> [Line]
    let products: @Sendable (OrganizationID, _ limit: Int, Connection) throws -> Lines
    let documents: @Sendable (OrganizationID, _ limit: Int, Connection) throws -> Lines
    let balance: @Sendable (OrganizationID, Connection) throws -> Money

    package init(
        productsNamed: @escaping @Sendable (_ text: String, _ limit: Int, Connection) throws -> [Line],
        documentsNumbered: @escaping @Sendable (_ text: String, _ limit: Int, Connection) throws -> [Line],
        products: @escaping @Sendable (OrganizationID, _ limit: Int, Connection) throws -> Lines,
        documents: @escaping @Sendable (OrganizationID, _ limit: Int, Connection) throws -> Lines,
        balance: @escaping @Sendable (OrganizationID, Connection) throws -> Money
    ) {
        self.productsNamed = productsNamed
        self.documentsNumbered = documentsNumbered
        self.products = products
        self.documents = documents
        self.balance = balance
    }
}
