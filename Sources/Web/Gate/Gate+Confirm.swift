import Kernel

/// What guards an account or an organisation asks again who is there (security.md, "Sudo"). The question comes instead of
/// the answer, with everything that was typed in hidden fields, so that the act goes on as soon as it is answered.
extension Gate {
    /// - Returns: the question; nil where the proof is fresh, or was just given.
    func confirm(_ visit: Visit, _ form: Form, status: Int = 422) async throws -> Answer? {
        guard let person = visit.person else { throw Problem.signInFirst }
        if let confirmedAt = person.confirmedAt, visit.now < confirmedAt.adding(Recognition.confirmedFor) { return nil }
        var question = Form()
        if form.isSent("confirm_password") {
            do {
                let renewed = try await house.recognition.confirm(
                    visit, form.typed("confirm_password"), form.typed("confirm_code"))
                visit.late.add(renewed)
                return nil
            } catch {
                guard let problems = Gate.problems(error), Gate.formStatus(problems) != nil else { throw error }
                for problem in problems { question.add(problem) }
            }
        }
        return .page(page(visit, person, asking: question, about: form), status: status)
    }

    private func page(_ visit: Visit, _ person: SignedIn, asking question: Form, about form: Form) -> Page {
        let words = visit.words
        let kept = form.names.filter { !["csrf", "confirm_password", "confirm_code"].contains($0) }.flatMap { name in
            form.list(name).map { "<input type=\"hidden\" name=\"\(name)\" value=\"\($0)\">" as HTML }
        }
        let code = Field(
            "confirm_code", label: words("confirm.code"), hint: words("confirm.code.hint"),
            autocomplete: "one-time-code", max: 40, isShort: true)
        return Page(
            title: words("confirm.title"), layout: visit.organization == nil ? .gate : .shell,
            body: """
                \(question.summary(words))
                <h1>\(words("confirm.title"))</h1>
                <p>\(words("confirm.lead"))</p>
                <form class="stack measure gap-above" method="post" action="\(Link(own: visit.request.pathAndQuery) ?? "/")">\
                \(visit.formFields)\(kept)
                <input type="hidden" name="username" value="\(person.login)" autocomplete="username">
                \(question.field(
                    Field(
                        "confirm_password", label: words("confirm.password"), type: "password",
                        autocomplete: "current-password", max: 1024), words))
                \(when(person.hasSecondFactor, question.field(code, words)))
                \(button(words("confirm.button")))
                </form>
                """)
    }
}
