package import Kernel

/// The payment part of a Swiss QR-bill (Swiss Implementation Guidelines QR-bill, version 2.3): what its code says.
///
/// Only what banks accept can be made: names and addresses are fitted to the allowed characters and lengths by rule
/// (`changes` says what was changed), everything else is refused.
package struct QRBill: Hashable, Sendable {
    package let account: IBAN
    package let creditor: Party
    /// Nil where too little is known of them: the payer writes it by hand.
    package let debtor: Party?
    /// Nil where any amount will do: the payer writes it by hand.
    package let amount: Money?
    package let currency: Currency
    package let reference: BankReference?
    package let message: String
    package let changes: Set<Change>

    /// What was done to fit in.
    package enum Change: String, Hashable, Sendable, CaseIterable {
        /// Characters that the bill does not know were written with others.
        case transliterated
        case shortened
    }

    package enum Mistake: Error, Hashable {
        /// Neither CH nor LI.
        case account(IBAN)
        /// A QR-IBAN takes a QR reference and nothing else, every other account anything else.
        case reference
        case amount(Money)
        case currency
        /// Name, postcode and town of the creditor have to be there.
        case creditor
    }

    package static let messageMax = 140
    /// What a code of version 25 holds with error correction M.
    package static let bytesMax = 997
    /// Modules on each side of version 25.
    package static let modulesMax = 117
    private static let amounts: ClosedRange<Int64> = 1...99_999_999_999

    /// - Throws: `Mistake`.
    package init(
        account: IBAN, creditor: Address, debtor: Address?, amount: Money?, currency: Currency,
        reference: BankReference?, message: String = ""
    ) throws(Mistake) {
        guard QRBill.isPossible(for: account) else { throw .account(account) }
        switch reference {
        case .qr: guard account.isQR else { throw .reference }
        case .creditor, nil: guard !account.isQR else { throw .reference }
        }
        if let amount {
            guard amount.currency == currency else { throw .currency }
            guard QRBill.amounts.contains(amount.minorUnits) else { throw .amount(amount) }
        }
        var changes: Set<Change> = []
        guard let creditorParty = Party(creditor, noting: &changes) else { throw .creditor }
        let debtorParty = debtor.flatMap { Party($0, noting: &changes) }
        let text = QRBillText(message, max: QRBill.messageMax)
        changes.formUnion(text.changes)
        self.account = account
        self.amount = amount
        self.currency = currency
        self.reference = reference
        let lines = Lines(
            account: account, creditor: creditorParty, debtor: debtorParty, amount: amount, currency: currency,
            reference: reference, message: text.text)
        // Long and full of accents: each of them takes two bytes. Without them, everything always fits.
        if lines.payload.utf8.count > QRBill.bytesMax {
            let plain = QRBillText(text.text, max: QRBill.messageMax, isPlain: true)
            self.creditor = creditorParty.plain
            self.debtor = debtorParty?.plain
            self.message = plain.text
            changes.insert(.transliterated)
        } else {
            self.creditor = creditorParty
            self.debtor = debtorParty
            self.message = text.text
        }
        self.changes = changes
    }

    /// Accounts elsewhere cannot be paid by a QR-bill.
    package static func isPossible(for account: IBAN) -> Bool {
        account.description.hasPrefix("CH") || account.description.hasPrefix("LI")
    }

    /// What the code says: lines with LF between them and none at the end.
    package var payload: String {
        Lines(
            account: account, creditor: creditor, debtor: debtor, amount: amount, currency: currency,
            reference: reference, message: message
        ).payload
    }
}

extension QRBill {
    /// As it is known to us, before it is fitted.
    package struct Address: Hashable, Sendable {
        package let name: String
        /// Street and house number on one line, as people write it.
        package let street: String
        package let postcode: String
        package let town: String
        package let country: Country

        package init(name: String, street: String, postcode: String, town: String, country: Country) {
            self.name = name
            self.street = street
            self.postcode = postcode
            self.town = town
            self.country = country
        }
    }

    /// A name and a structured address, as the code says them.
    package struct Party: Hashable, Sendable {
        package let name: String
        package let street: String
        package let house: String
        package let postcode: String
        package let town: String
        package let country: Country

        package static let nameMax = 70
        package static let streetMax = 70
        package static let houseMax = 16
        package static let postcodeMax = 16
        package static let townMax = 35

        /// - Returns: nil where name, postcode or town are missing; street and number may be.
        init?(_ address: Address, noting changes: inout Set<Change>) {
            let line = HouseNumber.split(address.street)
            let texts = [
                QRBillText(address.name, max: Party.nameMax), QRBillText(line.street, max: Party.streetMax),
                QRBillText(line.house, max: Party.houseMax), QRBillText(address.postcode, max: Party.postcodeMax),
                QRBillText(address.town, max: Party.townMax),
            ]
            guard !texts[0].text.isEmpty, !texts[3].text.isEmpty, !texts[4].text.isEmpty else { return nil }
            name = texts[0].text
            street = texts[1].text
            house = texts[2].text
            postcode = texts[3].text
            town = texts[4].text
            country = address.country
            for text in texts { changes.formUnion(text.changes) }
        }

        private init(plain party: Party) {
            name = QRBillText(party.name, max: Party.nameMax, isPlain: true).text
            street = QRBillText(party.street, max: Party.streetMax, isPlain: true).text
            house = QRBillText(party.house, max: Party.houseMax, isPlain: true).text
            postcode = QRBillText(party.postcode, max: Party.postcodeMax, isPlain: true).text
            town = QRBillText(party.town, max: Party.townMax, isPlain: true).text
            country = party.country
        }

        var plain: Party { Party(plain: self) }

        var lines: [String] { ["S", name, street, house, postcode, town, country.code] }

        /// As it is printed beside the code.
        package var printed: [String] {
            [name, [street, house].filter { !$0.isEmpty }.joined(separator: " "), "\(postcode) \(town)"]
                .filter { !$0.isEmpty }
        }
    }

    /// The lines of the code in their order (Implementation Guidelines, table 7).
    private struct Lines {
        let account: IBAN
        let creditor: Party
        let debtor: Party?
        let amount: Money?
        let currency: Currency
        let reference: BankReference?
        let message: String

        private static let noParty = [String](repeating: "", count: 7)

        var payload: String {
            var lines = ["SPC", "0200", "1", account.description]
            lines += creditor.lines
            // The ultimate creditor, for future use.
            lines += Lines.noParty
            lines += [amount?.plain ?? "", currency.rawValue]
            lines += debtor?.lines ?? Lines.noParty
            switch reference {
            case .qr(let reference): lines += ["QRR", reference.description]
            case .creditor(let reference): lines += ["SCOR", reference.description]
            case nil: lines += ["NON", ""]
            }
            lines += [message, "EPD"]
            return lines.joined(separator: "\n")
        }
    }
}
