import Kernel

/// What cannot be shown, as a page: what it is, and what to do next.
enum ErrorPages {
    static func page(_ problem: Problem, _ visit: Visit) -> Page {
        let words = visit.words
        let title = words("error.title.\(problem.status)")
        return Page(
            title: title, layout: layout(visit), body: body(title, words(problem.word, problem.arguments), visit))
    }

    static func unexpected(_ visit: Visit) -> Page {
        let title = visit.words("error.title.500")
        return Page(
            title: title, layout: layout(visit),
            body: body(title, visit.words("problem.unexpected.page", ["request": visit.requestID]), visit))
    }

    private static func layout(_ visit: Visit) -> Page.Layout { visit.organization == nil ? .gate : .shell }

    private static func body(_ title: String, _ sentence: String, _ visit: Visit) -> HTML {
        """
        <h1>\(title)</h1>
        <p>\(sentence)</p>
        <p class="gap-above"><a class="btn" href="/">\(visit.words("error.home"))</a></p>
        """
    }
}
