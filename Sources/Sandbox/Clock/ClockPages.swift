import Kernel
import Web

extension Sandbox {
    func openClock(_ doors: Doors, _ work: SandboxWork) {
        doors.sandbox.form("clock/form", page: clockPage) { visit, form in
            let day = form.text("to", max: 10, isRequired: false)
            if day.isEmpty {
                let duration = form.value(
                    "advance", otherwise: "sandbox.clock.duration_unreadable", Duration.init(iso8601:))
                guard let duration else { throw form.rejection }
                _ = try await clock.advance(by: duration, in: database, work)
            } else {
                guard let day = Day(day) else { throw Problem.field("to", "sandbox.clock.day_unreadable") }
                _ = try await clock.advance(to: visit.zone.start(of: day), in: database, work)
            }
            return .redirect("/sandbox", notice: "sandbox.clock_moved")
        }
    }

    private func clockPage(_ visit: Visit, _ form: Form) async throws -> Page {
        let words = visit.words
        return Page(
            title: words("sandbox.clock.title"), isBroad: true,
            body: """
                \(crumbs(words, [(words("sandbox.title"), "/sandbox"), (words("sandbox.clock.title"), nil)]))
                \(form.summary(words))
                \(pageHead(words("sandbox.clock.title")))
                \(part(words("sandbox.clock.move"), visit, clockForm(visit, form)))
                """)
    }

    /// What time it is, and the form that moves it.
    func clockForm(_ visit: Visit, _ form: Form) -> HTML {
        let words = visit.words
        var form = form
        form.fill("advance", "P1D")
        return """
            <p>\(words("sandbox.clock.now")) <strong>\(time(clock.now, visit))</strong></p>
            <p class="muted">\(words("sandbox.clock.lead"))</p>
            <form class="stack gap-above" method="post" action="/sandbox/clock/form">\(visit.formFields)
            \(form.select(
                "advance", label: words("sandbox.clock.advance"),
                options: Sandbox.clockSteps.map { ($0.duration, words("sandbox.clock.step.\($0.name)")) }, words))
            \(form.field(
                Field(
                    "to", label: words("sandbox.clock.to"), type: "date", hint: words("sandbox.clock.to.hint"),
                    isRequired: false), words))
            \(button(words("sandbox.clock.move"), icon: "clock"))
            </form>
            """
    }

    private static let clockSteps: [(duration: String, name: String)] = [
        ("PT10M", "minutes"), ("PT1H", "hour"), ("P1D", "day"), ("P7D", "week"), ("P30D", "month"), ("P365D", "year"),
    ]
}
