import Accounts
import Delivery
import Documents
package import Kernel
import Organizations
package import Storage
import Web

/// The documents of an organisation that was deleted, on their way to whoever deleted it (BILL-13): nobody can open its pages any
/// more. They are printed afterwards, some at a time, so that any number of them goes out.
struct Handover: Hashable, Sendable {
    let organization: OrganizationID
    let person: PersonID
    /// The last document that went out; 0 before the first.
    let sentUntil: DocumentID
    /// Archives that went out.
    let parts: Int

    /// What a business keeps: not the pro formas, which have no value.
    static let kept = DocumentFilter(kinds: [.invoice, .creditNote, .receipt])
    /// In one archive: what it holds is packed already, so it hardly gets smaller; its table and directory need a little.
    static let bytesMax = Mail.attachmentsBytesMax - 1_000_000
}

/// Hands over what a deleted organisation leaves: an archive in a mail each, so that none is more than mail servers take.
struct HandingOver: Sendable {
    let database: Database
    let press: Press
    let settings: WebSettings
    let zone: Zone
    var documentsMax = DocumentArchive.documentsMax
    var bytesMax = Handover.bytesMax

    /// - Returns: how many archives went out, or were the end of it.
    func run(at now: Instant) async throws -> Int {
        var parts = 0
        while let handover = try await database.read({ try $0.firstHandover() }) {
            try Task.checkCancellation()
            try await send(handover, at: now)
            parts += 1
        }
        return parts
    }

    /// How far it got stands in the transaction that queues the mail: each goes out once, whatever stops in between.
    func send(_ handover: Handover, at now: Instant) async throws {
        let (person, organization) = try await database.read { connection in
            (
                try Person.find(handover.person, in: connection),
                try Organization.find(handover.organization, in: connection)
            )
        }
        let words = press.wording.words(person?.language ?? .english)
        let parcel = person == nil ? nil : try await parcel(after: handover.sentUntil, of: handover, words, at: now)
        let letter = parcel.map { parcel -> Letter in
            // Most go out in one: then there is nothing to say of parts.
            let isOnly = parcel.isLast && handover.parts == 0
            let subject =
                isOnly
                ? "billing.mail.handover.subject_all"
                : parcel.isLast ? "billing.mail.handover.subject_last" : "billing.mail.handover.subject"
            return Letter(
                subject: words(
                    subject,
                    ["organization": organization?.name ?? "", "part": String(handover.parts + 1)]),
                words: words, settings: settings, greeting: person?.firstName,
                paragraphs: [
                    words(
                        isOnly ? "billing.mail.handover.text_all" : "billing.mail.handover.text",
                        ["organization": organization?.name ?? "", "file": parcel.attachment.name])
                ])
        }
        try await database.write { connection in
            guard try connection.advance(handover, to: parcel.flatMap { $0.isLast ? nil : $0.last }) else { return }
            guard let parcel, let letter, let person else { return }
            let event = try connection.record(
                Event(
                    "DocumentsHandedOver", by: Event.Actor(person: person.id, client: "kontor"),
                    organization: handover.organization, subject: "person", person.id.rawValue,
                    payload: ["file": parcel.attachment.name]), at: now)
            let mail = letter.mail(to: person.login, name: person.name).attaching([parcel.attachment])
            try connection.queue(.email(mail), because: event, at: now)
        }
    }

    struct Parcel: Sendable {
        let attachment: Attachment
        let last: DocumentID
        let isLast: Bool
    }

    /// PDFs and the table of them, as many as one archive takes. Read in one snapshot, printed after it.
    /// - Returns: nil where nothing is left.
    private func parcel(
        after id: DocumentID, of handover: Handover, _ words: Words, at now: Instant
    ) async throws -> Parcel? {
        let organization = handover.organization
        let papers = try await database.report { connection in
            try connection.documents(
                """
                d.organization_id = \(organization) \(Handover.kept.conditions) AND d.id > \(id)
                ORDER BY d.id LIMIT \(documentsMax + 1)
                """
            ).map { try connection.paper(of: $0) }
        }
        var entries: [ZipArchive.Entry] = []
        var size = 0
        for paper in papers.prefix(documentsMax) {
            let bytes = press.pdf(of: paper)
            size += bytes.count
            if size > bytesMax, !entries.isEmpty { break }
            // Two issuers, or two languages, may call different documents the same.
            let name = "\(paper.document.issuedOn.year)/\(paper.document.id)-\(press.fileName(of: paper.document))"
            entries.append(ZipArchive.Entry(name: name, bytes: bytes, modifiedAt: paper.document.issuedAt))
            // Others are answered between two documents.
            await Task.yield()
        }
        let documents = papers.prefix(entries.count).map(\.document)
        guard let last = documents.last else { return nil }
        let isLast = documents.count == papers.count
        let name = isLast && handover.parts == 0 ? "documents" : "documents-\(handover.parts + 1)"
        let table = try await database.report { connection in
            try connection.documentTable(of: documents, words: words, zone: zone, today: zone.day(of: now))
        }
        entries.insert(ZipArchive.Entry(name: "\(name).csv", bytes: table, modifiedAt: now), at: 0)
        return Parcel(
            attachment: Attachment(
                name: "\(name).zip", type: "application/zip", bytes: try ZipArchive(entries).bytes),
            last: last.id, isLast: isLast)
    }
}

extension Billing {
    var handingOver: HandingOver {
        HandingOver(database: database, press: press, settings: settings, zone: payments.issuer.zone)
    }
}

extension Connection {
    /// In the transaction that deletes: the mails go out when it has happened, and only then.
    package func handOverDocuments(of organization: OrganizationID, to person: PersonID, at now: Instant) throws {
        try execute(
            """
            INSERT INTO document_handover (id, person_id, sent_until, parts, begun_at)
            VALUES (\(organization), \(person), 0, 0, \(now))
            """)
    }

    func nextHandover() throws -> Instant? {
        try row("SELECT MIN(begun_at) AS next FROM document_handover")?["next"]
    }

    fileprivate func firstHandover() throws -> Handover? {
        try row(
            "SELECT id, person_id, sent_until, parts FROM document_handover ORDER BY begun_at, id LIMIT 1"
        ).map {
            Handover(
                organization: try $0["id"], person: try $0["person_id"], sentUntil: try $0["sent_until"],
                parts: try $0["parts"])
        }
    }

    /// - Parameter document: the last one that goes out with it; nil where nothing comes after.
    /// - Returns: false where somebody else was quicker.
    fileprivate func advance(_ handover: Handover, to document: DocumentID?) throws -> Bool {
        let change: SQL =
            document.map { id in
                "UPDATE document_handover SET sent_until = \(id), parts = parts + 1"
            } ?? "DELETE FROM document_handover"
        return try execute(
            "\(change) WHERE id = \(handover.organization) AND sent_until = \(handover.sentUntil)") == 1
    }
}

extension Migration {
    static let handovers = Migration(
        "billing-042-handovers",
        """
        CREATE TABLE document_handover (
            id BIGINT PRIMARY KEY REFERENCES organization (id),
            person_id BIGINT NOT NULL,
            sent_until BIGINT NOT NULL,
            parts INTEGER NOT NULL,
            begun_at BIGINT NOT NULL
        );
        CREATE INDEX document_handover_due ON document_handover (begun_at);
        """)
}
