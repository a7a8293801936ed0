package import Kernel
package import Storage

/// The rules of the operator's money desk.
package struct MoneyDesk: Sendable {
    let withdrawals: Withdrawals
    /// Above this, in whichever currency, another operator has to agree.
    package let fourEyesAbove: Int64

    private var issuer: LegalEntity { withdrawals.issuer }

    package init(withdrawals: Withdrawals, fourEyesAbove: Int64) {
        self.withdrawals = withdrawals
        self.fourEyesAbove = fourEyesAbove
    }

    /// Does it at once, or writes down that a colleague is needed.
    /// - Parameter target: the account, for an act that goes by the bank.
    /// - Returns: the first request where the key was used before.
    package func ask(
        _ act: DeskAct, to target: PayoutTarget? = nil, in organization: OrganizationID, reason: String,
        clientKey: String, by actor: Event.Actor, in connection: Connection, at now: Instant
    ) throws -> DeskRequest {
        guard let person = actor.person else { throw Problem.notFound }
        guard act.isByBank == (target?.method == .bank) else {
            throw Problem.field("iban", "billing.withdrawal.iban_wrong")
        }
        _ = try connection.lockBooks(of: organization)
        let known = try connection.row(
            "SELECT \(DeskRequest.columns) FROM desk_request WHERE client_key = \(clientKey)"
        ).map(DeskRequest.init)
        if let known {
            guard known.act == act, known.organization == organization,
                try self.target(of: known, in: connection) == target
            else { throw Problem.idempotencyConflict }
            return known
        }
        let amount = try amount(of: act, in: organization, connection)
        guard amount.isPositive else { throw Problem.nothingToCredit }
        let needsOther = amount.minorUnits > fourEyesAbove
        let inserted = try connection.row(
            """
            INSERT INTO desk_request (organization_id, act, currency, amount, reason, client_key, state, asked_by,
                asked_at, decided_at, expires_at, target)
            VALUES (\(organization), \(JSONText.encode(act)), \(amount.currency), \(amount.minorUnits), \(reason),
                \(clientKey), \(needsOther ? DeskRequest.State.pending : .done), \(person), \(now),
                \(needsOther ? nil : now), \(now.adding(DeskRequest.lifetime)),
                \(try target?.seal(withdrawals.keys, context: DeskRequest.context(clientKey))))
            RETURNING \(DeskRequest.columns)
            """
        ).map(DeskRequest.init)
        guard let request = inserted else { preconditionFailure("An INSERT that returns its row returns a row.") }
        if needsOther {
            try connection.announce(request.event("DeskRequested", by: actor), at: now)
        } else {
            try perform(request, by: actor, in: connection, at: now)
        }
        return request
    }

    /// Another operator agrees, and it is done, or refuses.
    /// - Throws: a `Problem`: 404, 409 `desk_own_request` for whoever asked, 409 `desk_request_decided` where it was decided
    ///   or has expired.
    @discardableResult
    package func decide(
        _ id: DeskRequestID, agrees: Bool, by actor: Event.Actor, in connection: Connection, at now: Instant
    ) throws -> DeskRequest {
        guard let person = actor.person, let asked = try connection.deskRequest(id) else { throw Problem.notFound }
        _ = try connection.lockBooks(of: asked.organization)
        if asked.askedBy == person {
            throw Problem(.conflict, code: "desk_own_request", word: "billing.desk.own_request")
        }
        let state: DeskRequest.State = agrees ? .done : .refused
        let decided = try connection.row(
            """
            UPDATE desk_request SET state = \(state), decided_by = \(person), decided_at = \(now)
            WHERE id = \(id) AND state = \(DeskRequest.State.pending) AND expires_at > \(now)
            RETURNING \(DeskRequest.columns)
            """
        ).map(DeskRequest.init)
        guard let request = decided else {
            throw Problem(.conflict, code: "desk_request_decided", word: "billing.desk.decided")
        }
        if agrees {
            try perform(request, by: actor, in: connection, at: now)
        } else {
            try connection.announce(request.event("DeskRefused", by: actor), at: now)
        }
        return request
    }

    /// Closes what nobody decided in time.
    package static func expire(in connection: Connection, at now: Instant) throws -> Int {
        let expired = try connection.rows(
            """
            UPDATE desk_request SET state = \(DeskRequest.State.expired), decided_at = \(now)
            WHERE state = \(DeskRequest.State.pending) AND expires_at <= \(now) RETURNING \(DeskRequest.columns)
            """
        ).map(DeskRequest.init)
        for request in expired { try connection.announce(request.event("DeskExpired", by: .system), at: now) }
        return expired.count
    }

    package static func nextDue(_ connection: Connection) throws -> Instant? {
        try connection.row(
            "SELECT MIN(expires_at) AS next FROM desk_request WHERE state = \(DeskRequest.State.pending)")?["next"]
    }

    private func amount(
        of act: DeskAct, in organization: OrganizationID, _ connection: Connection
    ) throws -> Money {
        switch act {
        case .credit(let id, _, _, let parts):
            let invoice = try connection.invoice(id, in: organization)
            return try ComputedCredit(
                of: invoice, try connection.creditableLines(of: invoice), .init(parts, invoice.currency)
            ).document.total
        case .writeOff(let id):
            let invoice = try connection.invoice(id, in: organization)
            guard invoice.open.isPositive else {
                throw Problem(.conflict, code: "nothing_open", word: "billing.write_off.nothing_open")
            }
            return invoice.open
        case .refund(let id, let minorUnits, _):
            guard let payment = try connection.payment(PaymentID(rawValue: id), in: organization) else {
                throw Problem.notFound
            }
            let most = try connection.refundableFromPrepaid(payment, by: act.way)
            let least = act.isByBank ? Withdrawal.amountMinMinorUnits : 1
            guard minorUnits >= least, (1...max(1, most.minorUnits)).contains(minorUnits), most.isPositive else {
                throw Problem.field(
                    "amount", "billing.refund.too_much", code: "validation_rule_max",
                    ["currency": most.currency.rawValue, "max": most.plain])
            }
            return Money(minorUnits: minorUnits, payment.amount.currency)
        }
    }

    private func perform(
        _ request: DeskRequest, by actor: Event.Actor, in connection: Connection, at now: Instant
    ) throws {
        let key = "desk:\(request.id)"
        switch request.act {
        case .credit(let document, let payment, let byBank, let parts):
            let destination: NewCreditNote.Destination =
                payment.map(PaymentID.init(rawValue:)).map { byBank == true ? .bank($0) : .payment($0) } ?? .prepaid
            let issued = try connection.issueCreditNote(
                of: DocumentID(rawValue: document), in: request.organization,
                NewCreditNote(
                    key: key, scope: .init(parts, request.amount.currency), reason: request.reason,
                    destination: destination), from: issuer, by: actor, at: now)
            if let refund = try issued.refund.flatMap({ try connection.refund($0) }) {
                try send(refund, of: request, by: actor, in: connection, at: now)
            }
        case .writeOff(let document):
            try connection.writeOff(
                DocumentID(rawValue: document), in: request.organization, reason: request.reason, from: issuer,
                by: actor,
                at: now)
        case .refund(let payment, let minorUnits, _):
            let refund = try connection.refundFromPrepaid(
                PaymentID(rawValue: payment), in: request.organization,
                Money(minorUnits: minorUnits, request.amount.currency), via: request.act.way, key: key,
                reason: request.reason, from: issuer, by: actor, at: now)
            try send(refund, of: request, by: actor, in: connection, at: now)
        }
        try connection.announce(request.event("DeskDone", by: actor), at: now)
    }

    /// What goes by the bank waits for its next file.
    private func send(
        _ refund: Refund, of request: DeskRequest, by actor: Event.Actor, in connection: Connection, at now: Instant
    ) throws {
        guard refund.way == .bank, let person = actor.person,
            let target = try target(of: request, in: connection)
        else { return }
        try withdrawals.send(refund, to: target, by: person, in: connection, at: now)
    }

    /// - Returns: nil where it goes nowhere, or back the way it came.
    func target(of request: DeskRequest, in connection: Connection) throws -> PayoutTarget? {
        guard let row = try connection.row("SELECT target, client_key FROM desk_request WHERE id = \(request.id)"),
            let sealed: [UInt8] = try row["target"]
        else { return nil }
        return try PayoutTarget.open(
            sealed, withdrawals.keys, context: DeskRequest.context(try row["client_key"]))
    }
}

