package import Kernel

/// Whom a document is for, as it was on the day of issue (ADDR-5): frozen into the document.
package struct Recipient: Hashable, Sendable {
    package let name: String
    package let contact: String
    package let street: String
    package let postcode: String
    package let town: String
    package let country: Country
    /// A business of the European Union with one accounts for the VAT itself.
    package let vatNumber: String?
    package let language: Language

    package init(
        name: String, contact: String = "", street: String = "", postcode: String = "", town: String = "",
        country: Country, vatNumber: String? = nil, language: Language
    ) {
        self.name = name
        self.contact = contact
        self.street = street
        self.postcode = postcode
        self.town = town
        self.country = country
        self.vatNumber = vatNumber
        self.language = language
    }
}

extension Recipient: Codable {
    private enum Key: String, CodingKey {
        case name, contact, street, postcode, town, country, vatNumber, language
    }

    package init(from decoder: any Decoder) throws {
        let values = try decoder.container(keyedBy: Key.self)
        name = try values.decode(String.self, forKey: .name)
        contact = try values.decode(String.self, forKey: .contact)
        street = try values.decode(String.self, forKey: .street)
        postcode = try values.decode(String.self, forKey: .postcode)
        town = try values.decode(String.self, forKey: .town)
        country = try values.decodeCountry(forKey: .country)
        vatNumber = try values.decodeIfPresent(String.self, forKey: .vatNumber)
        language = try values.decode(Language.self, forKey: .language)
    }

    package func encode(to encoder: any Encoder) throws {
        var values = encoder.container(keyedBy: Key.self)
        try values.encode(name, forKey: .name)
        try values.encode(contact, forKey: .contact)
        try values.encode(street, forKey: .street)
        try values.encode(postcode, forKey: .postcode)
        try values.encode(town, forKey: .town)
        try values.encode(country.code, forKey: .country)
        try values.encodeIfPresent(vatNumber, forKey: .vatNumber)
        try values.encode(language, forKey: .language)
    }
}
