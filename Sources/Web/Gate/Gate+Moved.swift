import Kernel
import Storage

extension Gate {
    /// Notes in the session that the person is in another organisation than before, at the first page there and not again.
    /// Whoever a link has brought from one to the other, past its overview, is told (interface.md, "Shell").
    func moved(_ visit: Visit) async throws -> Visit {
        guard let organization = visit.organization, let person = visit.person, let session = person.session,
            person.currentOrganization != organization.id, visit.request.method == "GET", visit.request.isForPage
        else { return visit }
        let moved = house.recognition.moved
        try await house.database.write { try moved($0, session, organization.id) }
        let home = "/organizations/\(organization.id)"
        // Somebody with a tab in each goes on in one of them, and needs no telling.
        if visit.request.path == home || visit.request.cameFrom(home) { return visit }
        var visit = visit
        visit.previous = person.organizations.first { $0.id == person.currentOrganization }
        return visit
    }
}

extension Incoming {
    /// Whether the answer is shown as a page: not a picture in one, nor a part that a script asked for.
    var isForPage: Bool {
        header("x-fragment") == nil && header("sec-fetch-dest").map { $0 == "document" } ?? true
    }

    /// Whether the page before stood at a path or below it. Our pages say so to each other (Referrer-Policy).
    func cameFrom(_ home: String) -> Bool {
        guard let referrer = header("referer"), let scheme = referrer.firstRange(of: "://") else { return false }
        let path = referrer[scheme.upperBound...].drop { $0 != "/" }
        return path == home || path.hasPrefix("\(home)/") || path.hasPrefix("\(home)?")
    }
}
