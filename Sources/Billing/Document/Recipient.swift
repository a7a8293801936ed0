package import Kernel
import Storage

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

/// As documents and orders keep it: JSON.
extension Recipient {
    package var text: String {
        var fields = [
            "name": name, "contact": contact, "street": street, "postcode": postcode, "town": town,
            "country": country.code, "language": language.rawValue,
        ]
        fields["vatNumber"] = vatNumber
        return JSONText.encode(fields)
    }

    /// - Throws: `StorageError.failed` for what this never wrote.
    package init(text: String) throws {
        let fields = JSONText.decode(text)
        func field(_ name: String) throws -> String {
            guard let value = fields[name] else { throw StorageError.failed("A recipient has no \(name).") }
            return value
        }
        guard let country = Country(try field("country")), let language = Language(rawValue: try field("language"))
        else { throw StorageError.failed("A recipient has no country or language that there is.") }
        self.init(
            name: try field("name"), contact: try field("contact"), street: try field("street"),
            postcode: try field("postcode"), town: try field("town"), country: country, vatNumber: fields["vatNumber"],
            language: language)
    }
}
