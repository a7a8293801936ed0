import Billing
import Kernel
import Storage

/// Invoices on account, and what goes wrong with invoices afterwards.
extension Simulator {
    static let reason = "A reason"
    static let sam = Event.Actor(person: PersonID(rawValue: 70), client: "test")
    private static let kim = Event.Actor(person: PersonID(rawValue: 71), client: "test")

    var desk: MoneyDesk { MoneyDesk(withdrawals: world.withdrawals, fourEyesAbove: 20_000) }

    private func anyInvoice(where isWanted: (DocumentFact) -> Bool = { _ in true }) async throws -> DocumentFact? {
        try await Facts(world).documents.filter { $0.kind == .invoice && isWanted($0) }.randomElement(using: &chance)
    }

    /// An invoice that is to be paid later, with lines of different rates, terms and none.
    func bill() async throws {
        let key = "bill:\(newKey())"
        let start = World.issuer.zone.day(of: world.clock.now)
        var lines: [(draft: DraftLine, line: Bills.Line)] = []
        for index in 0..<Int.random(in: 1...3, using: &chance) {
            let net = Int64.random(in: 1...30_000, using: &chance)
            let isReduced = chance.one(in: 3)
            let term: Term? = [nil, .monthly, .yearly].randomElement(using: &chance) ?? nil
            let draft = DraftLine(
                description: "Line \(index + 1)", period: term?.period(anchoredAt: start), billsTerm: false,
                unitListPrice: chf(net), vatClass: isReduced ? .reduced : .standard)
            lines.append((draft, Bills.Line(net: net, rate: isReduced ? 26 : 81)))
        }
        let draft = DocumentDraft(
            key: key, organization: World.organization, recipient: World.recipient, currency: .chf,
            lines: lines.map(\.draft), dueDays: 30)
        shadow.bills.want(key, lines.map(\.line))
        let now = world.clock.now
        let invoice = try await sending {
            try await self.world.database.write { connection in
                try connection.issueInvoice(draft, from: World.issuer, by: World.actor, at: now)
            }
        }
        shadow.bills.told.insert(key)
        note("   \(invoice.number) over \(invoice.total.plain)")
    }

    /// Part of an invoice that is open, all of it, or more: by card, or from prepaid.
    func payInvoice() async throws {
        let isOpen = !chance.one(in: 6)
        guard let invoice = try await anyInvoice(where: { !isOpen || $0.open > 0 }) else { return }
        let wanted = invoice.open > 0 ? invoice.open : invoice.total
        let amount = chance.one(in: 2) ? wanted : Int64.random(in: 1...(wanted + 100), using: &chance)
        let isPrepaid = chance.one(in: 3)
        let part = chance.one(in: 3) && amount > 1 ? chf(Int64.random(in: 1..<amount, using: &chance)) : nil
        let request = PaymentRequest(
            organization: World.organization, person: World.person, purpose: PaymentPurpose.documentName,
            purposeID: invoice.id.rawValue, amount: chf(amount), fromPrepaid: isPrepaid ? nil : part,
            method: isPrepaid ? .prepaid : .card, clientKey: newKey())
        note("   \(invoice.number), \(amount) of \(invoice.open), prepaid \(isPrepaid), part \(part?.plain ?? "none")")
        if isPrepaid {
            shadow.told(try await sending { try await world.payments.payFromPrepaid(request, by: World.actor) })
        } else {
            try await charge(request, ["4242", "4242", "3155", "0002"].randomElement(using: &chance) ?? "4242")
        }
    }

    /// Wholly or in part, now and then more than there is; to prepaid, or back along any payment.
    func credit() async throws {
        guard let invoice = try await anyInvoice() else { return }
        let key = "credit:\(newKey())"
        let (wanted, scope) = anyScope(of: invoice)
        let destination = try await anyDestination()
        let new = NewCreditNote(key: key, scope: scope, reason: Self.reason, destination: destination)
        shadow.bills.credit(key, invoice.id, wanted)
        note("   \(invoice.number), \(wanted), to \(destination)")
        let now = world.clock.now
        let issued = try await sending {
            try await self.world.database.write { connection in
                try connection.issueCreditNote(
                    of: invoice.id, in: World.organization, new, from: World.issuer, by: World.actor, at: now)
            }
        }
        shadow.bills.told.insert(key)
        if let refund = issued.refund, chance.one(in: 2) { try await send(refund) }
    }

