import Accounts
import Kernel
import Storage
import Web

extension Support {
    /// Keeping somebody out in an emergency, and letting them in again (BLK-7 to BLK-10).
    func openBlocks(_ doors: Doors) {
        doors.staff.confirmed.form("people/{person}/block", page: blockPage) { visit, form in
            let id: PersonID = try visit.visit.id("person")
            guard id != visit.person.id else {
                throw Problem(.invalid, code: "yourself", word: "support.block.yourself")
            }
            let reason = Caller.reason("reason", &form)
            let sent = form
            let (read, caller) = try await database.read { connection in
                var read = sent
                let caller = try Caller.read(&read, about: id, in: connection)
                return (read, caller)
            }
            form = read
            guard let reason, let caller else { throw form.rejection }
            try await database.write { connection in
                guard let person = try CustomerPerson.find(id, at: visit.now, in: connection) else {
                    throw Problem.notFound
                }
                // The second click.
                if person.blockedAt != nil { return }
                try connection.announce(
                    Event(
                        "BlockRequested", by: visit.actor, subject: "person", id.rawValue,
                        payload: caller.payload.merging(["reason": reason]) { $1 }), at: visit.now)
                try Accounts.block(id, reason: reason, by: visit.actor, at: visit.now, in: connection)
            }
            return .redirect("/staff/people/\(id)", notice: "support.blocked")
        }
        doors.staff.confirmed.form("people/{person}/unblock", page: unblockPage) { visit, form in
            let id: PersonID = try visit.visit.id("person")
            guard let reason = Caller.reason("reason", &form) else { throw form.rejection }
            try await database.write { connection in
                guard try CustomerPerson.find(id, at: visit.now, in: connection) != nil else { throw Problem.notFound }
                try Accounts.unblock(id, reason: reason, by: visit.actor, at: visit.now, in: connection)
            }
            return .redirect("/staff/people/\(id)", notice: "support.unblocked")
        }
    }

    private func blockPage(_ visit: SignedInVisit, _ form: Form) async throws -> Page {
        let words = visit.words
        let person = try await customer(visit)
        let only = person.places.filter(\.isOnlyRepresentative).count
        var effects = [
            Destructive.Effect(words.count("support.block.effect.sessions", person.sessions)),
            Destructive.Effect(words.count("support.block.effect.organizations", person.places.count)),
        ]
        if only > 0 { effects.append(.init(words.count("support.block.effect.only_representative", only))) }
        effects += ["console", "services", "letters"].map { .init(words("support.block.effect.\($0)")) }
        let proofs = ["code", "none"].map { proof in
            (
                value: proof, title: words("support.block.proof.\(proof)"),
                detail: Optional(words("support.block.proof.\(proof).hint"))
            )
        }
        let fields: HTML = """
            \(form.choices("proof", legend: words("support.block.proof"), options: proofs, words))
            \(form.field(
                Field(
                    "support_code", label: words("support.block.code"), hint: words("support.block.code.hint"),
                    autocomplete: "off", inputMode: "numeric", max: 20, isConditional: true, isShort: true), words))
            \(form.field(
                Field(
                    "exception", label: words("support.block.exception"), autocomplete: "off",
                    max: Caller.reasonLengthMax, isConditional: true), words))
            \(reasonField(form, words))
            """
        let question = Destructive(
            title: words("support.block.button", ["name": person.name]), action: "/staff/people/\(person.id)/block",
            effects: effects, back: "/staff/people/\(person.id)")
        return Page(
            title: words("support.block"), current: "staff",
            body: """
                \(crumbs(words, [(words("support.desk"), "/staff"), (person.name, "/staff/people/\(person.id)"), (words("support.block"), nil)]))
                \(form.summary(words))
                \(pageHead(words("support.block.title", ["name": person.name]), words("support.block.lead")))
                \(banner(
                    .info, icon: "info",
                    "<strong>\(words("support.block.instead"))</strong> \(words("support.block.instead.explained", ["address": visit.visit.house.settings.address(of: "/security")]))"))
                \(question.show(form, visit.visit, fields: fields))
                """)
    }

    private func unblockPage(_ visit: SignedInVisit, _ form: Form) async throws -> Page {
        let words = visit.words
        let person = try await customer(visit)
        return Page(
            title: words("support.unblock"), current: "staff",
            body: """
                \(crumbs(words, [(words("support.desk"), "/staff"), (person.name, "/staff/people/\(person.id)"), (words("support.unblock"), nil)]))
                \(form.summary(words))
                \(pageHead(words("support.unblock.title", ["name": person.name]), words("support.unblock.lead")))
                \(panel(
                    """
                    <form class="stack measure" method="post" action="\(Link("/staff/people/\(person.id)/unblock"))">\(visit.visit.formFields)
                    \(reasonField(form, words))
                    <div class="row">\(button(words("support.unblock"), icon: "key"))\
                    <a class="btn" href="\(Link("/staff/people/\(person.id)"))">\(words("form.cancel"))</a></div>
                    </form>
                    """))
                """)
    }

    private func reasonField(_ form: Form, _ words: Words) -> HTML {
        form.field(
            Field(
                "reason", label: words("support.block.reason"), hint: words("support.block.reason.hint"),
                autocomplete: "off", max: Caller.reasonLengthMax), words)
    }
}
