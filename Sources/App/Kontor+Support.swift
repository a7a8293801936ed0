import Billing
import Kernel
import Products
import Storage
import Support
import Web

extension Kontor {
    /// What the operator's desk is told of products and money.
    static func facts(_ products: Products) -> CustomerFacts {
        CustomerFacts(
            productsNamed: { text, limit, connection in
                try Product.named(text, limit: limit, in: connection).map { line($0, products.catalogue) }
            },
            documentsNumbered: { text, limit, connection in
                try connection.documents(numbered: text, limit: limit).map(line)
            },
            products: { organization, limit, connection in
                let found = try Product.all(of: organization, limit: limit, in: connection)
                return CustomerFacts.Lines(total: found.total, items: found.items.map { line($0, products.catalogue) })
            },
            documents: { organization, limit, connection in
                CustomerFacts.Lines(
                    total: try connection.documentCount(of: organization),
                    items: try connection.documents(of: organization, limit: limit).map(line))
            },
            balance: { organization, connection in try connection.prepaidAccount(of: organization).balance })
    }

    private static func line(_ product: Product, _ catalogue: Catalogue) -> CustomerFacts.Line {
        CustomerFacts.Line(
            organization: product.organization, title: product.name, day: product.period?.lastDay,
            amount: product.renewalPrice
        ) { words in
            let type = catalogue.type(product.typeID)?.name[words.language] ?? product.typeID
            return words(
                "products.support.line", ["type": type, "state": words("products.state.\(product.state.rawValue)")])
        }
    }

    private static func line(_ document: Document) -> CustomerFacts.Line {
        CustomerFacts.Line(
            organization: document.organization, title: document.number, day: document.issuedOn, amount: document.total
        ) { words in
            words("billing.kind.\(document.kind.rawValue)")
        }
    }
}
