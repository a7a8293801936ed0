import Access
import Billing
import Kernel
import Organizations
import Storage
import Web

extension Products {
    /// Ending products before their day: asked for here, from their page, from the list for many at once or from the checklist of a
    /// deletion, and confirmed by the link of an e-mail (PROD-8, ORG-12).
    func openCancellations(_ doors: Doors) {
        let managing = doors.organization(ManageProducts.self)
        managing.confirmed.form("products/cancellation", page: requestPage) { visit, form in
            let selection = try await database.read { [form] in try ProductSelection(form, visit, $0) }
            let back = Link(own: form.typed("back")) ?? "/organizations/\(visit.organization.id)/products"
            destruction(visit, ending(selection, visit), effects: [], back: back).check(&form)
            try form.check()
            let ids = Set<ProductID>(ids: form.typed("products")).sorted()
            let nonce = surroundings.secret()
            let result: Page
            do {
                let outcome = try await database.write { connection in
                    try Cancellation.request(
                        ids, nonce: nonce, by: visit.permit, actor: visit.actor, at: visit.now, in: connection)
                }
                if ids.count == 1 { return .redirect(back, notice: "products.cancellation.requested") }
                result = resultPage(visit, outcome, selection, back: back)
            } catch is StorageError where ids.count > 1 {
                result = failurePage(visit, selection, back: back)
            }
            return .page(result)
        }
        managing.form("products/cancellation/{cancellation}", page: confirmationPage) { visit, _ in
            let cancellation = try await cancellation(visit)
            try await database.write { connection in
                try Cancellation.confirm(
                    cancellation.id, by: visit.permit, actor: visit.actor, at: visit.now, in: connection)
            }
            // Whoever was given the products does not reach them any more.
            if visit.standing.products == .all { return .redirect(cancellation.page(keys)) }
            return .redirect("/organizations/\(visit.organization.id)", notice: "products.cancellation.confirmed")
        }
        managing.delete("products/{product}/cancellation") { visit, _ in
            let id: ProductID = try visit.visit.id("product")
            try await database.write { connection in
                try Cancellation.withdraw(
                    id, by: visit.permit, actor: visit.actor, at: visit.now, in: connection)
            }
            return .redirect(
                "/organizations/\(visit.organization.id)/products/\(id)", notice: "products.cancellation.withdrawn")
        }
        managing.post("products/{product}/cancellation/mail") { visit, _ in
            let id: ProductID = try visit.visit.id("product")
            try await database.write { connection in
                try Cancellation.mailAgain(
                    id, by: visit.permit, actor: visit.actor, at: visit.now, in: connection)
            }
            return .redirect(
                "/organizations/\(visit.organization.id)/products/\(id)", notice: "products.cancellation.mailed")
        }
    }

    private func cancellation(_ visit: OrganizationVisit<ManageProducts>) async throws -> Cancellation {
        let organization = visit.organization.id
        let dead = DeadLink(
            "products.cancellation.dead", ("products.products", "/organizations/\(organization)/products"))
        return try await visit.visit.linked(
            "cancellation", "cancellation", or: dead, nonce: \Cancellation.nonce
        ) { connection, id in
            try Cancellation.find(CancellationID(rawValue: id), in: organization, connection)
        }
    }

    /// Those of a selection whose end can be asked for.
    private func ending(_ selection: ProductSelection, _ visit: OrganizationVisit<ManageProducts>) -> [Product] {
        selection.products.filter { $0.cancellationRefusal(for: visit.standing.products) == nil }
    }

    private func destruction(
        _ visit: OrganizationVisit<ManageProducts>, _ products: [Product], effects: [Destructive.Effect], back: Link
    ) -> Destructive {
        Destructive(
            title: visit.words("products.cancellation.ask"),
            action: "/organizations/\(visit.organization.id)/products/cancellation", effects: effects, back: back,
            name: products.count == 1 ? products[0].name : visit.organization.name)
    }

