import Billing
import Organizations
import Products

extension Kontor {
    /// What other rooms have to say when an organisation ends.
    static func endings(_ products: Products, _ billing: Billing) -> Endings {
        Endings(
            leaving: Products.leavingConditions(products.catalogue),
            deletion: products.deletionConditions + Billing.deletionConditions, documents: Billing.issuedDocuments,
            files: { try await billing.issuedFiles(of: $0, $1, at: $2) })
    }
}
