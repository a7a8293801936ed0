import Kernel
import Web

/// Requests as lists of lines.
struct RequestRows {
    let requests: [AccessRequest]
    let organization: OrganizationID

    init(_ requests: [AccessRequest], _ organization: OrganizationID) {
        self.requests = requests
        self.organization = organization
    }

    /// For those who decide.
    func links(_ words: Words) -> HTML {
        let rows = requests.map { request -> HTML in
            """
            <li><a href="\(Link("/organizations/\(organization)/access-requests/\(request.id)"))">\
            \(request.title(words))</a></li>
            """
        }
        return "<ul class=\"stack\" role=\"list\">\(rows)</ul>"
    }
}

extension AccessRequest {
    /// What is asked for, as those read it who must not learn the names of products they cannot see.
    func title(_ words: Words) -> String { AccessRequest.title(right, product, words) }

    static func title(_ right: String, _ product: ProductID?, _ words: Words) -> String {
        guard Rights.named(right) != nil else { return right }
        let title = words.right(right)
        guard let product else { return title }
        return words("requests.for_product", ["right": title, "number": product.description])
    }
}
