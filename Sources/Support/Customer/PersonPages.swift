import Access
import Kernel
import Storage
import Web

extension Support {
    func openPeople(_ doors: Doors) {
        doors.staff.get("people/{person}") { visit in
            let person = try await customer(visit)
            return .page(page(visit, person))
        }
    }

    /// Whom the path names; the look is written down before anything is shown.
    func customer(_ visit: SignedInVisit) async throws -> CustomerPerson {
        let id: PersonID = try visit.visit.id("person")
        return try await database.write { connection in
            guard let person = try CustomerPerson.find(id, at: visit.now, in: connection) else {
                throw Problem.notFound
            }
            try Look.note(at: id, by: visit.person.id, actor: visit.actor, at: visit.now, in: connection)
            return person
        }
    }

    private func page(_ visit: SignedInVisit, _ person: CustomerPerson) -> Page {
        let words = visit.words
        let yes = tag(.ok, words("support.yes"))
        return Page(
            title: person.name, current: "staff",
            body: """
                \(crumbs(words, [(words("support.desk"), "/staff"), (person.name, nil)]))
                \(strip(words))
                \(pageHead(person.name, person.login, action: blockAction(visit, person)))
                \(blocked(visit, person))
                <div class="stack">
                \(card(
                    words("support.person.facts"),
                    summary([
                        (words("support.person.number"), HTML(person.id.description), .empty),
                        (words("support.person.phone"), HTML(person.phone.description), .empty),
                        (words("support.person.region"), HTML("\(words.country(person.country)), \(person.zone.name)"), .empty),
                        (words("support.person.language"), HTML(person.language.ownName), .empty),
                        (words("support.person.since"), HTML(words.moment(person.createdAt, in: visit.zone)), .empty),
                        (
                            words("support.person.second_factor"),
                            person.hasSecondFactor ? yes : tag(.danger, words("support.no")), .empty
                        ),
                        (
                            words("support.person.password"),
                            HTML(words.moment(person.passwordChangedAt, in: visit.zone)), .empty
                        ),
                        (words("support.person.sessions"), HTML(String(person.sessions)), .empty),
                        (words("support.person.staff"), person.isStaff ? yes : HTML(words("support.no")), .empty),
                    ])))
                \(card(words("support.person.organizations"), isFlush: true, places(person, words)))
                </div>
                """)
    }

    private func places(_ person: CustomerPerson, _ words: Words) -> HTML {
        if person.places.isEmpty { return emptyState(icon: "building", words("support.person.no_organization")) }
        let rows = person.places.map { place -> HTML in
            """
            <tr><th scope="row"><a href="\(Link("/staff/organizations/\(place.organization)"))">\(place.name)</a></th>
            <td data-label="\(words("support.role"))">\(words("role.\(place.role.rawValue)"))\
            \(when(place.isOnlyRepresentative, "<small>\(words("support.person.only_representative"))</small>"))</td></tr>
            """
        }
        return """
            <table class="table"><caption class="vh">\(words("support.person.organizations"))</caption>
            <thead><tr><th scope="col">\(words("support.organization"))</th><th scope="col">\(words("support.role"))</th></tr></thead>
            <tbody>\(rows)</tbody></table>
            """
    }

    private func blocked(_ visit: SignedInVisit, _ person: CustomerPerson) -> HTML {
        let words = visit.words
        guard let since = person.blockedAt else { return .empty }
        return banner(
            .danger, icon: "lock",
            """
            <strong>\(words("support.person.blocked", ["since": words.moment(since, in: visit.zone)]))</strong>
            \(person.blockReason.map { "<p>\($0)</p>" as HTML })
            """)
    }

    private func blockAction(_ visit: SignedInVisit, _ person: CustomerPerson) -> HTML {
        let words = visit.words
        if person.blockedAt != nil {
            return linkButton(words("support.unblock"), "/staff/people/\(person.id)/unblock", icon: "key")
        }
        if person.id == visit.person.id {
            return lockedAction(words("support.block"), reason: words("support.block.yourself"), id: "block")
        }
        return linkButton(words("support.block"), "/staff/people/\(person.id)/block", icon: "lock")
    }

    /// Who looks at a customer sees at every moment as whom (interface.md, "Shell").
    func strip(_ words: Words) -> HTML {
        """
        <aside class="strip gap-below" data-kind="staff" aria-label="\(words("support.strip.label"))">\
        <strong>\(words("support.strip"))</strong> \(words("support.strip.explained"))</aside>
        """
    }
}
