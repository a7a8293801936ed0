package import Kernel
package import Storage
package import Web

/// Something that stands against leaving, as a sentence, and where it can be put right.
package struct Hindrance: Sendable {
    package struct Remedy: Sendable {
        package let word: String
        package let link: Link

        package init(_ word: String, _ link: Link) {
            self.word = word
            self.link = link
        }
    }

    /// Snake case, for programs: `last_member`.
    package let code: String
    package let word: String
    package let arguments: [String: String]
    package let remedies: [Remedy]

    package init(code: String, word: String, arguments: [String: String] = [:], remedies: [Remedy] = []) {
        self.code = code
        self.word = word
        self.arguments = arguments
        self.remedies = remedies
    }

    package var link: Link? { remedies.first?.link }

    var problem: Problem { Problem(.conflict, code: code, word: word, arguments: arguments) }
}

/// What a room above knows that may stand against somebody's leaving (ORG-7): being in the organisation's suite, having the
/// login in one of its mail services. Asked for the page, and again in the transaction that ends the membership.
package struct LeavingCondition: Sendable {
    let hindrances: @Sendable (PersonID, OrganizationID, Connection) throws -> [Hindrance]

    package init(_ hindrances: @escaping @Sendable (PersonID, OrganizationID, Connection) throws -> [Hindrance]) {
        self.hindrances = hindrances
    }
}
