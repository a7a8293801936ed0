import Kernel
import Storage

@testable import Billing

/// Transfers, the bank's files, and what somebody decides of the receipts that nobody could tell.
extension Simulator {
    /// A customer is told where to transfer to: for an order, for an invoice that is open, or for the prepaid account.
    func askTransfer() async throws {
        let facts = try await Facts(world)
        let now = world.clock.now
        let payments = world.payments
        let invoices = facts.documents.filter { $0.kind == .invoice && $0.open > 0 }
        let orders = facts.orders.filter { $0.value == "open" }.keys.sorted()
        if chance.one(in: 6) {
            let reference = try await world.database.write { connection in
                try payments.topUpReference(of: World.organization, .chf, in: connection, at: now)
            }
            shadow.targets[reference.reference.text] = .topUp
        } else if chance.one(in: 3), let invoice = invoices.randomElement(using: &chance) {
            let account = try account
            let reference = try await world.database.write { connection in
                try connection.transferReference(
                    for: PaymentPurpose.documentName, invoice.id.rawValue, of: World.organization,
                    document: invoice.id, amount: chf(invoice.open), to: account, at: now)
            }
            shadow.targets[reference.reference.text] = .document(invoice.id)
            shadow.numbers[invoice.number] = .document(invoice.id)
        } else if let order = orders.randomElement(using: &chance) {
            let reference = try await sending {
                let world = self.world
                return try await world.database.write { connection in
                    let net: Int64 = try connection.row("SELECT net FROM shop_order WHERE id = \(order)")?["net"] ?? 0
                    return try world.requestTransfer(for: order, net: net, in: connection)
                }
            }
            shadow.targets[reference.reference.text] = .order(order)
            let number = try await world.outside.read { connection -> String? in
                try connection.row("SELECT number FROM document WHERE id = \(reference.document)")?["number"]
            }
            if let number { shadow.numbers[number] = .order(order) }
            note("   order \(order), \(reference.reference.text)")
        }
    }

    private var account: ReceivingAccount {
        get throws {
            guard let account = world.payments.receivingAccount(for: .chf) else { throw Problem.noTransfers }
            return account
        }
    }

    /// The bank books what somebody sent: as it was asked for, or not at all so.
    func transfer() async throws {
        let facts = try await Facts(world)
        var entry = BankFileOfTest.Entry(bankReference: outside.nextReference)
        let asked = shadow.targets.sorted { $0.key < $1.key }.randomElement(using: &chance)
        let wanted = asked.map { costs($0.value, facts) } ?? 0
        var amount = wanted > 0 ? wanted : Int64.random(in: 1...50_000, using: &chance)
        switch Int.random(in: 1...12, using: &chance) {
        case 1: amount += Int64.random(in: 1...20_000, using: &chance)
        case 2: amount = max(1, amount - Int64.random(in: 1...8, using: &chance))
        case 3: amount = max(1, amount / 2)
        case 4, 5: amount = Int64.random(in: 999_800...1_500_000, using: &chance)
        default: break
        }
        entry.amount = chf(amount).plain
        entry.reference = asked?.key ?? ""
        switch Int.random(in: 1...14, using: &chance) {
        case 1: entry.reference = ""
        case 2: entry.reference = "210000000003139471430009017"
        case 3: entry.reference = String(entry.reference.dropLast()) + "x"
        case 4, 11: entry.currency = "EUR"
        case 5, 6:
            entry.reference = ""
            entry.message = shadow.numbers.keys.sorted().randomElement(using: &chance) ?? "Merci"
        case 7, 8:
            entry.reference = ""
            entry.debtorIBAN = Outside.payer
        case 9: entry.debtorIBAN = Outside.payer
        case 10: entry.status = "PDNG"
        default: break
        }
        book(entry)
        // Sent twice.
        if chance.one(in: 6) {
            entry.bankReference = outside.nextReference
            book(entry)
        }
    }

    private func costs(_ aim: TransferAim, _ facts: Facts) -> Int64 {
        switch aim {
        case .order(let order): facts.totals[order] ?? 0
        case .document(let id): facts.documents.first { $0.id == id }?.open ?? 0
        case .topUp: 0
        }
    }

    func book(_ entry: BankFileOfTest.Entry) {
        outside.bank.append(entry)
        let text = entry.reference.isEmpty ? entry.message : entry.reference
        note("   \(entry.bankReference): \(entry.currency) \(entry.isCredit ? "" : "-")\(entry.amount) \(text)")
    }

