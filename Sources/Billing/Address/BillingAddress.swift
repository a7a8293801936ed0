package import Kernel
package import Organizations

/// Other details to bill an organisation under (ADDR-1, ADDR-2): those of a subsidiary, or of whom the invoices are passed
/// on to. What was issued keeps the details it was issued with (ADDR-5).
package struct BillingAddress: Hashable, Sendable {
    package let id: BillingAddressID
    package let organization: OrganizationID
    package let details: BillingDetails
    /// Counts the changes, so that a form filled in from an older state is told so.
    package let revision: Int

    /// An agency that bills each customer under their own name comes close; a longer list is no choice at a checkout any more.
    package static let countMax = 50
}

/// What stands at the head of a document.
package struct BillingDetails: Hashable, Sendable {
    package let name: String
    /// Whom to the attention of; may be empty.
    package let contact: String
    package let address: PostalAddress
    /// Empty without one.
    package let vatNumber: String

    package init(name: String, contact: String = "", address: PostalAddress, vatNumber: String = "") {
        self.name = name
        self.contact = contact
        self.address = address
        self.vatNumber = vatNumber
    }

    package func recipient(_ language: Language) -> Recipient {
        Recipient(
            name: name, contact: contact, street: address.street, postcode: address.postcode, town: address.town,
            country: address.country, vatNumber: vatNumber.isEmpty ? nil : vatNumber, language: language)
    }

    /// In one line, to choose by.
    package var line: String {
        [name, contact, address.street, "\(address.postcode) \(address.town)"].filter { $0 != "" && $0 != " " }
            .joined(separator: ", ")
    }
}

/// Which details to bill under: the organisation's own, or an address of its list.
package enum BillingChoice: Hashable, Sendable {
    case own
    case address(BillingAddressID)

    /// As forms and orders have it: `own`, or the id.
    package init?(_ text: String) {
        if text == "own" {
            self = .own
        } else if let id = BillingAddressID(text) {
            self = .address(id)
        } else {
            return nil
        }
    }

    package init(_ id: BillingAddressID?) { self = id.map(BillingChoice.address) ?? .own }

    package var id: BillingAddressID? { if case .address(let id) = self { id } else { nil } }

    package var text: String { id?.description ?? "own" }
}

/// Every address an organisation can be billed under, and which one it is when nobody chooses (ADDR-4): its own, until
/// another is made the default.
package struct BillingAddressBook: Sendable {
    package let owner: Organization
    package let addresses: [BillingAddress]
    package let preferred: BillingChoice

    package var own: BillingDetails {
        BillingDetails(name: owner.name, address: owner.address, vatNumber: owner.vatNumber)
    }

    package func details(_ choice: BillingChoice) -> BillingDetails? {
        switch choice {
        case .own: own
        case .address(let id): addresses.first { $0.id == id }?.details
        }
    }

    /// Who is billed.
    /// - Parameters:
    ///   - choice: nil for the preferred one.
    ///   - language: the owner's, where nobody reads along.
    /// - Throws: a `Problem` (409 `billing_address_gone`) where it is not there any more.
    package func recipient(_ choice: BillingChoice?, language: Language? = nil) throws -> Recipient {
        guard let details = details(choice ?? preferred) else {
            throw Problem(.conflict, code: "billing_address_gone", word: "billing.address.gone")
        }
        return details.recipient(language ?? owner.language)
    }

    /// What can be chosen at a payment: the own address only where it is complete, or alone.
    package var choices: [(choice: BillingChoice, details: BillingDetails)] {
        let own = own.address.isComplete || addresses.isEmpty ? [(choice: BillingChoice.own, details: own)] : []
        return own + addresses.map { (choice: .address($0.id), details: $0.details) }
    }

    /// The same of a form. Somebody may have removed the address while it was open: then nobody guesses another one.
    /// - Throws: a `Problem` at the field.
    package func choice(_ text: String, at field: String) throws(Problem) -> BillingChoice {
        let choice = chosen(text)
        guard text.isEmpty || text == choice.text else {
            throw .field(field, "billing.address.gone", code: "billing_address_gone")
        }
        return choice
    }

    /// The one that was chosen, or the default: at a payment there is always one.
    package func chosen(_ text: String) -> BillingChoice {
        if let choice = BillingChoice(text), choices.contains(where: { $0.choice == choice }) { return choice }
        return choices.contains { $0.choice == preferred } ? preferred : choices[0].choice
    }
}