    private func requestPage(_ visit: OrganizationVisit<ManageProducts>, _ form: Form) async throws -> Page {
        let words = visit.words
        let query = visit.visit
        let back = Link(own: form.isEmpty ? query.query("back") : form.typed("back"))
        let (selection, effects) = try await database.read { connection in
            let selection =
                form.isEmpty
                ? try ProductSelection(visit, catalogue, connection) : try ProductSelection(form, visit, connection)
            return (selection, try self.effects(of: ending(selection, visit), visit, connection))
        }
        let isForeign = selection.products.isEmpty && selection.wanted > 0 && query.query("all") != "yes"
        if isForeign, form.isEmpty { throw Problem.notFound }
        let products = ending(selection, visit)
        let home: Link = "/organizations/\(visit.organization.id)/products"
        let from: Link = back ?? (selection.products.count == 1 ? selection.products[0].link : home)
        let title =
            selection.products.count == 1
            ? words("products.cancellation.title", ["product": selection.products[0].name])
            : words("products.cancellation.many")
        let kept: HTML = """
            <input type="hidden" name="products" value="\(selection.idText)">\
            <input type="hidden" name="back" value="\(from.text)">
            """
        let table = panel(isFlush: true, table(of: selection.products, visit, explains: true))
        let body: HTML
        if products.isEmpty {
            let nothing = emptyState(
                icon: "box", words("products.cancellation.none"), action: linkButton(words("products.products"), home))
            body = "<div class=\"stack\">\(when(!selection.products.isEmpty, table))\(panel(nothing))</div>"
        } else {
            let cut = words(
                "products.selection.cut",
                ["max": String(ProductSelection.sizeMax), "total": String(selection.wanted)])
            body = """
                <div class="stack">
                \(table)
                \(when(selection.isMoreThanOneAct, banner(.info, icon: "info", "<p>\(cut)</p>")))
                \(destruction(visit, products, effects: effects, back: from).show(form, visit.visit, fields: kept))
                </div>
                """
        }
        return Page(
            title: title, current: "overview",
            body: """
                \(crumbs(words, [(words("products.products"), home), (title, nil)]))
                \(form.summary(words))
                \(pageHead(title, words("products.cancellation.lead", ["login": visit.person.login])))
                \(body)
                """)
    }

    private func resultPage(
        _ visit: OrganizationVisit<ManageProducts>, _ outcome: Cancellation.Outcome, _ selection: ProductSelection,
        back: Link
    ) -> Page {
        let words = visit.words
        var result = BatchResult(
            words: words, skipped: outcome.skipped, gone: selection.wanted - selection.products.count)
        if !outcome.asked.isEmpty {
            result.done = [words.count("products.cancellation.asked", outcome.asked.count)]
            result.next = words("notice.products.cancellation.requested")
        }
        return Page(title: words("members.selection.result"), current: "overview", body: result.show(back: back))
    }

    /// The database did not answer. What is sent again comes back as the question, for the name has to be typed again.
    private func failurePage(
        _ visit: OrganizationVisit<ManageProducts>, _ selection: ProductSelection, back: Link
    ) -> Page {
        let words = visit.words
        let path: Link = "/organizations/\(visit.organization.id)/products/cancellation"
        let result = BatchResult(
            words: words,
            failed: """
                <p>\(words.count("products.cancellation.failed", selection.products.count))</p>
                <form class="gap-above" method="post" action="\(path)">\(visit.visit.formFields)\
                <input type="hidden" name="products" value="\(selection.idText)">\
                <input type="hidden" name="back" value="\(back.text)">\
                <button class="btn">\(words("products.selection.retry"))</button></form>
                """)
        return Page(title: words("members.selection.result"), current: "overview", body: result.show(back: back))
    }

