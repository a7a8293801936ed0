import Access
import Kernel
import Storage
import Web

extension Organizations {
    /// Who from outside acts for the organisation, with which access since when; changed and taken back at once (PART-36, PART-37).
    func openOwnPartners(_ doors: Doors) {
        doors.organization(ManageMembers.self).get("partners") { visit in
            let partners = try await database.read {
                try Partnership.partners(by: visit.permit, in: $0)
            }
            return .page(partnersPage(visit, partners))
        }
        let door = doors.organization(ManagePartnerships.self).confirmed
        door.form("partners/{partner}", bodyLimit: MembershipForm.bodyLimit, page: partnerPage) { visit, form in
            let access = try PartnerAccessForm.read(&form)
            let revision = Int(form.typed("revision")) ?? 0
            let partnership = try await partner(visit)
            let products = products
            try await database.write { connection in
                try partnership.change(
                    to: access, revision: revision, permit: visit.permit, products: products, actor: visit.actor,
                    at: visit.now, in: connection)
            }
            return .redirect("/organizations/\(visit.organization.id)/partners", notice: "saved")
        }
        door.form("partners/{partner}/end", page: partnerEndPage) { visit, _ in
            let partnership = try await partner(visit)
            try await database.write { connection in
                try partnership.end(permit: visit.permit, actor: visit.actor, at: visit.now, in: connection)
            }
            return .redirect("/organizations/\(visit.organization.id)/partners", notice: "partners.ended")
        }
    }

    private func partner(_ visit: OrganizationVisit<ManagePartnerships>) async throws -> Partnership {
        let partner: OrganizationID = try visit.visit.id("partner")
        let found = try await database.read {
            try Partnership.find(of: partner, with: visit.organization.id, in: $0)
        }
        guard let found else { throw Problem.notFound }
        return found
    }

    private func partnersPage(_ visit: OrganizationVisit<ManageMembers>, _ partners: [Partnership]) -> Page {
        let words = visit.words
        let may = visit.standing.has(ManagePartnerships.self)
        let rows = partners.map { partnership -> HTML in
            let name: HTML = "<span class=\"vh\"> \(partnership.partnerName)</span>"
            let link = partnership.partnerLink
            let actions: HTML =
                may
                ? """
                <span class="row"><a class="btn quiet" href="\(link)">\(icon("pencil"))\(words("form.change"))\(name)</a>\
                <a class="btn quiet" href="\(Link("\(path: link.text)/end"))">\(words("partners.end"))\(name)</a></span>
                """
                : visit.locked(words("form.change"), ManagePartnerships.self, id: "partner-\(partnership.partner)")
            return """
                <tr><th scope="row">\(partnership.partnerName)</th>
                <td data-label="\(words("partners.access"))">\(partnership.access.text(words))</td>
                <td class="date" data-label="\(words("partners.since"))">\(words.day(visit.zone.day(of: partnership.begunAt)))</td>
                <td class="act">\(actions)</td></tr>
                """
        }
        let table: HTML = """
            <table class="table"><caption>\(words.count("partners.count", partners.count))</caption>
            <thead><tr><th scope="col">\(words("partners.partner"))</th><th scope="col">\(words("partners.access"))</th>\
            <th scope="col">\(words("partners.since"))</th>\
            <th scope="col"><span class="vh">\(words("clients.actions"))</span></th></tr></thead><tbody>\(rows)</tbody></table>
            """
        return Page(
            title: words("partners.title"), current: "members",
            body: """
                \(crumbs(words, [
                    (words("members.title"), "/organizations/\(visit.organization.id)/members"),
                    (words("partners.title"), nil),
                ]))
                \(pageHead(words("partners.title"), words("partners.lead")))
                \(panel(isFlush: true, rows.isEmpty ? emptyState(icon: "people", words("partners.none")) : table))
                <p class="muted gap-above">\(words("partners.never"))</p>
                """)
    }

    private func partnerPage(_ visit: OrganizationVisit<ManagePartnerships>, _ form: Form) async throws -> Page {
        let words = visit.words
        let partnership = try await partner(visit)
        let offered = try await database.read { [products] in try products.list(visit.organization.id, $0) }
        var form = form
        if form.isEmpty {
            form.set("access", partnership.access.name)
            form.set("products", partnership.access.products.idText)
        }
        form.refresh("revision", String(partnership.revision))
        let isStale = form.problems.contains { $0.code == "changed_meanwhile" }
        let home: Link = "/organizations/\(visit.organization.id)/partners"
        return Page(
            title: partnership.partnerName, current: "members",
            body: """
                \(crumbs(words, [(words("partners.title"), home), (partnership.partnerName, nil)]))
                \(form.summary(words))
                \(pageHead(words("partners.change.title", ["partner": partnership.partnerName]), words("partners.change.lead")))
                \(panel(
                    """
                    \(when(isStale, "<p class=\"gap-below\">\(words("accounts.current", ["value": partnership.access.text(words)]))</p>"))
                    <form class="stack measure" method="post" action="\(partnership.partnerLink)">\(visit.visit.formFields)\
                    \(form.hidden("revision"))
                    \(PartnerAccessForm(products: offered).fields(form, words))
                    <p>\(words("partners.never"))</p>
                    <div class="row">\(button(words("form.save")))<a class="btn" href="\(home)">\(words("form.cancel"))</a></div>
                    </form>
                    """))
                """)
    }

    private func partnerEndPage(_ visit: OrganizationVisit<ManagePartnerships>, _ form: Form) async throws -> Page {
        let words = visit.words
        let partnership = try await partner(visit)
        let home: Link = "/organizations/\(visit.organization.id)/partners"
        return Page(
            title: words("partners.end"), current: "members",
            body: """
                \(crumbs(words, [(words("partners.title"), home), (words("partners.end"), nil)]))
                \(form.summary(words))
                \(pageHead(words("partners.end.title", ["organization": partnership.partnerName])))
                \(partnership.ending(at: "\(path: partnership.partnerLink.text)/end", back: home, form, visit.visit))
                """)
    }
}
