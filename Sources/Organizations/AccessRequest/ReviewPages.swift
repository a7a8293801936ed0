import Access
import Kernel
import Storage
import Web

extension Organizations {
    /// Deciding on what somebody asked for. Granting guards the organisation, so it asks who is there; refusing does not.
    func openReview(_ doors: Doors) {
        let managing = doors.organization(ManageMembers.self)
        managing.get("access-requests") { visit in
            let list = try await database.read {
                try AccessRequest.open(visit.paging, by: visit.permit, in: $0)
            }
            return .page(requestList(visit, list))
        }
        managing.get("access-requests/{request}") { visit in .page(try await requestPage(visit, Form())) }
        managing.confirmed.form(
            "access-requests/{request}/grant", bodyLimit: MembershipForm.bodyLimit, page: requestPage
        ) { visit, form in
            let id: AccessRequestID = try visit.visit.id("request")
            let chosen = Set<ProductID>(ids: MembershipForm.parts(form, "products").joined(separator: ","))
            let products = products
            let isNew = try await database.write { connection in
                guard let request = try AccessRequest.find(id, by: visit.permit, in: connection) else {
                    throw Problem.notFound
                }
                return try request.grant(
                    chosen, permit: visit.permit, products: products, actor: visit.actor,
                    at: visit.now, in: connection)
            }
            return .redirect(requestLink(visit, id), notice: isNew ? "requests.granted" : "requests.decided")
        }
        managing.form("access-requests/{request}/refuse", page: requestPage) { visit, form in
            let id: AccessRequestID = try visit.visit.id("request")
            let answer = form.text("answer", max: AccessRequest.noteLengthMax, isRequired: false)
            try form.check()
            let isNew = try await database.write { connection in
                guard let request = try AccessRequest.find(id, by: visit.permit, in: connection) else {
                    throw Problem.notFound
                }
                return try request.refuse(
                    answer, permit: visit.permit, actor: visit.actor, at: visit.now, in: connection)
            }
            return .redirect(requestLink(visit, id), notice: isNew ? "requests.refused" : "requests.decided")
        }
    }

    private func requestLink(_ visit: OrganizationVisit<ManageMembers>, _ id: AccessRequestID) -> Link {
        "/organizations/\(visit.organization.id)/access-requests/\(id)"
    }

    private func requestList(_ visit: OrganizationVisit<ManageMembers>, _ list: Listing<AccessRequest>) -> Page {
        let words = visit.words
        let home: Link = "/organizations/\(visit.organization.id)/access-requests"
        let rows = list.items.map { request -> HTML in
            """
            <tr><th scope="row"><a href="\(requestLink(visit, request.id))">\(request.personName)</a></th>
            <td data-label="\(words("requests.right"))">\(request.title(words))</td>
            <td class="date" data-label="\(words("requests.asked"))">\(words.moment(request.askedAt, in: visit.zone))</td></tr>
            """
        }
        return Page(
            title: words("requests.title"), current: "members",
            body: """
                \(crumbs(words, [
                    (words("members.title"), "/organizations/\(visit.organization.id)/members"), (words("requests.title"), nil),
                ]))
                \(pageHead(words("requests.title"), words("requests.lead")))
                \(panel(
                    isFlush: true,
                    list.items.isEmpty
                        ? emptyState(icon: "key", words("requests.none"))
                        : """
                        <table class="table"><caption>\(words.count("requests.count", list.total))</caption>
                        <thead><tr><th scope="col">\(words("members.name"))</th><th scope="col">\(words("requests.right"))</th>\
                        <th scope="col">\(words("requests.asked"))</th></tr></thead><tbody>\(rows)</tbody></table>
                        """))
                \(pager(list, words) { home.query([("page", $0 > 1 ? String($0) : "")]) })
                """)
    }

    private func requestPage(_ visit: OrganizationVisit<ManageMembers>, _ form: Form) async throws -> Page {
        let id: AccessRequestID = try visit.visit.id("request")
        let products = products
        let review = try await database.read { connection -> RequestReview in
            guard let request = try AccessRequest.find(id, by: visit.permit, in: connection),
                let type = Rights.named(request.right)
            else { throw Problem.notFound }
            let member = try Member.find(request.person, by: visit.permit, in: connection)
            let remedy = try member.map { Remedy.of(type, product: request.product, for: try $0.standing(connection)) }
            let directory = remedy == .product(nil) ? try products.list(request.organization, connection) : []
            return RequestReview(
                request: request, right: type, product: try productName(request, connection), member: member,
                remedy: remedy, choices: MembershipChoices(products: directory, teams: []),
                decider: try request.decidedBy.flatMap { try Member.find($0, by: visit.permit, in: connection)?.name })
        }
        return review.page(visit, form)
    }
}
