/// In what form documents are taken along.
enum ExportFormat: String, CaseIterable, Sendable {
    case csv, zip

    var documentsMax: Int {
        switch self {
        case .csv: DocumentTable.rowsMax
        case .zip: DocumentArchive.documentsMax
        }
    }

    var contentType: String {
        switch self {
        case .csv: "text/csv; charset=utf-8"
        case .zip: "application/zip"
        }
    }
}