    private func anyScope(of invoice: DocumentFact) -> (Bills.Credit, NewCreditNote.Scope) {
        let lines = shadow.bills.lines(of: invoice.id)
        if chance.one(in: 3) || lines.isEmpty { return (.rest, .rest) }
        var parts: [Int: Int64] = [:]
        for (index, line) in lines.enumerated() where chance.one(in: 2) || lines.count == 1 {
            parts[index + 1] = Int64.random(in: 1...max(1, line.left + (chance.one(in: 8) ? 1 : 0)), using: &chance)
        }
        let wanted = parts.sorted { $0.key < $1.key }
        return (.lines(parts), .lines(wanted.map { .init(position: $0.key, net: chf($0.value)) }))
    }

    private func anyDestination() async throws -> NewCreditNote.Destination {
        guard chance.one(in: 2), let payment = try await anyPayment() else { return .prepaid }
        return .payment(payment)
    }

    private func send(_ refund: RefundID) async throws {
        let sent = try await sending { try await world.payments.settleRefund(refund, by: World.actor) }
        shadow.toldRefunds[refund] = sent.state
        note("   refund \(refund) is \(sent.state)")
    }

    /// Of what a payment put on prepaid, back the way it came.
    func refund() async throws {
        guard let id = try await anyPayment(), let payment = try await Facts(world).payments[id] else { return }
        let amount = chance.one(in: 2) ? payment.amount : Int64.random(in: 1...payment.amount, using: &chance)
        let key = newKey()
        note("   payment \(id), \(amount) of \(payment.amount)")
        let now = world.clock.now
        let begun = try await sending {
            try await self.world.database.write { connection in
                try connection.refundFromPrepaid(
                    id, in: World.organization, chf(amount), key: key, reason: Self.reason, from: World.issuer,
                    by: World.actor, at: now)
            }
        }
        shadow.toldRefunds[begun.id] = begun.state
        if chance.one(in: 2) { try await send(begun.id) }
    }

    func settleRefund() async throws {
        if let refund = try await Facts(world).refunds.keys.sorted().randomElement(using: &chance) {
            try await send(refund)
        }
    }

    func writeOff() async throws {
        guard let invoice = try await anyInvoice(where: { $0.open > 0 }) else { return }
        note("   \(invoice.number), \(invoice.open)")
        let now = world.clock.now
        let written = try await sending {
            try await self.world.database.write { connection in
                try connection.writeOff(
                    invoice.id, in: World.organization, reason: Self.reason, from: World.issuer, by: World.actor,
                    at: now)
            }
        }
        if written.open.minorUnits != 0 { throw failure("\(invoice.number) is written off, and still open") }
    }

    /// The operator asks for a correction; above an amount a colleague has to agree.
    func askDesk() async throws {
        let key = "desk:\(newKey())"
        let act: DeskAct
        switch Int.random(in: 1...3, using: &chance) {
        case 1:
            guard let id = try await anyPayment() else { return }
            act = .refund(payment: id.rawValue, minorUnits: Int64.random(in: 1...20_000, using: &chance))
        case 2:
            guard let invoice = try await anyInvoice(where: { $0.open > 0 }) else { return }
            act = .writeOff(document: invoice.id.rawValue)
        default:
            guard let invoice = try await anyInvoice() else { return }
            let (wanted, scope) = anyScope(of: invoice)
            var parts: [DeskAct.Part]?
            if case .lines(let lines) = scope {
                parts = lines.map { DeskAct.Part(position: $0.position, minorUnits: $0.net.minorUnits) }
            }
            act = .credit(document: invoice.id.rawValue, payment: try await anyPayment()?.rawValue, parts: parts)
            shadow.bills.credit(key, invoice.id, wanted)
        }
        note("   \(act)")
        let (desk, now) = (desk, world.clock.now)
        let request = try await sending {
            try await self.world.database.write { connection in
                try desk.ask(
                    act, in: World.organization, reason: Self.reason, clientKey: key, by: Self.sam, in: connection,
                    at: now)
            }
        }
        if case .credit = act, request.state == .done { shadow.bills.told.insert(key) }
    }

    func decideDesk() async throws {
        let now = world.clock.now
        if chance.one(in: 4) {
            _ = try await world.database.write { try MoneyDesk.expire(in: $0, at: now) }
            return
        }
        let requests = try await world.outside.read { try $0.deskRequests(limit: 1000) }
        guard let request = requests.filter({ $0.state == .pending }).randomElement(using: &chance) else { return }
        let (desk, agrees) = (desk, !chance.one(in: 4))
        let actor = chance.one(in: 5) ? Self.sam : Self.kim
        note("   request \(request.id), agrees \(agrees)")
        try await world.database.write { connection in
            try desk.decide(request.id, agrees: agrees, by: actor, in: connection, at: now)
        }
        if actor.person == Self.sam.person { throw failure("whoever asked decided request \(request.id)") }
    }
}