extension DeskRequest {
    /// What a sealed account is bound to.
    fileprivate static func context(_ clientKey: String) -> String { "desk request \(clientKey)" }

    /// `DeskRequested`, `DeskDone`, `DeskRefused`, `DeskExpired`: with who asked, beside who did it.
    fileprivate func event(_ name: String, by actor: Event.Actor) -> Event {
        Event(
            name, by: actor, organization: organization, subject: "desk_request", id.rawValue,
            payload: [
                "act": act.name, "amount": amount.plain, "currency": amount.currency.rawValue, "reason": reason,
                "asked_by": askedBy.description,
            ])
    }
}

extension Connection {
    package func deskRequest(_ id: DeskRequestID) throws -> DeskRequest? {
        try row("SELECT \(DeskRequest.columns) FROM desk_request WHERE id = \(id)").map(DeskRequest.init)
    }

    /// What waits for a colleague first, then the latest.
    package func deskRequests(limit: Int, offset: Int = 0) throws -> [DeskRequest] {
        try rows(
            """
            SELECT \(DeskRequest.columns) FROM desk_request
            ORDER BY CASE state WHEN 'pending' THEN 0 ELSE 1 END, id DESC LIMIT \(limit) OFFSET \(offset)
            """
        ).map(DeskRequest.init)
    }

    package func deskRequestCount() throws -> Int {
        try row("SELECT COUNT(*) AS count FROM desk_request")?["count"] ?? 0
    }

    fileprivate func invoice(_ id: Int64, in organization: OrganizationID) throws -> Document {
        guard let invoice = try document(DocumentID(rawValue: id), in: organization), invoice.kind == .invoice else {
            throw Problem.notFound
        }
        return invoice
    }
}
