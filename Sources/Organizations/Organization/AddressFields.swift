package import Kernel
package import Web

/// The fields of an address, wherever one is asked for.
package enum AddressFields {
    /// - Throws: `Problems`, one for each field.
    package static func read(_ form: inout Form) throws -> PostalAddress {
        let street = form.text("street", max: 70)
        let postcode = form.text("postcode", max: 16)
        let town = form.text("town", max: 35)
        let country = form.value("country", otherwise: "accounts.country.unknown", Country.init(_:))
        guard let country else { throw form.rejection }
        return PostalAddress(street: street, postcode: postcode, town: town, country: country)
    }

    /// A VAT number as its country writes it; empty where none was typed. Notes a problem at its field.
    package static func vatNumber(_ form: inout Form, in country: Country, _ language: Language) -> String {
        let text = form.text("vat_number", max: 30, isRequired: false)
        if text.isEmpty { return "" }
        guard let number = VATNumber(text, in: country) else {
            form.add(
                .field(
                    "vat_number", "organizations.vat_number.wrong",
                    ["country": CountryNames.name(of: country, in: language)]))
            return text
        }
        return number.description
    }

    package static func show(_ form: Form, _ words: Words) -> HTML {
        """
        \(form.field(Field("street", label: words("address.street"), autocomplete: "address-line1", max: 70), words))
        \(form.field(
            Field("postcode", label: words("address.postcode"), autocomplete: "postal-code", max: 16, isShort: true), words))
        \(form.field(Field("town", label: words("address.town"), autocomplete: "address-level2", max: 35), words))
        \(form.select(
            "country", label: words("accounts.country"), autocomplete: "country",
            options: CountryNames.sorted(in: words.language).map { ($0.country.code, $0.name) }, words))
        """
    }

    package static func fill(_ form: inout Form, with address: PostalAddress) {
        form.fill("street", address.street)
        form.fill("postcode", address.postcode)
        form.fill("town", address.town)
        form.fill("country", address.country.code)
    }
}
