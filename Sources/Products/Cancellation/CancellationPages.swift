import Access
import Billing
import Kernel
import Organizations
import Storage
import Web

extension Products {
    /// Ending products before their day: asked for here, from their page or from the checklist of a deletion, and confirmed by
    /// the link of an e-mail (PROD-8, ORG-12).
    func openCancellations(_ doors: Doors) {
        let ordering = doors.organization(OrderProducts.self)
        ordering.confirmed.form("products/cancellation", page: requestPage) { visit, form in
            let ids = Set<ProductID>(ids: form.typed("products")).sorted()
            let back = Link(own: form.typed("back")) ?? "/organizations/\(visit.organization.id)/products"
            let products = try await database.read {
                try Product.cancellable(ids, in: visit.organization.id, $0)
            }
            destruction(visit, products, effects: [], back: back).check(&form)
            try form.check()
            let nonce = surroundings.secret()
            _ = try await database.write { connection in
                try Cancellation.request(
                    ids, nonce: nonce, by: visit.permit, actor: visit.actor, at: visit.now, in: connection)
            }
            return .redirect(back, notice: "products.cancellation.requested")
        }
        ordering.form("products/cancellation/{cancellation}", page: confirmationPage) { visit, _ in
            let cancellation = try await cancellation(visit)
            try await database.write { connection in
                try Cancellation.confirm(
                    cancellation.id, by: visit.permit, actor: visit.actor, at: visit.now, in: connection)
            }
            return .redirect(cancellation.page(keys))
        }
        ordering.delete("products/{product}/cancellation") { visit, _ in
            let id: ProductID = try visit.visit.id("product")
            guard try await database.read({ try Product.stored(id, in: visit.organization.id, $0) }) != nil else {
                throw Problem.notFound
            }
            try await database.write { connection in
                try Cancellation.withdraw(
                    id, by: visit.permit, actor: visit.actor, at: visit.now, in: connection)
            }
            return .redirect(
                "/organizations/\(visit.organization.id)/products/\(id)", notice: "products.cancellation.withdrawn")
        }
    }

    /// Looking uses nothing up: mail scanners follow links too.
    private func cancellation(_ visit: OrganizationVisit<OrderProducts>) async throws -> Cancellation {
        let token = visit.visit.parameter("cancellation")
        guard let id = LinkToken.id(in: token).map(CancellationID.init(rawValue:)),
            let cancellation = try await database.read({ connection in
                try Cancellation.find(id, in: visit.organization.id, connection)
            }), LinkToken.isValid(token, "cancellation", id.rawValue, nonce: cancellation.nonce, keys: keys)
        else {
            try visit.visit.limit(.credentials)
            throw Problem.notFound
        }
        return cancellation
    }

    private func destruction(
        _ visit: OrganizationVisit<OrderProducts>, _ products: [Product], effects: [Destructive.Effect], back: Link
    ) -> Destructive {
        Destructive(
            title: visit.words("products.cancellation.ask"),
            action: "/organizations/\(visit.organization.id)/products/cancellation", effects: effects, back: back,
            name: products.count == 1 ? products[0].name : visit.organization.name)
    }

    private func requestPage(_ visit: OrganizationVisit<OrderProducts>, _ form: Form) async throws -> Page {
        let words = visit.words
        let organization = visit.organization.id
        let query = visit.visit
        let ids: [ProductID]? =
            if !form.isEmpty {
                Set<ProductID>(ids: form.typed("products")).sorted()
            } else if query.query("all") == "yes" {
                nil
            } else {
                Set<ProductID>(ids: (query.request.query["product"] ?? []).joined(separator: ",")).sorted()
            }
        let back = Link(own: form.isEmpty ? query.query("back") : form.typed("back"))
        let (products, effects) = try await database.read { connection in
            let products = try Product.cancellable(ids, in: organization, connection)
            return (products, try self.effects(of: products, visit, connection))
        }
        if products.isEmpty, form.isEmpty, ids?.isEmpty == false { throw Problem.notFound }
        let home: Link = "/organizations/\(organization)/products"
        let from: Link = back ?? (products.count == 1 ? "\(path: home.text)/\(products[0].id)" : home)
        let title =
            products.count == 1
            ? words("products.cancellation.title", ["product": products[0].name]) : words("products.cancellation.many")
        let kept: HTML = """
            <input type="hidden" name="products" value="\(Set(products.map(\.id)).idText)">\
            <input type="hidden" name="back" value="\(from.text)">
            """
        return Page(
            title: title, current: "overview",
            body: """
                \(crumbs(words, [(words("products.products"), home), (title, nil)]))
                \(form.summary(words))
                \(pageHead(title, words("products.cancellation.lead", ["login": visit.person.login])))
                \(products.isEmpty
                    ? panel(emptyState(
                        icon: "box", words("products.cancellation.none"),
                        action: linkButton(words("products.products"), home)))
                    : """
                    <div class="stack">
                    \(panel(isFlush: true, table(of: products, visit)))
                    \(destruction(visit, products, effects: effects, back: from).show(form, visit.visit, fields: kept))
                    </div>
                    """)
                """)
    }

