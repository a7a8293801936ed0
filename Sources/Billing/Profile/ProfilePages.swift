import Access
import Kernel
import Organizations
import Storage
import Web

extension Billing {
    /// What the organisation pays with (PAY-3): saved ways, the default among them, adding and removing.
    func openProfiles(_ doors: Doors) {
        let door = doors.organization(ManageBilling.self)
        door.get("billing/methods") { visit in
            let organization = visit.permit.organization
            let waiting = try await database.read { try $0.paymentProfiles(of: organization) }
                .filter { $0.state == .pending }
            for profile in waiting { try await payments.refreshProfile(profile, by: visit.actor) }
            let (profiles, standard) = try await database.read { connection in
                (try connection.paymentProfiles(of: organization), try connection.defaultMethod(of: organization))
            }
            return .page(methodsPage(visit, profiles, standard))
        }
        door.form("billing/methods/add", page: addMethodPage) { visit, form in
            try await addMethod(visit, &form)
        }
        door.post("billing/methods/default") { visit, form in
            let typed = form.typed("method")
            let organization = visit.permit.organization
            try await database.write { connection in
                _ = try connection.lockBooks(of: organization)
                if typed == PaymentMethod.prepaid.rawValue {
                    try connection.setDefault(.prepaid, of: organization, at: visit.now)
                    return
                }
                guard let id = Int64(typed).map(PaymentProfileID.init(rawValue:)),
                    let profile = try connection.paymentProfile(id, in: organization), profile.state == .active
                else { throw Problem.notFound }
                try connection.setDefault(.profile(profile.id), of: organization, at: visit.now)
            }
            return .redirect(home(visit), notice: "billing.profile.default_changed")
        }
        door.delete("billing/methods/{profile}") { visit, _ in
            let id: PaymentProfileID = try visit.visit.id("profile")
            try await database.write { connection in
                try connection.removeProfile(id, uses: profileUses, by: visit.permit, actor: visit.actor, at: visit.now)
            }
            return .redirect(home(visit), notice: "billing.profile.removed")
        }
    }

    private func home(_ visit: OrganizationVisit<ManageBilling>) -> Link {
        "/organizations/\(visit.organization.id)/billing/methods"
    }

    /// What can be saved, by the rules of a bill: everything the processor takes in this country and currency.
    private func savable(_ visit: OrganizationVisit<ManageBilling>) async throws -> [PaymentMethod] {
        let today = visit.organization.zone.day(of: visit.now)
        let situation = try await database.read { connection in
            try payments.situation(
                .bill, of: visit.permit.organization,
                country: try Billing.recipient(connection, visit.permit.organization).country, total: nil, today: today,
                in: connection)
        }
        return situation.options.compactMap { option in
            guard case .method(let method) = option.way, method.isProcessed, option.refusal == nil else { return nil }
            return method
        }
    }

    private func addMethod(
        _ visit: OrganizationVisit<ManageBilling>, _ form: inout Form
    ) async throws -> Answer {
        let methods = try await savable(visit)
        guard let method = methods.first(where: { $0.rawValue == form.typed("method") }) else {
            throw Problem.noWayChosen
        }
        let clientKey = form.typed("client_key")
        guard (16...PaymentProfile.clientKeyLengthMax).contains(clientKey.utf8.count) else {
            throw Problem(.invalid, code: "stale_form", word: "form.stale")
        }
        let instrument: Instrument
        if method == .card {
            let card = try Card(
                number: form.typed("card_number"), expiry: form.typed("card_expiry"), cvc: form.typed("card_cvc"),
                on: visit.organization.zone.day(of: visit.now))
            instrument = .card(try await payments.tokenize(card))
        } else {
            instrument = .wallet(method)
        }
        let profile = try await payments.saveMethod(
            instrument, of: visit.permit.organization, by: visit.permit.person, clientKey: clientKey,
            returnPath: home(visit).text, actor: visit.actor)
        if let failure = profile.failure {
            form.set("client_key", surroundings.secret())
            throw Problem.field(
                method == .card ? "card_number" : "method", PaymentFailure.word(for: failure), code: failure)
        }
        return .redirect(home(visit), notice: profile.state == .active ? "billing.profile.saved" : nil)
    }

