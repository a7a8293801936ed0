import Kernel
import Storage

extension PaymentPurpose {
    package static let documentName = "document"

    /// Paying an invoice that is open (PAYM-6): any part of it is of use.
    package static let document = PaymentPurpose.together(documentName, takesParts: true) { connection, payments, _ in
        let ids = payments.map { DocumentID(rawValue: $0.purposeID) }
        let documents = Dictionary(
            uniqueKeysWithValues: try connection.documents(ids).map { ($0.id, $0) })
        return try payments.map { payment in
            guard let document = documents[DocumentID(rawValue: payment.purposeID)],
                document.organization == payment.organization
            else { throw Problem.notFound }
            if document.canBePaid { return .document(document) }
            return .nothingOpen(document.state == .paid ? .duplicate : .crossing)
        }
    }
}

extension Document {
    /// Only what is owed is paid; a pro forma asks, and owes nothing.
    package var canBePaid: Bool { kind == .invoice && open.isPositive }
}
