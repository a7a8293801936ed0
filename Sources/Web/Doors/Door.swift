import Kernel

/// One way in. Its context is the proof of what it has checked: inside, nobody checks again.
package struct Door<Context: Visiting> {
    let doors: Doors
    let kind: Route.Door
    let right: String?
    let prefix: String
    var isConfirmed = false
    let admit: @Sendable (Visit) throws -> Context

    /// The same door for acts that guard an account or an organisation: whoever has not proved lately that it is them is asked
    /// for the password before the act, which then goes on with what was typed (security.md, "Sudo").
    package var confirmed: Door {
        var door = self
        door.isConfirmed = true
        return door
    }

    /// A page or a file.
    package func get(_ path: String, _ handle: @escaping @Sendable (Context) async throws -> Answer) {
        add("GET", path, accepts: .nothing) { [admit] gate, arrival in
            let visit = try await gate.recognise(arrival)
            return try await gate.explaining(visit, admit: admit, handle)
        }
    }

    /// A file that carries data out of the house: whoever has not proved lately that it is them is asked for the password
    /// first, and then gets it (security.md, "Sudo").
    package func download(_ path: String, _ handle: @escaping @Sendable (Context) async throws -> Answer) {
        add("GET", path, accepts: .nothing) { [admit] gate, arrival in
            let visit = try await gate.recognise(arrival)
            return try await gate.explaining(visit, admit: admit) { context in
                if let question = try await gate.confirm(context.visit, Form(), status: 200) { return question }
                return try await handle(context)
            }
        }
        // Where the question is sent.
        confirmed.post(path) { context, _ in .redirect(Link(own: context.visit.request.pathAndQuery) ?? "/") }
    }

    /// An act that is a button, not a form to come back to. Answers a redirect.
    package func post(_ path: String, _ handle: @escaping @Sendable (Context, Form) async throws -> Answer) {
        add("POST", path, accepts: .form) { [admit, isConfirmed] gate, arrival in
            try await gate.act(arrival, isConfirmed: isConfirmed, admit: admit, handle)
        }
    }

    /// A button that a mail program may press as well, without a page of ours and without cookies (RFC 8058): the path holds
    /// the proof. `isOneClick` tells which it was; a mail program wants no redirect.
    package func oneClick(
        _ path: String, _ handle: @escaping @Sendable (_ context: Context, _ isOneClick: Bool) async throws -> Answer
    ) {
        add("POST", path, accepts: .form) { [admit] gate, arrival in
            try await gate.oneClick(arrival, admit: admit, handle)
        }
    }

    /// Ends what the path names. Browsers post it with `_method=DELETE`.
    package func delete(_ path: String, _ handle: @escaping @Sendable (Context, Form) async throws -> Answer) {
        add("DELETE", path, accepts: .form) { [admit, isConfirmed] gate, arrival in
            try await gate.act(arrival, isConfirmed: isConfirmed, admit: admit, handle)
        }
    }

    /// The same where the page with the button comes back with what is wrong, as it is by now: it may have been open for long.
    package func delete(
        _ path: String, page: @escaping @Sendable (Context, Form) async throws -> Page,
        submit: @escaping @Sendable (Context, Form) async throws -> Answer
    ) {
        add("DELETE", path, accepts: .form) { [admit, isConfirmed] gate, arrival in
            try await gate.submit(arrival, isConfirmed: isConfirmed, admit: admit, page: page) {
                try await submit($0, $1)
            }
        }
    }

    /// A page with a form, and what happens when it is sent. When `submit` throws a `Problem` or `Problems`, the page comes
    /// back with what was typed, the problems beside their fields, and the status of the problem.
    package func form(
        _ path: String, bodyLimit: Int = Gate.bodyLimitDefault,
        page: @escaping @Sendable (Context, Form) async throws -> Page,
        submit: @escaping @Sendable (Context, inout Form) async throws -> Answer
    ) {
        add("GET", path, accepts: .nothing) { [admit] gate, arrival in
            let visit = try await gate.recognise(arrival)
            return try await gate.explaining(visit, admit: admit) { .page(try await page($0, Form())) }
        }
        add("POST", path, accepts: .form, bodyLimit: bodyLimit) { [admit, isConfirmed] gate, arrival in
            try await gate.submit(arrival, isConfirmed: isConfirmed, admit: admit, page: page, submit: submit)
        }
    }

    /// JSON in, JSON out, for the sandbox's own endpoints.
    package func postJSON(_ path: String, _ handle: @escaping @Sendable (Context, [UInt8]) async throws -> Answer) {
        add("POST", path, accepts: .json) { [admit] gate, arrival in
            let visit = try await gate.recognise(arrival)
            return try await handle(admit(visit), arrival.request.body)
        }
    }

    private func add(
        _ method: String, _ path: String, accepts: Route.Accepts, bodyLimit: Int = Gate.bodyLimitDefault,
        _ handle: @escaping @Sendable (Gate, Arrival) async throws -> Answer
    ) {
        let path = path.hasPrefix("/") ? path : path.isEmpty ? String(prefix.dropLast()) : prefix + path
        precondition(path.hasPrefix(prefix) || path == String(prefix.dropLast()), "\(path) is not below \(prefix).")
        doors.add(
            Route(
                method: method, path: path, door: kind, right: right, isConfirmed: isConfirmed && method != "GET",
                bodyLimit: bodyLimit, accepts: accepts, handle: handle))
    }
}
