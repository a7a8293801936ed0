package import Kernel

/// An account of the provider that customers transfer money to.
package struct ReceivingAccount: Hashable, Sendable, Codable {
    package let iban: IBAN
    package let currency: Currency

    package init(iban: IBAN, currency: Currency) {
        self.iban = iban
        self.currency = currency
    }

    private enum Key: String, CodingKey {
        case iban, currency
    }

    package init(from decoder: any Decoder) throws {
        let values = try decoder.container(keyedBy: Key.self)
        let text = try values.decode(String.self, forKey: .iban)
        guard let iban = IBAN(text) else {
            throw DecodingError.dataCorruptedError(
                forKey: .iban, in: values, debugDescription: "There is no account \(text).")
        }
        self.iban = iban
        currency = try values.decode(Currency.self, forKey: .currency)
    }

    package func encode(to encoder: any Encoder) throws {
        var values = encoder.container(keyedBy: Key.self)
        try values.encode(iban.description, forKey: .iban)
        try values.encode(currency, forKey: .currency)
    }
}