    /// Counted from what is there now.
    private func effects(
        of products: [Product], _ visit: OrganizationVisit<ManageProducts>, _ connection: Connection
    ) throws -> [Destructive.Effect] {
        let words = visit.words
        let organization = visit.organization.id
        var effects = [Destructive.Effect(words.count("products.cancellation.effect.end", products.count))]
        let holders = try Grants.holders(of: products.map(\.id), in: connection)
        if holders > 0 { effects.append(.init(words.count("products.cancellation.effect.people", holders))) }
        let today = visit.organization.zone.day(of: visit.now)
        let paid = products.count { ($0.daysLeft(on: today) ?? 0) > 0 }
        if paid > 0 { effects.append(.init(words.count("products.cancellation.effect.paid", paid))) }
        // What is owed is for those to know who may see documents.
        if visit.standing.has(ManageBilling.self) {
            let open = try connection.openDocuments(of: organization, limit: 1).total
            if open > 0 {
                effects.append(
                    .init(
                        words.count("products.cancellation.effect.owed", open),
                        link: "/organizations/\(organization)/billing/documents"))
            }
        }
        effects.append(.init(words("products.cancellation.effect.told")))
        return effects
    }

    /// - Parameter explains: whether each row says what happens to it.
    private func table(
        of products: [Product], _ visit: OrganizationVisit<ManageProducts>, explains: Bool = false
    ) -> HTML {
        let words = visit.words
        let today = visit.organization.zone.day(of: visit.now)
        let shown = products.prefix(ProductSelection.shownMax)
        let what = words("members.selection.what")
        let rows = shown.map { product in
            let problem = product.cancellationRefusal(for: visit.standing.products)
            let text =
                problem.map { words("members.selection.skipped_because", ["reason": words($0.word)]) }
                ?? words("products.cancellation.is_asked")
            return ProductList.row(
                product, catalogue, today, words, after: when(explains, "<td data-label=\"\(what)\">\(text)</td>"))
        }
        let hidden = products.count - shown.count
        return """
            <table class="table"><caption>\(words.count("products.count", products.count))</caption>
            <thead><tr>\(ProductList.columns(words, after: when(explains, "<th scope=\"col\">\(what)</th>")))</tr></thead>\
            <tbody>\(rows)</tbody></table>
            \(when(hidden > 0, "<p class=\"pager\">\(words.count("products.selection.more", hidden))</p>"))
            """
    }

    /// Where the link of the e-mail leads: the button, or what became of the request. To somebody who does not reach all of what
    /// it is about it is not there.
    private func confirmationPage(_ visit: OrganizationVisit<ManageProducts>, _ form: Form) async throws -> Page {
        let words = visit.words
        let cancellation = try await cancellation(visit)
        let (products, effects) = try await database.read { connection in
            let products = try Product.of(cancellation.id, in: connection)
            return (products, try self.effects(of: products, visit, connection))
        }
        guard products.allSatisfy({ visit.standing.products.contains($0.id) }) else { throw Problem.notFound }
        let state = cancellation.state(at: visit.now)
        let home: Link = "/organizations/\(visit.organization.id)/products"
        let act: HTML
        if state == .requested {
            act = Destructive(
                title: words("products.cancellation.confirm"), action: cancellation.page(keys), effects: effects,
                back: home
            ).show(form, visit.visit)
        } else {
            let tone: Tone = state == .confirmed ? .ok : .info
            let moment = words.moment(cancellation.decidedAt ?? cancellation.expiresAt, in: visit.zone)
            act = banner(
                tone, icon: state == .confirmed ? "check" : "info",
                "<p>\(words("products.cancellation.\(state.rawValue)", ["moment": moment]))</p>",
                action: linkButton(words("products.products"), home))
        }
        return Page(
            title: words("products.cancellation.many"), current: "overview",
            body: """
                \(crumbs(words, [(words("products.products"), home), (words("products.cancellation.many"), nil)]))
                \(form.summary(words))
                \(pageHead(words("products.cancellation.many")))
                <div class="stack">
                \(act)
                \(when(!products.isEmpty, panel(isFlush: true, table(of: products, visit))))
                </div>
                """)
    }
}
