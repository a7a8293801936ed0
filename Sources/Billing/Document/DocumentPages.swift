import Access
import Kernel
import Storage
import Web

extension Billing {
    func openDocuments(_ doors: Doors) {
        doors.organization(ManageBilling.self).get("billing/documents") { visit in
            let filter = DocumentFilter(visit.visit, today: visit.organization.zone.day(of: visit.now))
            let paging = visit.paging
            let (list, reminders) = try await database.read { connection in
                let list = Listing(
                    items: try connection.documents(
                        of: visit.permit.organization, filter, limit: paging.size, offset: paging.offset),
                    total: try connection.documentCount(of: visit.permit.organization, filter), paging: paging)
                let late = list.items.filter { $0.state == .overdue }.map(\.id)
                return (list, try connection.reminders(of: late))
            }
            return .page(DocumentList(visit: visit, filter: filter, list: list, reminders: reminders).page)
        }
        doors.organization(ManageBilling.self).get("billing/documents/{document}") { visit in
            let id: DocumentID = try visit.visit.id("document")
            let found = try await database.read { connection -> DocumentPage.Content? in
                guard let document = try connection.document(id, in: visit.permit.organization) else { return nil }
                return DocumentPage.Content(
                    document: document, lines: try connection.lines(of: document),
                    vat: try connection.vat(of: document),
                    payments: try connection.payments(of: document),
                    transfer: try connection.transferReference(of: id), reminders: try connection.reminders(of: id))
            }
            guard let found else { throw Problem.notFound }
            return .page(DocumentPage(visit: visit, content: found).page)
        }
        openPaper(doors)
        doors.organization(ManageBilling.self).get("billing/documents/{document}/ubl.xml") { visit in
            try await eInvoice(visit, "ubl") { $0.ubl }
        }
        doors.organization(ManageBilling.self).get("billing/documents/{document}/cii.xml") { visit in
            try await eInvoice(visit, "cii") { $0.cii }
        }
    }
}

extension Billing {
    /// For the books of whoever was billed: nothing to be found for a receipt or a pro forma.
    private func eInvoice(
        _ visit: OrganizationVisit<ManageBilling>, _ syntax: String, _ print: (EInvoice) -> [UInt8]
    ) async throws -> Answer {
        let id: DocumentID = try visit.visit.id("document")
        let found = try await database.read { connection in
            try connection.document(id, in: visit.permit.organization).flatMap {
                try connection.eInvoice(of: $0, wording)
            }
        }
        guard let found else { throw Problem.notFound }
        return .bytes(print(found), contentType: "application/xml; charset=utf-8")
            .header("Content-Disposition", "attachment; filename=\"\(found.document.number).\(syntax).xml\"")
            .header("Cache-Control", "no-store")
    }
}

extension DocumentState {
    func tag(_ words: Words) -> HTML {
        let tone: Tone =
            switch self {
            case .paid: .ok
            case .open, .partiallyPaid: .warn
            case .overdue, .disputed: .danger
            case .credited, .refunded, .writtenOff, .cancelled: .off
            }
        return Web.tag(tone, words("billing.state.\(rawValue)"))
    }
}
