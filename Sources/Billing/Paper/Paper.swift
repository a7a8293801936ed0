package import Kernel
package import Storage

/// A document with everything that is printed of it (BILL-2, BILL-7). Read in a transaction, printed outside of it by `Press`.
package struct Paper: Sendable {
    package let document: Document
    package let lines: [DocumentLine]
    package let vat: [VATAmount]
    package let payments: [Payment]
    /// Where and under which reference it asks to be paid by transfer, while it does.
    package let reference: TransferReference?

    package init(
        document: Document, lines: [DocumentLine], vat: [VATAmount], payments: [Payment], reference: TransferReference?
    ) {
        self.document = document
        self.lines = lines
        self.vat = vat
        self.payments = payments
        self.reference = document.asksForMoney ? reference : nil
    }

    /// What the payment part asks for.
    package var amountDue: Money {
        if document.kind == .invoice { return document.open }
        return reference?.amount ?? document.total
    }

    /// - Returns: nil where nothing is to be transferred, or not by a QR-bill: to an account that is neither Swiss nor of
    ///   Liechtenstein.
    package func bill(message: String) -> QRBill? {
        guard let reference, amountDue.isPositive else { return nil }
        let (issuer, recipient) = (document.issuer, document.recipient)
        return try? QRBill(
            account: reference.account.iban,
            creditor: QRBill.Address(
                name: issuer.name, street: issuer.street, postcode: issuer.postcode, town: issuer.town,
                country: issuer.country),
            debtor: QRBill.Address(
                name: recipient.name, street: recipient.street, postcode: recipient.postcode, town: recipient.town,
                country: recipient.country),
            amount: amountDue, currency: amountDue.currency, reference: reference.reference, message: message)
    }
}

extension Document {
    /// Whether it is still to be paid: a pro forma, or an invoice of a customer on account. An invoice that is paid is final
    /// (BILL-8); one that is not is printed as a demand for payment, and says that it is not paid.
    package var asksForMoney: Bool {
        switch kind {
        case .proForma: state == .open
        case .invoice: [.open, .partiallyPaid, .overdue].contains(state)
        case .creditNote, .receipt: false
        }
    }
}

extension Connection {
    /// All that is printed of a document, for `Press.pdf(of:)`.
    package func paper(of document: Document) throws -> Paper {
        Paper(
            document: document, lines: try lines(of: document), vat: try vat(of: document),
            payments: try payments(of: document), reference: try transferReference(of: document.id))
    }
}
