import Access
import Kernel
import Storage
import Web

/// A request as the list of the partner has it: with what came of it.
struct AskedClient: Sendable {
    let request: ClientRequest
    let state: ClientRequest.State
    /// Who let the partner in, as long as it is so.
    let client: (id: OrganizationID, name: String)?
    /// Whoever sent it does not answer for the partner any more: its link lets nobody in, until it is sent again.
    let isWithdrawn: Bool

    /// Newest first, for those who administer the partner.
    static func list(
        _ paging: Paging, at now: Instant, by permit: Permit<ManageMembers>, in connection: Connection
    ) throws -> Listing<AskedClient> {
        let list = try ClientRequest.list(paging, by: permit, in: connection)
        let clients = try Partnership.names(
            of: Set(list.items.compactMap(\.client)), at: permit.organization, connection)
        var vouching: [PersonID: Bool] = [:]
        let items = try list.items.map { request in
            let state = request.state(at: now)
            if state == .pending, vouching[request.askedBy] == nil {
                vouching[request.askedBy] = try request.isVouchedFor(connection)
            }
            return AskedClient(
                request: request, state: state,
                client: request.client.flatMap { id in clients[id].map { (id: id, name: $0) } },
                isWithdrawn: state == .pending && vouching[request.askedBy] == false)
        }
        return Listing(items: items, total: list.total, paging: paging)
    }
}

/// Whom the partner asked, a page of them.
struct AskedClients {
    let visit: OrganizationVisit<SeeOrganization>
    let list: Listing<AskedClient>

    private var words: Words { visit.words }
    private var home: Link { "/organizations/\(visit.organization.id)/clients" }

    var card: HTML { when(list.total > 0, Web.card(words("clients.requests"), isFlush: true, table)) }

    private var table: HTML {
        let rows = list.items.map { asked -> HTML in
            let request = asked.request
            let client = asked.client.map { client -> HTML in
                "<small><a href=\"\(Link("\(path: home.text)/\(client.id)"))\">\(client.name)</a></small>"
            }
            let state =
                asked.isWithdrawn
                ? tag(.warn, words("clients.state.withdrawn"))
                : tag(asked.state.tone, words("invitations.state.\(asked.state.rawValue)"))
            return """
                <tr><th scope="row">\(request.email.description)\(client)</th>
                <td data-label="\(words("clients.access"))">\(words(request.wantsAll ? "partners.access.full" : "partners.access.products"))</td>
                <td data-label="\(words("invitations.state"))">\(state)</td>
                <td class="date" data-label="\(words("invitations.sent"))">\(words.count(
                    "invitations.times", request.timesSent, ["moment": words.moment(request.sentAt, in: visit.zone)]))</td>
                <td class="act">\(actions(request, asked.state))</td></tr>
                """
        }
        return """
            <table class="table"><caption class="vh">\(words("clients.requests"))</caption>
            <thead><tr><th scope="col">\(words("invitations.address"))</th><th scope="col">\(words("clients.access"))</th>\
            <th scope="col">\(words("invitations.state"))</th><th scope="col">\(words("invitations.sent"))</th>\
            <th scope="col"><span class="vh">\(words("clients.actions"))</span></th></tr></thead>
            <tbody>\(rows)</tbody></table>
            """
    }

    private func actions(_ request: ClientRequest, _ state: ClientRequest.State) -> HTML {
        guard state == .pending || state == .expired else { return .empty }
        let id = "request-\(request.id)"
        guard visit.standing.has(ManagePartnerships.self) else {
            return visit.locked(words("invitations.resend"), ManagePartnerships.self, id: id)
        }
        let address: HTML = "<span class=\"vh\"> \(request.email.description)</span>"
        let path: Link = "\(path: home.text)/requests/\(request.id)"
        let resend: HTML =
            request.timesSent >= Invitation.timesSentMax
            ? lockedAction(words("invitations.resend"), reason: words("invitations.refused.times"), id: id)
            : """
            <form method="post" action="\(Link("\(path: path.text)/resend"))">\(visit.visit.formFields)\
            <button class="btn quiet">\(words("invitations.resend"))\(address)</button></form>
            """
        return """
            <span class="row">\(resend)\
            <a class="btn quiet" href="\(Link("\(path: path.text)/cancellation"))">\(words("clients.cancel"))\(address)</a></span>
            """
    }
}
