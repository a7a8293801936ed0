package import Kernel
package import Storage
package import Web

/// Something that has to be done before an organisation may end (ORG-11), kept by the room that knows it. Asked for the
/// checklist, and again in the transaction that deletes, while the organisation is held.
package struct DeletionCondition: Sendable {
    /// `products`: tells one from the other.
    package let name: String
    /// What is true once it is met: "All products are cancelled or expired".
    let title: @Sendable (Words) -> String
    let check: @Sendable (OrganizationID, Connection) throws -> Remainder

    package init(
        _ name: String, title: @escaping @Sendable (Words) -> String,
        check: @escaping @Sendable (OrganizationID, Connection) throws -> Remainder
    ) {
        self.name = name
        self.title = title
        self.check = check
    }

    /// What is still left to do.
    package struct Remainder: Sendable {
        /// Zero where the condition is met.
        let count: Int
        /// What is left and what to do about it.
        let sentence: @Sendable (Words) -> String
        /// Where it is done.
        let link: Link?
        let items: [Item]

        package init(
            count: Int, items: [Item] = [], link: Link? = nil, sentence: @escaping @Sendable (Words) -> String
        ) {
            self.count = count
            self.sentence = sentence
            self.link = link
            self.items = items
        }

        package static let nothing = Remainder(count: 0) { _ in "" }

        var isNothing: Bool { count == 0 }
    }

    /// One of what is left, so that it can be dealt with from the checklist (ORG-12).
    package struct Item: Sendable {
        let title: String
        let detail: @Sendable (Words) -> String
        let link: Link
        /// Ends it by DELETE, with `back` for the way back to the checklist.
        let ending: Link?
        /// Leads to the page where it can be ended.
        let step: Link?

        package init(
            _ title: String, link: Link, ending: Link? = nil, step: Link? = nil,
            detail: @escaping @Sendable (Words) -> String
        ) {
            self.title = title
            self.link = link
            self.ending = ending
            self.step = step
            self.detail = detail
        }
    }

    /// More are counted, and found where the link leads.
    package static let itemsMax = 10
}

/// What rooms above have to say about the end of a membership and of an organisation; put together in `App`.
package struct Endings: Sendable {
    let leaving: [LeavingCondition]
    let deletion: [DeletionCondition]
    let documents: @Sendable (OrganizationID, Connection) throws -> IssuedDocuments
    let handOver: @Sendable (OrganizationID, PersonID, Instant, Connection) throws -> Void

    /// - Parameters:
    ///   - documents: for the letter that takes the place of the pages (ORG-12).
    ///   - handOver: has the documents themselves sent to somebody, in the transaction that deletes (BILL-13).
    package init(
        leaving: [LeavingCondition] = [], deletion: [DeletionCondition],
        documents: @escaping @Sendable (OrganizationID, Connection) throws -> IssuedDocuments,
        handOver: @escaping @Sendable (OrganizationID, PersonID, Instant, Connection) throws -> Void = { _, _, _, _ in }
    ) {
        self.leaving = leaving
        self.deletion = deletion
        self.documents = documents
        self.handOver = handOver
    }
}

/// The documents of an organisation, as far as a letter can list them.
package struct IssuedDocuments: Sendable {
    package struct Entry: Sendable {
        let title: @Sendable (Words) -> String
        let issuedOn: Day
        let total: Money

        package init(issuedOn: Day, total: Money, title: @escaping @Sendable (Words) -> String) {
            self.title = title
            self.issuedOn = issuedOn
            self.total = total
        }
    }

    package let total: Int
    /// Newest first, at most `listMax`.
    let newest: [Entry]

    package init(total: Int, newest: [Entry]) {
        self.total = total
        self.newest = newest
    }

    /// A letter with more would be cut by many mail programs.
    package static let listMax = 500
}
