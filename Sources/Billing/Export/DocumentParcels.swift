package import Delivery
import Documents
package import Kernel
import Storage
package import Web

/// All documents of an organisation as files to mails, as many as it takes (BILL-13).
struct DocumentParcels {
    /// Printed in seconds, and in a handful of mails. What is more is exported by period.
    static let documentsMax = 2_000
    /// In one archive: what it holds is packed already, so it hardly gets smaller, and its directory needs a little.
    static let bytesMax = Mail.attachmentsBytesMax - 1_000_000

    private(set) var parcels: [[ZipArchive.Entry]] = [[]]
    private var size = 0

    /// - Returns: nothing where it still fits; else the next parcel was begun with it.
    mutating func add(_ entry: ZipArchive.Entry) {
        let last = parcels.count - 1
        let isFull =
            size + entry.bytes.count > DocumentParcels.bytesMax
            || parcels[last].count > DocumentArchive.documentsMax
        if isFull, !parcels[last].isEmpty {
            parcels.append([entry])
            size = entry.bytes.count
        } else {
            parcels[last].append(entry)
            size += entry.bytes.count
        }
    }
}

extension Billing {
    /// What a business keeps: not the pro formas, which have no value.
    private static let kept = DocumentFilter(kinds: [.invoice, .creditNote, .receipt])

    /// Everything that was issued to an organisation, for whoever deletes it: PDFs in one archive or several, with the table of all in
    /// the first. Read in one snapshot, printed after it.
    /// - Throws: a `Problem` (422 `too_many_documents`, field `documents`).
    package func issuedFiles(
        of organization: OrganizationID, _ words: Words, at now: Instant
    ) async throws -> [Attachment] {
        let zone = payments.issuer.zone
        let (table, papers) = try await database.report { connection -> ([UInt8], [Paper]) in
            let count = try connection.documentCount(of: organization, Billing.kept)
            guard count <= DocumentParcels.documentsMax else {
                throw Problem(
                    .invalid, code: "too_many_documents", word: "billing.deletion.too_many",
                    arguments: ["count": String(count), "max": String(DocumentParcels.documentsMax)],
                    field: "documents")
            }
            var papers: [Paper] = []
            try connection.eachDocument(of: organization, Billing.kept, portion: DocumentTable.portion) { documents in
                papers += try documents.map { try connection.paper(of: $0) }
            }
            let table = try connection.documentTable(
                of: organization, Billing.kept, words: words, zone: zone, today: zone.day(of: now))
            return (table, papers)
        }
        if papers.isEmpty { return [] }
        var parcels = DocumentParcels()
        parcels.add(ZipArchive.Entry(name: "\(Billing.kept.fileName).csv", bytes: table, modifiedAt: now))
        for paper in papers {
            // Two issuers, or two languages, may call different documents the same.
            let name = "\(paper.document.issuedOn.year)/\(paper.document.id)-\(press.fileName(of: paper.document))"
            parcels.add(
                ZipArchive.Entry(name: name, bytes: press.pdf(of: paper), modifiedAt: paper.document.issuedAt))
            // Others are answered between two documents.
            await Task.yield()
        }
        let isOne = parcels.parcels.count == 1
        return try parcels.parcels.enumerated().map { index, entries in
            let number = isOne ? "" : "-\(index + 1)"
            return Attachment(
                name: "\(Billing.kept.fileName)\(number).zip", type: "application/zip",
                bytes: try ZipArchive(entries).bytes)
        }
    }
}