    /// Counted from what is there now.
    private func effects(
        of products: [Product], _ visit: OrganizationVisit<OrderProducts>, _ connection: Connection
    ) throws -> [Destructive.Effect] {
        let words = visit.words
        let organization = visit.organization.id
        var effects = [Destructive.Effect(words.count("products.cancellation.effect.end", products.count))]
        let holders = try Grants.holders(of: products.map(\.id), in: connection)
        if holders > 0 { effects.append(.init(words.count("products.cancellation.effect.people", holders))) }
        let today = visit.organization.zone.day(of: visit.now)
        let paid = products.count { ($0.daysLeft(on: today) ?? 0) > 0 }
        if paid > 0 { effects.append(.init(words.count("products.cancellation.effect.paid", paid))) }
        let open = try connection.openDocuments(of: organization, limit: 1).total
        if open > 0 {
            effects.append(
                .init(
                    words.count("products.cancellation.effect.owed", open),
                    link: "/organizations/\(organization)/billing/documents"))
        }
        effects.append(.init(words("products.cancellation.effect.told")))
        return effects
    }

    private func table(of products: [Product], _ visit: OrganizationVisit<OrderProducts>) -> HTML {
        let words = visit.words
        let today = visit.organization.zone.day(of: visit.now)
        let rows = products.map { ProductList.row($0, catalogue, today, words) }
        return """
            <table class="table"><caption>\(words.count("products.count", products.count))</caption>
            <thead><tr><th scope="col">\(words("products.column.name"))</th><th scope="col">\(words("products.state"))</th>\
            <th scope="col">\(words("products.column.ends"))</th>\
            <th scope="col" class="num">\(words("products.column.price"))</th></tr></thead><tbody>\(rows)</tbody></table>
            """
    }

    /// Where the link of the e-mail leads: the button, or what became of the request.
    private func confirmationPage(_ visit: OrganizationVisit<OrderProducts>, _ form: Form) async throws -> Page {
        let words = visit.words
        let cancellation = try await cancellation(visit)
        let (products, effects) = try await database.read { connection in
            let products = try Product.of(cancellation.id, in: connection)
            return (products, try self.effects(of: products, visit, connection))
        }
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

    /// On the page of a product: that its end is asked for and how to keep it, or where to ask for it.
    func cancellationNotice(_ product: Product, _ visit: OrganizationVisit<SeeProducts>) -> HTML {
        guard product.isCancelling else { return .empty }
        let words = visit.words
        let link: Link = "/organizations/\(product.organization)/products/\(product.id)/cancellation"
        let keep: HTML =
            visit.standing.has(OrderProducts.self)
            ? """
            <form method="post" action="\(link)">\(visit.visit.formFields)<input type="hidden" name="_method" value="DELETE">\
            <button class="btn">\(words("products.cancellation.keep"))</button></form>
            """ : visit.locked(words("products.cancellation.keep"), OrderProducts.self, id: "keep")
        return banner(.warn, icon: "warning", "<p>\(words("products.cancellation.waits"))</p>", action: keep)
    }

    func cancellationButton(_ product: Product, _ visit: OrganizationVisit<SeeProducts>) -> HTML {
        guard product.isCancellable else { return .empty }
        let title = visit.words("products.cancellation.start")
        let link = Link("/organizations/\(product.organization)/products/cancellation")
            .query([("product", product.id.description)])
        return visit.standing.has(OrderProducts.self)
            ? linkButton(title, link, icon: "trash")
            : visit.locked(title, OrderProducts.self, id: "cancel-product")
    }
}
