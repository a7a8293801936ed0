import Kernel

extension Organization {
    /// Before and after, of what differs. It goes beside the event and not into it: private organisations carry the name and
    /// the address of a person.
    func difference(to details: OrganizationDetails) -> [String: String] {
        var difference: [String: String] = [:]
        func note(_ part: String, _ before: String, _ after: String) {
            guard before != after else { return }
            difference["\(part)_before"] = before
            difference["\(part)_after"] = after
        }
        note("name", name, details.name)
        note("address", address.line, details.address.line)
        note("country", address.country.code, details.address.country.code)
        note("contact", contactEmail, details.contactEmail)
        note("vat_number", vatNumber, details.vatNumber)
        return difference
    }
}

extension PostalAddress {
    /// Street, postcode and town; the country is told in the reader's language.
    fileprivate var line: String {
        [street, [postcode, town].filter { !$0.isEmpty }.joined(separator: " ")].filter { !$0.isEmpty }
            .joined(separator: ", ")
    }
}
