import Kernel
import Storage

extension PaymentPurpose {
    package static let documentName = "document"

    /// Paying an invoice that is open (PAYM-6): any part of it is of use.
    package static let document = PaymentPurpose(documentName, takesParts: true) { connection, payment, _ in
        let id = DocumentID(rawValue: payment.purposeID)
        guard let document = try connection.document(id, in: payment.organization) else { throw Problem.notFound }
        if document.canBePaid { return .document(id) }
        return .nothingOpen(document.state == .paid ? .duplicate : .crossing)
    }
}

extension Document {
    /// Only what is owed is paid; a pro forma asks, and owes nothing.
    package var canBePaid: Bool { kind == .invoice && open.isPositive }
}
