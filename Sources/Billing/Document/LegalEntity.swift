package import Kernel
import Storage
import Synchronization

/// Who issues documents: the provider's company, as it was on the day of issue.
package struct LegalEntity: Hashable, Sendable {
    /// Short and stable: it is part of what makes a number unique.
    package let code: String
    package let name: String
    package let street: String
    package let postcode: String
    package let town: String
    package let country: Country
    /// `CHE-123.456.789 MWST`, or nil where it is not liable.
    package let vatNumber: String?
    /// Where its day begins: dates of issue and the books follow it.
    package let zone: Zone
    /// Where it takes transfers, at most one for each currency.
    package let accounts: [ReceivingAccount]

    package init(
        code: String, name: String, street: String, postcode: String, town: String, country: Country,
        vatNumber: String?, zone: Zone, accounts: [ReceivingAccount] = []
    ) {
        self.code = code
        self.name = name
        self.street = street
        self.postcode = postcode
        self.town = town
        self.country = country
        self.vatNumber = vatNumber
        self.zone = zone
        self.accounts = accounts
    }

    package func account(for currency: Currency) -> ReceivingAccount? { accounts.first { $0.currency == currency } }
}

extension LegalEntity: Codable {
    private enum Key: String, CodingKey {
        case code, name, street, postcode, town, country, vatNumber, zone, accounts
    }

    package init(from decoder: any Decoder) throws {
        let values = try decoder.container(keyedBy: Key.self)
        code = try values.decode(String.self, forKey: .code)
        name = try values.decode(String.self, forKey: .name)
        street = try values.decode(String.self, forKey: .street)
        postcode = try values.decode(String.self, forKey: .postcode)
        town = try values.decode(String.self, forKey: .town)
        country = try values.decodeCountry(forKey: .country)
        vatNumber = try values.decodeIfPresent(String.self, forKey: .vatNumber)
        let zoneName = try values.decode(String.self, forKey: .zone)
        guard let zone = Zone(zoneName) else {
            throw DecodingError.dataCorruptedError(
                forKey: .zone, in: values, debugDescription: "There is no time zone \(zoneName).")
        }
        self.zone = zone
        // Documents from before there were any do not name them.
        accounts = try values.decodeIfPresent([ReceivingAccount].self, forKey: .accounts) ?? []
    }

    package func encode(to encoder: any Encoder) throws {
        var values = encoder.container(keyedBy: Key.self)
        try values.encode(code, forKey: .code)
        try values.encode(name, forKey: .name)
        try values.encode(street, forKey: .street)
        try values.encode(postcode, forKey: .postcode)
        try values.encode(town, forKey: .town)
        try values.encode(country.code, forKey: .country)
        try values.encodeIfPresent(vatNumber, forKey: .vatNumber)
        try values.encode(zone.name, forKey: .zone)
        if !accounts.isEmpty { try values.encode(accounts, forKey: .accounts) }
    }
}

extension LegalEntity {
    /// As documents keep it. An installation has one or a few, and an encoder takes long for each document.
    var text: String {
        LegalEntity.texts.withLock { texts in
            if let text = texts[self] { return text }
            let text = JSONText.encode(self)
            texts[self] = text
            return text
        }
    }

    private static let texts = Mutex<[LegalEntity: String]>([:])
}

extension KeyedDecodingContainer {
    func decodeCountry(forKey key: Key) throws -> Country {
        let code = try decode(String.self, forKey: key)
        guard let country = Country(code) else {
            throw DecodingError.dataCorruptedError(
                forKey: key, in: self, debugDescription: "There is no country \(code).")
        }
        return country
    }
}
