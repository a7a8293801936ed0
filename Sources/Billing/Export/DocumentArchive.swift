import Documents
import Kernel
import Storage

/// Many documents on paper and the table of them, in one file (BILL-3, BILL-7).
struct DocumentArchive: Sendable {
    /// A year of a busy organisation, printed in seconds. What is more goes by period.
    static let documentsMax = 500

    let table: [UInt8]
    let papers: [Paper]

    /// Printed where no transaction waits for it.
    /// - Parameter name: of the table, without its ending.
    func bytes(name: String, press: Press, at now: Instant) async throws -> [UInt8] {
        var entries = [ZipArchive.Entry(name: "\(name).csv", bytes: table, modifiedAt: now)]
        var names: Set<String> = []
        for paper in papers {
            let document = paper.document
            var file = press.fileName(of: document)
            // Two issuers, or two languages, may call different documents the same.
            if !names.insert(file.lowercased()).inserted { file = "\(document.id)-\(file)" }
            entries.append(
                ZipArchive.Entry(name: file, bytes: press.pdf(of: paper), modifiedAt: document.issuedAt))
            // Others are answered between two documents.
            await Task.yield()
        }
        return try ZipArchive(entries).bytes
    }
}

extension Connection {
    /// - Throws: 422 `too_many_documents` where the filter finds more than one archive holds.
    func papers(of organization: OrganizationID, _ filter: DocumentFilter) throws -> [Paper] {
        try checkCount(of: organization, filter, max: DocumentArchive.documentsMax)
        var papers: [Paper] = []
        try eachDocument(of: organization, filter, portion: DocumentTable.portion) { documents in
            papers += try documents.map { try paper(of: $0) }
        }
        return papers
    }
}
