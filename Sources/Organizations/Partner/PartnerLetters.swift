import Access
import Accounts
import Delivery
import Kernel
import Storage
import Web

extension Organizations {
    /// What is written about partners: to whom one asks, and to those who answer for the two sides.
    var partnerSubscriptions: [Subscription] {
        [
            Subscription("ClientRequested", requestLetter),
            Subscription("ClientRequestResent", requestLetter),
            Subscription("ClientRequestDeclined", declinedLetter),
            Subscription("PartnershipBegan", partnershipLetter("partners.mail.began")),
            Subscription("ClientGained", partnershipLetter("partners.mail.gained")),
            Subscription("ClientAccessChanged", partnershipLetter("partners.mail.changed")),
            Subscription("PartnershipEnded", partnershipLetter("partners.mail.ended")),
            Subscription("ClientLost", partnershipLetter("partners.mail.ended")),
            Subscription("PartnerAdmitted", programmeLetter("partners.mail.admitted")),
            Subscription("PartnerDismissed", programmeLetter("partners.mail.dismissed")),
        ]
    }

    /// In the language of the account where the address has one, else in that of who asked.
    private func requestLetter(_ recorded: RecordedEvent, _ connection: Connection) throws -> [Dispatch] {
        guard
            let request = try ClientRequest.find(ClientRequestID(rawValue: recorded.event.subjectID), in: connection),
            request.state(at: recorded.happenedAt) == .pending
        else { return [] }
        let facts = try ClientRequestFacts(request, at: recorded.happenedAt, in: connection)
        let person = try Person.find(login: request.email, in: connection)
        let words = wording.words(person?.language ?? request.language)
        let holes = ["partner": facts.partner]
        let letter = Letter(
            subject: words("clients.mail.subject", holes), words: words, settings: settings,
            greeting: person?.firstName, paragraphs: [words("clients.mail.text", holes)],
            facts: facts.rows(words, person?.zone ?? .zurich),
            action: (words("clients.mail.action"), request.page(keys)),
            closing: [words("clients.mail.account"), words("clients.mail.unexpected")])
        return [.email(letter.mail(to: request.email, name: person?.name ?? ""))]
    }

    private func declinedLetter(_ recorded: RecordedEvent, _ connection: Connection) throws -> [Dispatch] {
        guard
            let request = try ClientRequest.find(ClientRequestID(rawValue: recorded.event.subjectID), in: connection)
        else { return [] }
        return try letters(
            "partners.mail.declined", to: request.partner, ["email": request.email.description],
            action: "/organizations/\(request.partner)/clients", connection)
    }

    /// To the side whose log the event stands in.
    private func partnershipLetter(
        _ word: String
    ) -> @Sendable (RecordedEvent, Connection) throws -> [Dispatch] {
        { recorded, connection in
            let id = PartnershipID(rawValue: recorded.event.subjectID)
            // Whoever leaves the programme gets one letter about it, and not one for each client.
            let isDismissal =
                recorded.event.name == "ClientLost"
                && recorded.event.payload["cause"] == Partnership.End.programme.rawValue
            guard !isDismissal, let reader = recorded.event.organization,
                let partnership = try Partnership.find(id, connection)
            else { return [] }
            let side = reader == partnership.client ? "partners" : "clients"
            return try letters(
                word, to: reader, ["partner": partnership.partnerName, "client": partnership.clientName],
                access: recorded.event.payload["access"] ?? recorded.event.payload["access_after"],
                action: "/organizations/\(reader)/\(path: side)", connection)
        }
    }

    private func programmeLetter(
        _ word: String
    ) -> @Sendable (RecordedEvent, Connection) throws -> [Dispatch] {
        { recorded, connection in
            guard let id = recorded.event.organization, let organization = try Organization.find(id, in: connection)
            else { return [] }
            return try letters(
                word, to: id,
                ["organization": organization.name, "reason": recorded.event.payload["reason"] ?? ""],
                action: "/organizations/\(id)", connection)
        }
    }

    /// To everybody who answers for an organisation and can be written to.
    private func letters(
        _ word: String, to organization: OrganizationID, _ holes: [String: String], access: String? = nil,
        action: Link, _ connection: Connection
    ) throws -> [Dispatch] {
        try Member.administrators(of: organization, in: connection)
            .filter { $0.role == .legalRepresentative && !$0.isBlocked }
            .map { member in
                let words = wording.words(member.language)
                let facts = access.map { access in
                    [
                        (
                            name: words("partners.access"),
                            value: words(access == "full" ? "partners.access.full" : "partners.access.products")
                        )
                    ]
                }
                let letter = Letter(
                    subject: words("\(word).subject", holes), words: words, settings: settings,
                    greeting: member.firstName, paragraphs: [words("\(word).text", holes)], facts: facts ?? [],
                    action: (words("partners.mail.action"), action))
                return .email(letter.mail(to: member.login, name: member.name))
            }
    }
}
