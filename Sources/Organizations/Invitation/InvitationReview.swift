import Access
import Kernel
import Web

/// The last look: who gets what, in sentences.
struct InvitationReview {
    let visit: OrganizationVisit<ManageMembers>
    let draft: InvitationDraft
    let options: InvitationOptions

    private var words: Words { visit.words }

    var html: HTML {
        let list = draft.list
        let role = draft.role.map { words("role.\($0.rawValue)") } ?? ""
        let repeated = list.repeated.map(\.description).joined(separator: ", ")
        return """
            <h2>\(words.count(
                "invitations.review", list.addresses.count, ["organization": visit.organization.name, "role": role]))</h2>
            <ul>\(list.addresses.map { "<li>\($0.description)</li>" as HTML })</ul>
            \(when(!repeated.isEmpty, "<p class=\"muted\">\(words("invitations.review.repeated", ["emails": repeated]))</p>"))
            <ul>\(sentences.map { "<li>\($0)</li>" as HTML })</ul>
            """
    }

    private var sentences: [String] {
        [
            draft.role.map { words("invitations.role.\($0.rawValue)") } ?? "",
            products, teams,
            words(draft.hasBillingRight ? "invitations.review.billing" : "invitations.review.no_billing"),
            contacts,
            words("invitations.review.mail", ["language": visit.language.ownName]),
        ]
    }

    private var products: String {
        if !draft.choosesProducts { return words("invitations.products.all") }
        let names = options.products.filter { draft.products.contains($0.id) }.map(\.name)
        if names.isEmpty { return words("invitations.review.no_products") }
        return words("invitations.review.products", ["names": names.joined(separator: ", ")])
    }

    private var teams: String {
        let names = options.teams.filter { draft.teams.contains($0.id) }.map(\.name)
        if names.isEmpty { return words("invitations.review.no_teams") }
        return words("invitations.review.teams", ["names": names.joined(separator: ", ")])
    }

    private var contacts: String {
        let kinds = draft.contacts.names.map { words("invitations.contact.\($0)") }
        if kinds.isEmpty { return words("invitations.review.no_contacts") }
        return words("invitations.review.contacts", ["kinds": kinds.joined(separator: ", ")])
    }
}
