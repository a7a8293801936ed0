import Access
import Billing
import Kernel
import Organizations
import Web

/// What the checkout page asks, read from what was typed.
struct CheckoutForm {
    let type: ProductType
    let organization: Organization
    let book: BillingAddressBook
    let today: Day
    let language: Language

    /// The offer and term that are chosen, or the first ones, so that there is always a price to show.
    func quote(_ form: Form) throws -> Quote {
        let offer = type.offers.first { $0.id == form.typed("offer") } ?? type.offers[0]
        let term = Term(rawValue: form.typed("term")).flatMap { offer.terms.contains($0) ? $0 : nil }
        return try Quote(
            type: type, offer: offer, term: term ?? offer.terms[offer.terms.count - 1],
            recipient: recipient(form, address(form) ?? organization.address), currency: organization.currency,
            on: today)
    }

    /// What the product is called: a domain where the type is named by one.
    func name(_ form: inout Form) -> String? {
        switch type.naming {
        case .domain:
            form.value("name", max: 253, otherwise: "products.domain.invalid") { DomainName($0)?.description }
        case .label:
            form.value("name", max: Product.nameLengthMax, otherwise: "form.required") { $0 }
        }
    }

    /// Under which details the order will be invoiced (ADDR-3).
    func choice(_ form: Form) -> BillingChoice { book.chosen(form.typed(BillingAddressChoice.field)) }

    /// - Throws: a `Problem` at the field, where somebody removed the address meanwhile.
    func checkChoice(_ form: Form) throws(Problem) {
        _ = try book.choice(form.typed(BillingAddressChoice.field), at: BillingAddressChoice.field)
    }

    /// The organisation's own address is asked for by the first order that is billed under it.
    func asksForAddress(_ form: Form) -> Bool { choice(form) == .own && !organization.address.isComplete }

    /// The organisation's own address.
    /// - Throws: `Problems`, one for each field of the address.
    func ownAddress(_ form: inout Form) throws -> PostalAddress {
        asksForAddress(form) ? try AddressFields.read(&form) : organization.address
    }

    /// - Parameter own: the organisation's own address, as it is or as it was typed.
    func recipient(_ form: Form, _ own: PostalAddress) -> Recipient {
        let choice = choice(form)
        let details =
            choice == .own
            ? BillingDetails(name: book.own.name, address: own, vatNumber: book.own.vatNumber) : book.details(choice)
        return (details ?? book.own).recipient(language)
    }

    /// The country decides about VAT, so the price follows it while the address is still being typed.
    private func address(_ form: Form) -> PostalAddress? {
        guard asksForAddress(form), let country = Country(form.typed("country")) else { return nil }
        return PostalAddress(street: "", postcode: "", town: "", country: country)
    }
}

/// A name in the domain name system, as it is registered: letters, digits, hyphens, at least two labels (RFC 1035, 2.3.1).
struct DomainName: CustomStringConvertible {
    let description: String

    init?(_ text: String) {
        var name = text.lowercased()
        for prefix in ["https://", "http://"] where name.hasPrefix(prefix) { name.removeFirst(prefix.count) }
        if name.hasPrefix("www.") { name.removeFirst(4) }
        if name.hasSuffix("/") || name.hasSuffix(".") { name.removeLast() }
        let labels = name.split(separator: ".", omittingEmptySubsequences: false)
        guard name.utf8.count <= 253, labels.count >= 2,
            labels.allSatisfy({ label in
                (1...63).contains(label.utf8.count) && !label.hasPrefix("-") && !label.hasSuffix("-")
                    && label.unicodeScalars.allSatisfy {
                        $0.value == 45 || $0.properties.isAlphabetic || (48...57).contains($0.value)
                    }
            }), labels.last?.unicodeScalars.allSatisfy({ $0.properties.isAlphabetic || $0.value == 45 }) == true
        else { return nil }
        description = name
    }
}
