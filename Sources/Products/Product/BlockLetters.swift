import Access
import Accounts
import Delivery
import Kernel
import Organizations
import Storage
import Web

extension Products {
    /// To everybody in the organisation who reaches the product, but for whoever did it (BLK-3).
    /// - Parameter what: `blocked` or `unblocked`.
    func blockLetters(_ event: RecordedEvent, _ what: String, _ connection: Connection) throws -> [Dispatch] {
        guard let id = event.event.organization, let organization = try Organization.find(id, in: connection),
            let product = try Product.stored(ProductID(rawValue: event.event.subjectID), in: id, connection)
        else { return [] }
        let actor = try event.event.actor.person.flatMap { try Person.find($0, in: connection) }
        return try Member.reaching(product.id, in: id, connection).filter { $0.id != actor?.id }.map { reader in
            let words = wording.words(reader.language)
            let text = reader.role.administers ? "administrator" : "others"
            let letter = Letter(
                subject: words("products.mail.\(what).subject", ["product": product.name]), words: words,
                settings: settings, greeting: reader.firstName,
                paragraphs: [
                    words(
                        "products.mail.\(what).text",
                        ["name": actor?.name ?? "", "product": product.name, "organization": organization.name]),
                    words("products.mail.\(what).\(text)"),
                ],
                action: (product.name, "/organizations/\(id)/products/\(product.id)"))
            return .email(letter.mail(to: reader.login, name: reader.name))
        }
    }
}
