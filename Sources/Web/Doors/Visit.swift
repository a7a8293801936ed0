package import Access
package import Kernel
package import Storage

/// One request, read and recognised: what a handler works with.
package struct Visit: Sendable {
    package let house: House
    package let request: Incoming
    package let requestID: String
    /// The address that the request came from, without its port.
    package let source: String
    package let words: Words
    package let now: Instant
    package let person: SignedIn?
    /// The organisation that the path names, once its door has let the person in.
    package internal(set) var organization: OrganizationSummary?
    /// Names the browser before and after signing in: a random cookie.
    package let browser: String
    /// True when the browser did not have its cookie yet.
    let isNewBrowser: Bool
    /// The word of a notice that the page before left for this one.
    package let notice: String?
    /// What needs somebody in the organisations of the person, for the page that is shown (UI-9).
    var banners: [Banner] = []
    /// Whom the person may enter as their partner, for the switcher (UI-8).
    var clients: [ClientSummary] = []
    /// The organisation the person was in, where a link has taken them to another one.
    var previous: OrganizationSummary?
    /// What goes with the answer, whatever it turns out to be.
    let late = LateCookies()

    package var language: Language { words.language }
    package var zone: Zone { person?.zone ?? .zurich }
    package var database: Database { house.database }

    /// Who to write into the events of this request, and in whose name: a partner's people act in that of the partner (PART-37).
    package var actor: Event.Actor {
        Event.Actor(
            person: person?.id, onBehalfOf: organization?.through?.id, requestID: requestID, address: source,
            client: String((request.header("user-agent") ?? "").prefix(300)))
    }

    /// A number in the path: `/orders/{order}`.
    /// - Throws: 404 where it is none.
    package func id<Subject>(_ name: String) throws(Problem) -> Identifier<Subject> {
        guard let id = Identifier<Subject>(request.parameters[name] ?? "") else { throw .notFound }
        return id
    }

    package func parameter(_ name: String) -> String { request.parameters[name] ?? "" }

    package func query(_ name: String) -> String { request.query[name]?.last ?? "" }

    /// A cookie of ours by its plain name.
    package func cookie(_ name: String) -> String? { request.cookie(Gate(house: house).cookieName(name)) }

    package var paging: Paging {
        let size = query("per_page").isEmpty ? query("items_per_page") : query("per_page")
        return Paging(page: Int(query("page")) ?? 1, size: Int(size) ?? Paging.sizeDefault)
    }

    /// Binds forms to the session, or to the browser before there is one.
    package var formToken: String { house.formTokens.make(for: formOwner, random: house.surroundings.random(16)) }

    var formOwner: String { person?.session.map { "session \($0)" } ?? "browser \(browser)" }
}

/// What a door hands to a handler: a visit, and what the door has proved about it.
package protocol Visiting: Sendable {
    var visit: Visit { get }
}

extension Visit: Visiting {
    package var visit: Visit { self }
}

/// The public door: whoever comes. The other doors' contexts hold one and add what they have proved.
@dynamicMemberLookup
package struct SignedInVisit: Visiting {
    package let visit: Visit
    package let person: SignedIn

    package subscript<T>(dynamicMember path: KeyPath<Visit, T>) -> T { visit[keyPath: path] }
}

/// Inside an organisation, with the right that the route asks for.
@dynamicMemberLookup
package struct OrganizationVisit<R: Right>: Visiting {
    package let visit: Visit
    package let person: SignedIn
    package let organization: OrganizationSummary
    package let permit: Permit<R>

    package var standing: Standing { organization.standing }
    package subscript<T>(dynamicMember path: KeyPath<Visit, T>) -> T { visit[keyPath: path] }
}

/// A program with a token, speaking for a person.
@dynamicMemberLookup
package struct APIVisit: Sendable {
    package let visit: Visit
    package let person: SignedIn

    package subscript<T>(dynamicMember path: KeyPath<Visit, T>) -> T { visit[keyPath: path] }
}

/// What came over the wire, before anyone is recognised.
package struct Incoming: Sendable {
    package let method: String
    package let path: String
    package let query: [String: [String]]
    package internal(set) var parameters: [String: String]
    package internal(set) var body: [UInt8]
    let headers: [String: String]

    package init(
        method: String, path: String, query: [String: [String]] = [:], parameters: [String: String] = [:],
        headers: [String: String] = [:], body: [UInt8] = []
    ) {
        self.method = method
        self.path = path
        self.query = query
        self.parameters = parameters
        self.headers = headers
        self.body = body
    }

    /// - Parameter name: in lower case.
    package func header(_ name: String) -> String? { headers[name] }

    package func cookie(_ name: String) -> String? {
        for pair in (headers["cookie"] ?? "").split(separator: ";") {
            let parts = pair.split(separator: "=", maxSplits: 1)
            if parts.count == 2, String(parts[0]).trimmed == name { return String(parts[1]).trimmed }
        }
        return nil
    }

    /// The media type without its parameters, in lower case.
    var contentType: String {
        (headers["content-type"] ?? "").split(separator: ";").first.map { String($0).trimmed.lowercased() } ?? ""
    }
}
