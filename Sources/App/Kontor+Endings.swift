import Billing
import Organizations
import Products

extension Kontor {
    /// What other rooms have to say when an organisation ends.
    static func endings(_ products: Products) -> Endings {
        Endings(
            leaving: Products.leavingConditions(products.catalogue),
            deletion: products.deletionConditions + Billing.deletionConditions, documents: Billing.issuedDocuments,
            handOver: { try $3.handOverDocuments(of: $0, to: $1, at: $2) })
    }
}
