package import Kernel

/// One payment that a bank is asked to make for us.
package struct CreditTransfer: Hashable, Sendable {
    /// What the bank repeats in its statement (EndToEndId): at most 35 characters, a letter first.
    package let reference: String
    package let amount: Money
    package let iban: IBAN
    package let holder: String
    /// Of the holder, where it is known for certain.
    package let address: Address?
    /// What the receiver reads.
    package let message: String

    package struct Address: Hashable, Sendable {
        /// With the number of the house.
        package let street: String
        package let postcode: String
        package let town: String
        package let country: Country

        package init(street: String, postcode: String, town: String, country: Country) {
            self.street = street
            self.postcode = postcode
            self.town = town
            self.country = country
        }
    }

    package init(
        reference: String, amount: Money, iban: IBAN, holder: String, address: Address? = nil, message: String
    ) {
        self.reference = reference
        self.amount = amount
        self.iban = iban
        self.holder = holder
        self.address = address
        self.message = message
    }
}

/// An account of the provider that money is paid out from. Never a QR-IBAN: those only take money in.
package struct PayingAccount: Hashable, Sendable {
    package let iban: IBAN
    package let currency: Currency

    /// - Returns: nil for a QR-IBAN.
    package init?(iban: IBAN, currency: Currency) {
        if iban.isQR { return nil }
        self.iban = iban
        self.currency = currency
    }
}