    /// The bank takes back what it booked, or sends back what somebody wanted to be sent.
    func takeBack() async throws {
        let returning = try await Facts(world).bank.returning
        if let entry = returning.randomElement(using: &chance), !chance.one(in: 4) {
            let amount = chf(entry.amount + (chance.one(in: 6) ? 1 : 0)).plain
            book(
                BankFileOfTest.Entry(
                    amount: amount, currency: entry.currency.rawValue, message: "RETURN-\(entry.id)",
                    bankReference: outside.nextReference, isCredit: false))
            return
        }
        // Often what may have been converted.
        let isForeign = chance.one(in: 3)
        let credits = outside.bank.filter {
            $0.isCredit && !$0.isReversal && (!isForeign || $0.currency == "EUR" && !$0.isExchange)
        }
        guard var entry = credits.randomElement(using: &chance) else { return }
        entry.bankReference = outside.nextReference
        (entry.isCredit, entry.isReversal, entry.status) = (false, true, "BOOK")
        book(entry)
    }

    /// Somebody imports a file: the newest, one that overlaps with those before, an old one again, or half of one.
    func importFile() async throws {
        let count = outside.bank.count
        guard count > 0 else { return }
        let isOld = chance.one(in: 4)
        let end = isOld ? Int.random(in: 1...count, using: &chance) : count
        let start = max(0, min(outside.fetched, end - 1) - Int.random(in: 0...3, using: &chance))
        var entries = Array(outside.bank[start..<end])
        if chance.one(in: 8), let entry = entries.randomElement(using: &chance) { entries.append(entry) }
        let file = BankFileOfTest(
            version: ["02", "04", "08"].randomElement(using: &chance) ?? "08",
            kind: chance.one(in: 2) ? "053" : "054", entries: entries)
        note("   camt.\(file.kind).\(file.version), \(entries.map(\.bankReference).joined(separator: " "))")
        let before = BankClerk(try await Facts(world))
        if chance.one(in: 10) {
            let half = BankFile(name: "half", .bytes(Array(file.text.utf8.dropLast(file.text.utf8.count / 3))))
            let done = try await world.payments.importBankFile(half, by: .system)
            if !done.isRefused { throw failure("half a file was taken") }
            if let difference = before.difference(from: try await Facts(world)) { throw failure(difference) }
            return
        }
        let batch = chance.one(in: 2) ? Int.random(in: 1...4, using: &chance) : Payments.bankBatchSize
        var stages = [before]
        var clerk = before
        for (index, entry) in entries.filter({ $0.status == "BOOK" }).enumerated() {
            clerk.book(entry, shadow)
            if (index + 1) % batch == 0 { stages.append(clerk) }
        }
        try await came(stages + [clerk]) {
            let done = try await self.sending {
                try await self.world.payments.importBankFile(file.file, by: .system, batch: batch)
            }
            if done.isRefused { throw self.failure("refused: \(done.refusal)") }
        }
        for index in start..<end { outside.bank[index].status = "BOOK" }
        outside.fetched = max(outside.fetched, end)
    }

    /// What somebody did came about as the clerk has it; where we died, or it was refused, some of it did, or nothing.
    func came(_ stages: [BankClerk], _ body: () async throws -> Void) async throws {
        do {
            try await body()
        } catch let error where !(error is Failure) {
            let facts = try await Facts(world)
            let differences = stages.map { $0.difference(from: facts) }
            if !differences.contains(nil), let last = differences.last { throw failure(last ?? "") }
            throw error
        }
        if let last = stages.last, let finding = last.difference(from: try await Facts(world)) {
            throw failure(finding)
        }
    }

    /// Somebody decides of a receipt on the work list; of one that cannot be decided so, it is refused.
    func decideReceipt() async throws {
        let facts = try await Facts(world)
        guard let entry = facts.bank.waiting.randomElement(using: &chance),
            let key = facts.bank.entries.first(where: { $0.value == entry })?.key
        else { return }
        let before = BankClerk(facts)
        var after = before
        let (payments, now) = (world.payments, world.clock.now)
        let number = shadow.numbers.keys.sorted().randomElement(using: &chance) ?? ""
        let state: BankEntry.State
        let decide: () async throws -> Void
        switch Int.random(in: 1...3, using: &chance) {
        case 1:
            state = .returning
            after.sendBack(key, entry)
            decide = { try await payments.sendBack(entry.id, reason: "Not ours", by: World.actor, at: now) }
        case 2:
            state = .assigned
            if let aim = shadow.numbers[number] { after.assign(key, entry, to: aim) }
            decide = {
                try await payments.assign(
                    entry.id, to: .document(number), reason: "By phone", by: World.actor, at: now)
            }
        default:
            state = .assigned
            after.assign(key, entry, to: .topUp)
            decide = {
                try await payments.assign(
                    entry.id, to: .prepaid(World.organization), reason: "By phone", by: World.actor, at: now)
            }
        }
        note("   entry \(entry.id), \(entry.currency) \(entry.amount), \(state) \(number)")
        try await came([before, after], decide)
        shadow.toldEntries[entry.id] = state
    }
}