    private func methodsPage(
        _ visit: OrganizationVisit<ManageBilling>, _ profiles: [PaymentProfile], _ standard: DefaultMethod?
    ) -> Page {
        let words = visit.words
        let home = home(visit)
        let rows = profiles.map { row(visit, $0, isDefault: standard == .profile($0.id)) }
        return Page(
            title: words("billing.profiles"), current: "methods",
            body: """
                \(pageHead(
                    words("billing.profiles"), words("billing.profiles.lead"),
                    action: linkButton(
                        words("billing.profile.add"), "\(path: home.text)/add", icon: "plus", isPrimary: true)))
                \(panel(
                    isFlush: true,
                    """
                    <table class="table"><caption class="vh">\(words("billing.profiles"))</caption>
                    <thead><tr><th scope="col">\(words("billing.profile.what"))</th>\
                    <th scope="col">\(words("billing.state"))</th><td></td></tr></thead>
                    <tbody>\(rows)\(prepaidRow(visit, isDefault: standard == .prepaid))</tbody></table>
                    """))
                """)
    }

    private func row(_ visit: OrganizationVisit<ManageBilling>, _ profile: PaymentProfile, isDefault: Bool) -> HTML {
        let words = visit.words
        let today = visit.organization.zone.day(of: visit.now)
        let state: HTML =
            profile.state == .pending
            ? tag(.warn, words("billing.profile.waiting"))
            : profile.isExpired(on: today)
                ? tag(.danger, words("billing.method.refused.expired"))
                : isDefault ? tag(.ok, words("billing.profile.default")) : .empty
        let go: HTML =
            profile.actionPath.flatMap { Link(own: $0) ?? Link(web: $0) }.map {
                linkButton(words("billing.profile.continue"), $0, isPrimary: true)
            } ?? .empty
        return """
            <tr><th scope="row">\(profile.state == .pending ? words(profile.method.word) : profile.title(words))</th>
            <td data-label="\(words("billing.state"))">\(state)</td>
            <td><div class="row">\(go)\(when(profile.state == .active && !isDefault, makeDefault(visit, profile.id.description)))\
            <form method="post" action="\(Link("\(path: home(visit).text)/\(profile.id)"))">\(visit.visit.formFields)\
            <input type="hidden" name="_method" value="DELETE"><button class="btn">\(words("billing.profile.remove"))</button></form>\
            </div></td></tr>
            """
    }

    /// Prepaid is there without being saved, and can be the default (PRE-11).
    private func prepaidRow(_ visit: OrganizationVisit<ManageBilling>, isDefault: Bool) -> HTML {
        let words = visit.words
        return """
            <tr><th scope="row">\(words("billing.method.prepaid"))</th>
            <td data-label="\(words("billing.state"))">\(isDefault ? tag(.ok, words("billing.profile.default")) : .empty)</td>
            <td><div class="row">\(when(!isDefault, makeDefault(visit, PaymentMethod.prepaid.rawValue)))</div></td></tr>
            """
    }

    private func makeDefault(_ visit: OrganizationVisit<ManageBilling>, _ value: String) -> HTML {
        """
        <form method="post" action="\(Link("\(path: home(visit).text)/default"))">\(visit.visit.formFields)\
        <input type="hidden" name="method" value="\(value)">\
        <button class="btn">\(visit.words("billing.profile.make_default"))</button></form>
        """
    }

    private func addMethodPage(_ visit: OrganizationVisit<ManageBilling>, _ form: Form) async throws -> Page {
        let words = visit.words
        var form = form
        form.fill("client_key", surroundings.secret())
        let methods = try await savable(visit)
        form.fill("method", methods.first?.rawValue ?? "")
        let options = methods.map { method in
            (
                value: method.rawValue, title: words(method.word),
                detail: method == .card
                    ? Optional(words("billing.method.card.hint")) : words("billing.method.wallet.hint")
            )
        }
        return Page(
            title: words("billing.profile.add"), current: "methods",
            body: """
                \(crumbs(words, [(words("billing.profiles"), home(visit)), (words("billing.profile.add"), nil)]))
                \(form.summary(words))
                \(pageHead(words("billing.profile.add"), words("billing.profile.add.lead")))
                \(panel(
                    """
                    <form class="stack measure" method="post" action="\(Link("\(path: home(visit).text)/add"))">\(visit.visit.formFields)\
                    \(form.hidden("client_key"))
                    \(form.choices("method", legend: words("billing.method"), options: options, words))
                    \(CardFields.show(form, isConditional: true, isSandbox: settings.isSandbox, words))
                    <div class="row">\(button(words("billing.profile.save")))<a class="btn" href="\(home(visit))">\(words("form.cancel"))</a></div>
                    </form>
                    """))
                """)
    }
}
