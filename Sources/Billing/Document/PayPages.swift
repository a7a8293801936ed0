import Access
import Kernel
import Storage
import Web

extension Billing {
    /// Paying an open invoice, by any method, also partly from prepaid (PAYM-6, 8, ORD-3).
    func openPaying(_ doors: Doors) {
        let door = doors.organization(ManageBilling.self)
        door.form("billing/documents/{document}/pay", page: payPage) { visit, form in
            try await pay(visit, &form)
        }
        door.delete("billing/documents/{document}/payment") { visit, _ in
            let document = try await document(visit)
            let pending = try await database.read {
                try $0.pendingPayment(for: PaymentPurpose.documentName, document.id.rawValue)
            }
            if let pending { try await payments.abandon(pending.id, by: visit.actor) }
            return .redirect("\(path: page(of: document).text)/pay")
        }
    }

    private func page(of document: Document) -> Link {
        "/organizations/\(document.organization)/billing/documents/\(document.id)"
    }

    private func document(_ visit: OrganizationVisit<ManageBilling>) async throws -> Document {
        let id: DocumentID = try visit.visit.id("document")
        guard let document = try await database.read({ try $0.document(id, in: visit.permit.organization) }) else {
            throw Problem.notFound
        }
        return document
    }

    private func fields(
        for document: Document, _ visit: OrganizationVisit<ManageBilling>
    ) async throws -> PaymentChooser {
        let today = visit.organization.zone.day(of: visit.now)
        let situation = try await database.read { connection in
            try payments.situation(
                .bill, of: document.organization, country: document.recipient.country, total: document.open,
                today: today,
                takesTransfers: false, in: connection)
        }
        return PaymentChooser(situation, isSandbox: settings.isSandbox)
    }

    private func pay(_ visit: OrganizationVisit<ManageBilling>, _ form: inout Form) async throws -> Answer {
        let document = try await document(visit)
        let back = page(of: document)
        guard document.canBePaid else { return .redirect(back) }
        let choice = try await fields(for: document, visit).read(form, payments: payments)
        let clientKey = form.typed("client_key")
        guard (16...PaymentRequest.clientKeyLengthMax).contains(clientKey.utf8.count) else {
            throw Problem(.invalid, code: "stale_form", word: "form.stale")
        }
        guard form.typed("expected_total") == document.open.plain else {
            throw Problem.field("method", "billing.pay.changed", code: "price_changed")
        }
        func request(_ method: PaymentMethod, _ part: Money?) -> PaymentRequest {
            PaymentRequest(
                organization: document.organization, person: visit.permit.person, purpose: PaymentPurpose.documentName,
                purposeID: document.id.rawValue, amount: document.open, fromPrepaid: part, method: method,
                clientKey: clientKey)
        }
        switch choice {
        case .prepaid:
            try await payments.payFromPrepaid(request(.prepaid, nil), by: visit.actor)
        case .processed(let instrument, let keeps, let part):
            let asked = request(instrument.method, part)
            let payment = try await database.write { try Payments.begin(asked, in: $0, at: visit.now) }
            let settled = try await payments.charge(
                payment.id, with: instrument, keeps: keeps, returnPath: "\(back.text)/pay", by: visit.actor)
            if let failure = settled.failure {
                form.set("client_key", surroundings.secret())
                throw Problem.field("method", PaymentFailure.word(for: failure), code: failure)
            }
            if settled.state == .pending { return .redirect("\(path: back.text)/pay") }
        case .transfer, .onAccount: throw Problem.noWayChosen
        }
        return .redirect(back, notice: "billing.pay.done")
    }

    private func payPage(_ visit: OrganizationVisit<ManageBilling>, _ form: Form) async throws -> Page {
        let words = visit.words
        let first = try await document(visit)
        let asked = try await database.read {
            try $0.pendingPayment(for: PaymentPurpose.documentName, first.id.rawValue)
        }
        // Back from the bank: what was left open is asked about now.
        if let asked { try await payments.refresh(asked.id, by: visit.actor) }
        let document = try await document(visit)
        let (pending, transfer) = try await database.read { connection in
            (
                try connection.pendingPayment(for: PaymentPurpose.documentName, document.id.rawValue),
                try connection.transferReference(of: document.id)
            )
        }
        let home = page(of: document)
        let title = words("billing.pay.title", ["number": document.number])
        let body: HTML
        if let pending {
            body = waiting(pending, home, visit)
        } else if document.canBePaid {
            var form = form
            form.set("expected_total", document.open.plain)
            form.fill("client_key", surroundings.secret())
            let chooser = panel(
                """
                <form class="stack measure" method="post" action="\(Link("\(path: home.text)/pay"))">\(visit.visit.formFields)\
                \(form.hidden("client_key"))\(form.hidden("expected_total"))
                \(try await fields(for: document, visit).show(form, words))
                <button class="btn primary large">\(words("billing.pay.button", ["amount": words.money(document.open)]))</button>
                </form>
                """)
            body = "<div class=\"stack\">\(chooser)\(byTransfer(document, transfer, visit))</div>"
        } else {
            body = banner(
                .ok, icon: "check", "<strong>\(words("billing.payment.nothing_open"))</strong>",
                action: linkButton(document.number, home))
        }
        return Page(
            title: title, current: "documents",
            waiting: pending != nil && pending?.actionPath == nil ? (seconds: 2, state: "pending") : nil,
            body: """
                \(crumbs(words, [
                    (words("billing.documents"), "/organizations/\(document.organization)/billing/documents"),
                    (document.number, home), (words("billing.pay"), nil),
                ]))
                \(form.summary(words))
                \(pageHead(title, words("billing.pay.open", ["amount": words.money(document.open)])))
                \(body)
                """)
    }

    /// Without a choice to make: the reference is there, and whatever arrives under it pays.
    private func byTransfer(
        _ document: Document, _ reference: TransferReference?, _ visit: OrganizationVisit<ManageBilling>
    ) -> HTML {
        guard let reference else { return .empty }
        return TransferInstructions(reference.asking(document.open), to: document.issuer, visit.words)
            .card(for: visit.standing)
    }

    /// The way on to the bank, or back to another way of paying.
    private func waiting(_ pending: Payment, _ home: Link, _ visit: OrganizationVisit<ManageBilling>) -> HTML {
        let words = visit.words
        let go: HTML =
            pending.actionLink.map { linkButton(words("billing.pay.continue"), $0, isPrimary: true) } ?? .empty
        return banner(
            .warn, icon: "clock",
            "<strong>\(words("billing.pay.waiting", ["amount": words.money(pending.amount)]))</strong>",
            action: """
                <div class="row">\(go)<form method="post" action="\(Link("\(path: home.text)/payment"))">\(visit.visit.formFields)\
                <input type="hidden" name="_method" value="DELETE">\
                <button class="btn">\(words("billing.pay.otherwise"))</button></form></div>
                """)
    }
}
