import Access
import Kernel
import Web

/// What the page of a product says of its end.
extension Products {
    /// That its end is asked for, how to keep it, and how to have the mail sent again.
    func cancellationNotice(_ product: Product, _ visit: OrganizationVisit<SeeProducts>) -> HTML {
        guard product.isCancelling else { return .empty }
        let words = visit.words
        let link: Link = "\(path: product.link.text)/cancellation"
        let acts: HTML =
            managed(product, visit, "keep")
                ?? """
                <span class="row"><form method="post" action="\(link)">\(visit.visit.formFields)\
                <input type="hidden" name="_method" value="DELETE">\
                <button class="btn">\(words("products.act.keep"))</button></form>\
                <form method="post" action="\(Link("\(path: link.text)/mail"))">\(visit.visit.formFields)\
                <button class="btn">\(icon("mail"))\(words("products.cancellation.mail_again"))</button></form></span>
                """
        return banner(
            .warn, icon: "warning",
            "<p>\(words("products.cancellation.waits"))</p><p>\(words("products.cancellation.mail_again.text"))</p>",
            action: acts)
    }

    /// - Returns: nil where it has ended, waits for its payment, or its end is asked for: then other parts of the page speak.
    func cancellationButton(_ product: Product, _ visit: OrganizationVisit<SeeProducts>) -> HTML? {
        guard [.active, .expired].contains(product.state), product.cancellation == nil else { return nil }
        if let locked = managed(product, visit, "cancel") { return locked }
        let link = Link("/organizations/\(product.organization)/products/cancellation")
            .query([("product", product.id.description)])
        return linkButton(visit.words("products.act.cancel"), link, icon: "trash")
    }
}
