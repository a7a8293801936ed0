import Kernel

extension Gate {
    /// See `Door.oneClick`. Whole hosts of mail programs stand behind a few addresses, so that only the limit of all requests
    /// counts for them.
    func oneClick<Context: Visiting>(
        _ arrival: Arrival, admit: (Visit) throws -> Context, _ handle: (Context, Bool) async throws -> Answer
    ) async throws -> Answer {
        let visit = try await recognise(arrival)
        return try await explaining(visit, admit: admit) { context in
            let form = try read(arrival.request)
            let isOneClick = form.typed("List-Unsubscribe") == "One-Click"
            guard isOneClick || isMeant(form, visit) else {
                throw Problem(.forbidden, code: "stale_form", word: "problem.stale_button")
            }
            if !isOneClick { try limit(visit, RateLimit.posts) }
            return try await handle(context, isOneClick)
        }
    }
}
