package import Kernel

/// What cannot be shown, as a page: what it is, and what to do next.
enum ErrorPages {
    /// - Parameter grantors: who can grant a right that is missing, by name.
    static func page(_ problem: Problem, _ visit: Visit, grantors: [String] = []) -> Page {
        let words = visit.words
        let title = words("error.title.\(problem.status)")
        var arguments = problem.arguments
        if let right = missingRight(problem) { arguments["right"] = words.right(right) }
        let sentence = words(problem.word, arguments)
        let who = words("access.grantors", ["names": grantors.joined(separator: ", ")])
        return Page(
            title: title, layout: layout(visit),
            body: body(
                title, grantors.isEmpty ? sentence : "\(sentence) \(who)", visit, action: ask(problem, visit)))
    }

    /// Where to go on, in the place of the page that the link does not lead to any more.
    static func page(_ dead: DeadLink, _ visit: Visit) -> Page {
        let words = visit.words
        let title = words("error.title.410")
        let isInside = visit.organization != nil
        let ways = dead.ways.enumerated().map { index, way -> HTML in
            isInside
                ? linkButton(words(way.word), way.link, isPrimary: index == 0)
                : "<a class=\"btn\(index == 0 ? " primary" : "") large wide\" href=\"\(way.link)\">\(words(way.word))</a>"
        }
        return Page(
            title: title, layout: layout(visit),
            body: """
                <h1>\(title)</h1>
                <p>\(words(dead.word))</p>
                <div class="\(isInside ? "row" : "stack") gap-above">\(ways)</div>
                """)
    }

    /// By its name, where that is what is wrong.
    static func missingRight(_ problem: Problem) -> String? {
        problem.code == "access_denied" ? problem.arguments["right"] : nil
    }

    /// Who lacks a right may ask those who can grant it; what a partner may do is settled between two organisations.
    private static func ask(_ problem: Problem, _ visit: Visit) -> HTML {
        guard let right = missingRight(problem), let organization = visit.organization, organization.through == nil
        else { return .empty }
        return linkButton(visit.words("access.ask"), .askForRight(right, in: organization.id), isPrimary: true)
    }

    static func unexpected(_ visit: Visit) -> Page {
        let title = visit.words("error.title.500")
        return Page(
            title: title, layout: layout(visit),
            body: body(title, visit.words("problem.unexpected.page", ["request": visit.requestID]), visit))
    }

    private static func layout(_ visit: Visit) -> Page.Layout { visit.organization == nil ? .gate : .shell }

    private static func body(_ title: String, _ sentence: String, _ visit: Visit, action: HTML = .empty) -> HTML {
        """
        <h1>\(title)</h1>
        <p>\(sentence)</p>
        <p class="row gap-above">\(action)\(home(visit))</p>
        """
    }

    /// Whoever is in an organisation stays in it.
    private static func home(_ visit: Visit) -> HTML {
        guard let organization = visit.organization else { return linkButton(visit.words("error.home"), "/") }
        return linkButton(
            visit.words("error.overview", ["organization": organization.name]), "/organizations/\(organization.id)")
    }
}

extension Link {
    /// The page on which a member asks those who can grant a right. `Organizations` opens it.
    package static func askForRight(_ right: String, in organization: OrganizationID, product: ProductID? = nil) -> Link
    {
        Link("/organizations/\(organization)/access-requests/new").query([
            ("right", right), ("product", product?.description ?? ""),
        ])
    }
}
