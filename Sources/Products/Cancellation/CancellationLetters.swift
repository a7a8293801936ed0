import Accounts
package import Delivery
import Kernel
import Organizations
import Storage
import Web

extension Products {
    package var subscriptions: [Subscription] {
        [
            Subscription("ProductCancellationRequested", confirmationLetter),
            Subscription("ProductCancellationMailed", confirmationLetter),
            Subscription("ProductCancelled", cancelledLetters),
            Subscription("ProductManagementBlocked") { try blockLetters($0, "blocked", $1) },
            Subscription("ProductManagementUnblocked") { try blockLetters($0, "unblocked", $1) },
        ]
    }

    /// One letter speaks for all products of a request.
    private func cancellation(
        _ recorded: RecordedEvent, _ connection: Connection
    ) throws -> (Cancellation, Organization, [Product])? {
        guard recorded.event.payload["index"] == "0", let organization = recorded.event.organization,
            let id = recorded.event.payload["cancellation"].flatMap({ CancellationID($0) }),
            let cancellation = try Cancellation.find(id, in: organization, connection),
            let owner = try Organization.find(organization, in: connection)
        else { return nil }
        return (cancellation, owner, try Product.of(id, in: connection))
    }

    private func facts(_ products: [Product], _ words: Words) -> [(name: String, value: String)] {
        let named = products.prefix(Cancellation.namedMax).map { product in
            let offer = catalogue.offer(product.offerID)?.offer.name[words.language] ?? product.offerID
            return (name: product.name, value: offer)
        }
        let more = products.count - named.count
        return more > 0 ? named + [("…", words.count("products.selection.more", more))] : named
    }

    /// To whoever asked, with the link without which nothing is cancelled (PROD-8). Who is gone from there is told nothing of it
    /// any more; somebody else takes the request back and asks anew.
    private func confirmationLetter(_ recorded: RecordedEvent, _ connection: Connection) throws -> [Dispatch] {
        guard let (cancellation, organization, products) = try cancellation(recorded, connection),
            cancellation.state(at: recorded.happenedAt) == .requested,
            let person = try Person.find(cancellation.requestedBy, in: connection)
        else { return [] }
        let places = try Organization.places(of: person.id, in: organization.id, connection)
        guard places.client != nil || places.own.contains(where: { $0.id == organization.id }) else { return [] }
        let words = wording.words(person.language)
        let letter = Letter(
            subject: words("products.mail.cancellation.subject", ["organization": organization.name]), words: words,
            settings: settings, greeting: person.firstName,
            paragraphs: [
                words.count(
                    "products.mail.cancellation.text", products.count,
                    ["moment": words.moment(cancellation.expiresAt, in: person.zone)])
            ],
            facts: facts(products, words),
            action: (words("products.mail.cancellation.action"), cancellation.page(keys)),
            closing: [words("products.mail.cancellation.not_you")])
        return [.email(letter.mail(to: person.login, name: person.name))]
    }

    /// To all who administer the organisation, whoever confirmed it (PROD-10).
    private func cancelledLetters(_ recorded: RecordedEvent, _ connection: Connection) throws -> [Dispatch] {
        guard let (_, organization, products) = try cancellation(recorded, connection) else { return [] }
        let actor = try recorded.event.actor.person.flatMap { try Person.find($0, in: connection) }
        return try Member.administrators(of: organization.id, in: connection).map { reader in
            let words = wording.words(reader.language)
            let letter = Letter(
                subject: words("products.mail.cancelled.subject", ["organization": organization.name]), words: words,
                settings: settings, greeting: reader.firstName,
                paragraphs: [
                    words.count("products.mail.cancelled.text", products.count, ["name": actor?.name ?? ""]),
                    words("products.mail.cancelled.owed"),
                ],
                facts: facts(products, words),
                action: (words("products.products"), "/organizations/\(organization.id)/products"))
            return .email(letter.mail(to: reader.login, name: reader.name))
        }
    }
}
