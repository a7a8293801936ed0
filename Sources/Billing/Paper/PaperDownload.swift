import Access
import Kernel
import Storage
import Web

extension Billing {
    /// The document on paper, in the language of its recipient (BILL-2).
    ///
    /// An invoice that is paid is final and can be printed (BILL-8). Customers on account get theirs before: what they download
    /// is a demand for payment that says that it is not paid, for they could not pay it otherwise (billing.md, 10).
    func openPaper(_ doors: Doors) {
        doors.organization(ManageBilling.self).get("billing/documents/{document}/pdf") { visit in
            let id: DocumentID = try visit.visit.id("document")
            let paper = try await database.read { connection -> Paper? in
                try connection.document(id, in: visit.permit.organization).map { try connection.paper(of: $0) }
            }
            guard let paper else { throw Problem.notFound }
            return .file(
                press.pdf(of: paper), name: press.fileName(of: paper.document), contentType: "application/pdf")
        }
    }
}
