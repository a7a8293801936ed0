/// What identifies a transfer to us: its kind follows from the account it is paid to.
package enum BankReference: Hashable, Sendable {
    case qr(QRReference)
    case creditor(CreditorReference)

    /// Reads either kind.
    package init?(_ text: String) {
        if let reference = CreditorReference(text) {
            self = .creditor(reference)
        } else if let reference = QRReference(text) {
            self = .qr(reference)
        } else {
            return nil
        }
    }

    /// As it is stored and sent: without spaces.
    package var text: String {
        switch self {
        case .qr(let reference): reference.description
        case .creditor(let reference): reference.description
        }
    }

    /// As people read it.
    package var grouped: String {
        switch self {
        case .qr(let reference): reference.grouped
        case .creditor(let reference): reference.grouped
        }
    }
}
