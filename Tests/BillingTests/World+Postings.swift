import Billing
import Kernel
import Storage
import Testing

/// What the rows of the table of postings happen with.
extension World {
    func lastTransaction() async throws -> Int64 {
        try await database.read { try $0.row("SELECT MAX(id) AS last FROM ledger_transaction")?["last"] ?? 0 }
    }

    /// `card_payment: 1025 22519, 1100 -22519`
    func transactions(after last: Int64) async throws -> [String] {
        try await database.read { connection in
            let rows = try connection.rows(
                """
                SELECT t.id, t.kind, p.account, p.currency, p.amount FROM ledger_transaction t
                JOIN posting p ON p.transaction_id = t.id WHERE t.id > \(last) ORDER BY t.id, p.id
                """)
            var found: [(id: Int64, text: String)] = []
            for row in rows {
                let id: Int64 = try row["id"]
                let currency: String = try row["currency"]
                let amount: Int64 = try row["amount"]
                let posting =
                    "\(try row["account"] as Int64)\(currency == "CHF" ? "" : " \(currency)") \(amount)"
                if found.last?.id == id {
                    found[found.count - 1].text += ", \(posting)"
                } else {
                    found.append((id, "\(try row["kind"] as String): \(posting)"))
                }
            }
            return found.map(\.text)
        }
    }

    @discardableResult
    func unpaid() async throws -> Document {
        let order = try await order(20_832)
        let now = clock.now
        return try await database.write { try Shop.invoice(order, in: $0, at: now) }
    }

    func paid() async throws -> Payment { try await pay(try await order(20_832), chf(22_519), key: "a", card: "4242") }

    func firstInvoice() async throws -> Document {
        try #require(try await documents(DocumentFilter(kinds: [.invoice])).last)
    }

    func firstEntry() async throws -> BankEntryID {
        try #require(try await database.read { try $0.row("SELECT MIN(id) AS id FROM bank_entry")?["id"] })
    }

    /// 100.00 from prepaid, the rest by this card.
    func mixed(_ card: String) async throws {
        let order = try await order(20_832)
        let request = PaymentRequest(
            organization: World.organization, person: World.person, purpose: "order", purposeID: order.rawValue,
            amount: chf(22_519), fromPrepaid: chf(10_000), method: .card, clientKey: "mixed")
        let token = try await token(card)
        let now = clock.now
        let begun = try await database.write { try Payments.begin(request, in: $0, at: now) }
        _ = try await payments.charge(begun.id, with: token, returnPath: "/back", by: World.actor)
    }

    /// An open invoice that is to be paid by transfer.
    @discardableResult
    func askedInvoice() async throws -> Document {
        let invoice = try await unpaid()
        let account = try #require(payments.receivingAccount(for: .chf))
        let now = clock.now
        _ = try await database.write { connection in
            try connection.transferReference(
                for: PaymentPurpose.documentName, invoice.id.rawValue, of: World.organization, document: invoice.id,
                amount: invoice.total, to: account, at: now)
        }
        return invoice
    }

    /// - Parameter reference: nil for the first that was asked for.
    func arrive(
        _ amount: String, currency: String = "CHF", reference: String? = nil, message: String = "",
        isCredit: Bool = true
    ) async throws {
        let asked: String? = try await database.read {
            try $0.row("SELECT reference FROM transfer_reference ORDER BY id LIMIT 1")?["reference"]
        }
        let count: Int = try await database.read {
            try $0.row("SELECT COUNT(*) AS count FROM bank_entry")?["count"] ?? 0
        }
        let entry = BankFileOfTest.Entry(
            amount: amount, currency: currency, reference: try #require(reference ?? asked), message: message,
            bankReference: "A\(count)", isCredit: isCredit)
        _ = try await imported(BankFileOfTest(entries: [entry]).file)
    }

    /// Imports a file, and sees that what was told before came of it.
    func imported(_ file: BankFile) async throws -> BankImport {
        let told = try await payments.checkBankFile(file)
        let done = try await payments.importBankFile(file, by: .system)
        #expect(told.refusal == done.refusal)
        if done.isRefused { return done }
        #expect(told.counts.read == done.counts.read && told.counts.known == done.counts.known)
        if told.counts.other == 0 {
            #expect(told.counts.posted == done.counts.posted && told.counts.unidentified == done.counts.unidentified)
        }
        return done
    }

    func credit(_ invoice: Document, to destination: NewCreditNote.Destination) async throws -> IssuedCredit {
        let now = clock.now
        return try await database.write { connection in
            try connection.issueCreditNote(
                of: invoice.id, in: World.organization,
                NewCreditNote(key: "credit", scope: .rest, reason: "Cancelled", destination: destination),
                from: World.issuer, by: World.actor, at: now)
        }
    }

    /// Back along the first payment; the processor needs an hour.
    func creditAndRefund() async throws {
        let credit = try await credit(try await firstInvoice(), to: .payment(PaymentID(rawValue: 1)))
        _ = try await payments.settleRefund(try #require(credit.refund), by: World.actor)
        clock.advance(.hours(2))
        _ = try await payments.settleRefundsDue(clock.now)
    }

    /// Opens the dispute of the first payment, or decides it.
    func giveBackFee(_ total: Int64) async throws {
        let (disputes, now) = (payments.disputes, clock.now)
        try await database.write { connection in
            try disputes.giveBackFee(chf(total), of: "dp_1", in: connection, by: .system, at: now)
        }
    }

    func dispute(_ state: Dispute.State?) async throws {
        let (disputes, now) = (payments.disputes, clock.now)
        _ = try await database.write { connection in
            switch state {
            case .won: try disputes.won("dp_1", in: connection, by: .system, at: now)
            case .lost: try disputes.lost("dp_1", in: connection, by: .system, at: now)
            case .open, nil:
                try disputes.open(
                    PaymentID(rawValue: 1), fee: chf(1500), reference: "dp_1", in: connection, by: .system, at: now)
            }
        }
    }
}
