import Kernel

/// The tour as pages, each with a picture of the console, and as the box that the script points at the real thing with.
enum TourPages {
    static let fragment = "tour"

    static func open(_ doors: Doors) {
        doors.signedIn.get("/tour") { visit in
            if visit.request.header("x-fragment") == fragment {
                return .page(Page(title: "", layout: .fragment, body: box(visit.words)))
            }
            let number = min(max(Int(visit.visit.query("step")) ?? 1, 1), Tour.steps.count)
            return .page(page(visit.words, number))
        }
    }

    private static func page(_ words: Words, _ number: Int) -> Page {
        let step = Tour.steps[number - 1]
        let place = ["step": String(number), "steps": String(Tour.steps.count)]
        return Page(
            title: words("tour.\(step.id)"), current: "tour",
            body: """
                \(pageHead(words("tour.title"), words("tour.subject.\(step.subject)")))
                <section class="card tour-page"><div class="body stack">
                \(TourPicture(pointing: step.part).html)
                <div><p class="muted">\(words("tour.step", place))</p><h2>\(words("tour.\(step.id)"))</h2>
                <p>\(words("tour.\(step.id).text"))</p></div>
                <p class="row">\
                \(when(number > 1, linkButton(words("tour.back"), link(number - 1))))\
                \(when(number < Tour.steps.count, linkButton(words("tour.next"), link(number + 1), isPrimary: true)))\
                \(linkButton(words("tour.done"), "/", isPrimary: number == Tour.steps.count))</p>
                </div></section>
                """)
    }

    private static func link(_ number: Int) -> Link { Link("/tour").query([("step", String(number))]) }

    /// Every step, of which the script shows one at a time, leaving out those whose thing is not on the page.
    private static func box(_ words: Words) -> HTML {
        let steps = Tour.steps.map { step -> HTML in
            """
            <div data-target="\(step.target)" hidden><h2 tabindex="-1">\(words("tour.\(step.id)"))</h2>
            <p>\(words("tour.\(step.id).text"))</p></div>
            """
        }
        return """
            <section class="tour" id="tour" popover role="dialog" aria-label="\(words("tour.title"))">
            <p class="muted" data-place></p>
            \(steps)
            <p class="row"><button class="btn" type="button" data-go="-1">\(words("tour.back"))</button>\
            <button class="btn primary" type="button" data-go="1">\(words("tour.next"))</button>\
            <button class="btn quiet" type="button" data-go="0">\(words("tour.done"))</button></p>
            </section>
            """
    }
}
