import Billing
import Kernel
import Sandbox
import Storage
import TestSupport
import Testing

@Suite("Verification of the books")
struct VerificationTests {
    /// Two paid invoices, a partly paid one, a top-up, a payment from prepaid, a duplicate, a declined card.
    private static func fill(_ world: World) async throws {
        let order = try await world.order(20_832)
        let waiting = try await world.pay(order, chf(22_519), key: "a", card: "3155")
        let approved = try await world.cards.approve(try #require(try await world.cards.charges(limit: 1).first).id)
        #expect(approved.state == .succeeded)
        _ = try await world.payments.refresh(waiting.id, by: World.actor)
        try await world.topUp(30_000, key: "b")
        let other = try await world.order(20_000)
        _ = try await world.payments.payFromPrepaid(
            Shop.request(other, chf(21_620), key: "c", method: .prepaid), by: World.actor)
        _ = try await world.pay(order, chf(22_519), key: "d", card: "4242")
        _ = try await world.pay(try await world.order(20_000), chf(10_000), key: "e", card: "4242")
        _ = try await world.pay(try await world.order(20_000), chf(21_620), key: "f", card: "0002")
        // A credit note with a refund under way, and a dispute that is open.
        let refunded = try await world.pay(try await world.order(10_000), chf(10_810), key: "g", card: "4242")
        let disputed = try await world.pay(try await world.order(10_000), chf(10_810), key: "h", card: "4242")
        let now = world.clock.now
        let disputes = world.payments.disputes
        try await world.database.write { connection in
            guard
                let document = try connection.documents(of: World.organization, limit: 10).last(where: {
                    try connection.payments(of: $0).contains { $0.id == refunded.id }
                })
            else { return }
            try connection.issueCreditNote(
                of: document.id, in: World.organization,
                NewCreditNote(key: "credit", scope: .rest, reason: "Wrong", destination: .payment(refunded.id)),
                from: World.issuer, by: World.actor, at: now)
            try disputes.open(disputed.id, fee: chf(0), reference: "dp_1", in: connection, by: .system, at: now)
        }
        _ = try await world.withdraw(1000, key: "g")
        // A transfer that nobody can tell whose it is.
        _ = try await world.payments.importBankFile(BankFileOfTest(entries: [.init(amount: "7.00")]).file, by: .system)
    }

    @Test("Books that are right have nothing to say", arguments: DatabaseKind.allCases)
    func clean(_ kind: DatabaseKind) async throws {
        try await World.with(kind) { world in
            #expect(try await world.violations().isEmpty)
            try await VerificationTests.fill(world)
            #expect(try await world.violations().isEmpty)
        }
    }

    struct Break: Sendable, CustomTestStringConvertible {
        let script: String
        let invariants: Set<Invariant>
        /// In one of the findings.
        let names: String

        init(_ script: String, _ invariants: Invariant..., names: String) {
            self.script = script
            self.invariants = Set(invariants)
            self.names = names
        }

        var testDescription: String { script }
    }

    static let breaks: [Break] = [
        Break(
            "UPDATE withdrawal SET state = 'paid', settled_at = 0",
            .withdrawalsInTransit, .transitIsRefunds,
            names: "withdrawal 1: it is paid, of CHF 10.00 are in transit CHF 10.00"),
        Break(
            "UPDATE posting SET amount = amount + 1 WHERE id = 1",
            .transactionBalances, .balanceIsSumOfPostings, names: "transaction 1: it is off by CHF 0.01"),
        Break(
            "DELETE FROM posting WHERE transaction_id = 3",
            .transactionBalances, .balanceIsSumOfPostings, .clearingIsPayments, names: "has no postings"),
        Break(
            "UPDATE ledger_balance SET amount = amount + 5 WHERE account = 2300",
            .accountsBalance, .balanceIsSumOfPostings, names: "account 2300, organization 1"),
        Break(
            "DELETE FROM ledger_balance WHERE account = 1025",
            .accountsBalance, .balanceIsSumOfPostings, .clearingIsPayments, names: "account 1025"),
        Break(
            """
            INSERT INTO processor_payout (processor, reference, currency, gross, fee, transaction_id, paid_at)
            VALUES ('sandbox', 'po_lost', 'CHF', 100, 1, 1, 0)
            """, .clearingIsPayments, names: "account 1025: payments of"),
        Break(
            "UPDATE prepaid_account SET balance = -1", .prepaidInBounds, .prepaidIsLedger, .prepaidIsMovements,
            names: "organization 1: it holds CHF -0.01"),
        Break(
            "UPDATE prepaid_account SET balance = balance + 1", .prepaidIsLedger, .prepaidIsMovements,
            names: "organization 1"),
        Break(
            "UPDATE prepaid_movement SET balance_after = balance_after + 1 WHERE id = 1", .prepaidIsMovements,
            names: "movement 1"),
        Break(
            "DELETE FROM allocation WHERE target = 'document' AND document_id = 1", .receivableIsOpen,
            .paymentAllocated, names: "document 1 (2026-00001)"),
        Break(
            "UPDATE document_state SET state = 'open', paid_at = NULL WHERE document_id = 1", .paidAtZero,
            names: "its state is open, open are CHF 0.00"),
        Break("DELETE FROM document_state WHERE document_id = 1", .paidAtZero, names: "its state is missing"),
        Break(
            """
            INSERT INTO allocation (payment_id, target, document_id, currency, amount, reason, transaction_id, allocated_at)
            SELECT payment_id, target, document_id, currency, amount, reason, transaction_id, allocated_at
            FROM allocation WHERE document_id = 1
            """, .paidOnce, .receivableIsOpen, .paymentAllocated, names: "CHF 450.38 were paid for CHF 225.19"),
        Break(
            "UPDATE document SET ordinal = 7 WHERE number = '2026-00002'", .numbersWithoutGap,
            names: "it is number 7 in place 5"),
        Break(
            "UPDATE document SET issued_on = '2026-01-01' WHERE number = '2026-00003'", .numbersWithoutGap,
            names: "2026-01-01 after 2026-11-20"),
        Break(
            "UPDATE number_series SET last_ordinal = last_ordinal + 1 WHERE kind = 'invoice'", .numbersWithoutGap,
            names: "5 documents, but numbers up to 6"),
        Break(
            "UPDATE document_line SET net = net + 1 WHERE document_id = 1", .documentAddsUp,
            names: "lines CHF 208.33 for net CHF 208.32"),
        Break(
            "UPDATE document_vat SET vat = vat - 1 WHERE document_id = 1", .documentAddsUp,
            names: "VAT at 810 hundredths"),
        Break(
            "UPDATE document SET total = total + 1, rounding = rounding + 1 WHERE id = 1", .receivableIsOpen,
            names: "document 1"),
        Break(
            "UPDATE posting SET account = 6990 WHERE document_id = 1 AND account = 2200", .vatIsLedger,
            .balanceIsSumOfPostings, names: "its VAT is CHF 16.87, booked are CHF 0.00"),
        Break(
            "UPDATE payment SET amount = amount + 1 WHERE id = 1", .clearingIsPayments, .paymentAllocated,
            names: "payment 1"),
        Break(
            """
            UPDATE payment SET state = 'posted', settled_at = 1, reference = 'invented'
            WHERE state = 'failed'
            """, .clearingIsPayments, .paymentAllocated, names: "of CHF 216.20 are booked CHF 0.00"),
        Break(
            """
            DROP INDEX ledger_transaction_key;
            UPDATE ledger_transaction SET key = (SELECT key FROM ledger_transaction WHERE id = 2) WHERE id = 1
            """, .eventPostedOnce, names: "was posted 2 times"),
        Break(
            """
            DROP INDEX payment_reference;
            UPDATE payment SET reference = (SELECT reference FROM payment WHERE id = 1)
            WHERE state = 'posted' AND method = 'card'
            """, .eventPostedOnce, .clearingIsPayments, names: "payments are sandbox:ch_1_"),
        Break(
            "UPDATE document_credit SET net = net + 1", .creditWithinInvoice, names: "are credited CHF 100.01"),
        Break(
            "UPDATE revenue_line SET left_amount = left_amount - 1 WHERE document_id = 1", .deferredIsUnreleased,
            names: "of line 1 CHF 208.31 are not earned, account 2300 has CHF 208.32"),
        Break("DELETE FROM refund", .transitIsRefunds, names: "account 2032 has CHF 118.10"),
        Break("UPDATE refund SET way = 'bank'", .refundIsCarried, names: "what carries it is nothing"),
        Break("DELETE FROM dispute", .disputedIsDisputes, .clearingIsPayments, names: "account 1101 has CHF 108.10"),
        Break(
            "UPDATE refund SET amount = amount + 1", .refundWithinPayment, .transitIsRefunds,
            names: "went CHF 108.11 back"),
        Break("DELETE FROM adjustment WHERE kind = 'owed'", .receivableIsOpen, names: "adjustments of CHF -108.10"),
        Break(
            """
            UPDATE document_line SET product_id = 1 WHERE product_id = 2
            """, .periodsApart, names: "product 1"),
        Break(
            """
            INSERT INTO reminder (document_id, level, currency, open_amount, as_of_id, sent_at)
            SELECT 1, 1, 'CHF', 5, MAX(transaction_id), 0 FROM posting WHERE document_id = 1
            """, .remindedWhileOpen, names: "reminder 1 went out in place 1 for CHF 0.05, open were CHF 0.00"),
        Break(
            "UPDATE bank_entry SET amount = amount + 1", .bankEntryOnce, .bankIsEntries,
            names: "of CHF 7.01 are booked CHF 7.00"),
        Break(
            """
            INSERT INTO bank_conversion (entry_id, rate, currency, amount, transaction_id) VALUES (1, 1000000, 'EUR', 700, 1)
            """, .exchangeIsConversions, names: "account 1190: EUR 7.00 were converted, but EUR 0.00 are booked"),
        Break(
            """
            INSERT INTO bank_conversion (entry_id, rate, currency, amount, transaction_id) VALUES (1, 1000000, 'EUR', 700, 1);
            INSERT INTO bank_exchange_half (entry_id) VALUES (1);
            INSERT INTO bank_exchange (sold_entry_id, bought_entry_id, exchanged_on, happened_at) VALUES (1, 1, '', 0);
            INSERT INTO bank_exchange_part (exchange_id, entry_id, sold, bought, converted) VALUES (1, 1, 700, 690, 700)
            """, .exchangeIsConversions, .exchangeDifference,
            names: "account 6949: exchanges came to EUR 0.10, but EUR 0.00 are booked"),
        Break(
            """
            INSERT INTO bank_conversion (entry_id, rate, currency, amount, transaction_id) VALUES (1, 1000000, 'EUR', 700, 1);
            INSERT INTO bank_conversion_offset (taken_back_id, entry_id, amount, booked, taken) VALUES (1, 1, 700, 690, 700)
            """, .exchangeIsConversions, .exchangeDifference,
            names: "account 6949: exchanges came to EUR -0.10, but EUR 0.00 are booked"),
        Break(
            "INSERT INTO bank_entry_booking (transaction_id, entry_id) SELECT transaction_id, id FROM bank_entry",
            .bankEntryOnce, names: "of CHF 7.00 are booked CHF 14.00"),
        Break(
            """
            UPDATE bank_entry SET state = 'posted', message = 'Payout po_lost';
            INSERT INTO processor_payout (processor, reference, currency, gross, fee, transaction_id, paid_at)
            VALUES ('sandbox', 'po_lost', 'CHF', 710, 10, 1, 0)
            """, .payoutOnce, names: "CHF 7.00 are the payout po_lost"),
    ]

    @Test("What is broken is found and named", arguments: breaks)
    func broken(_ damage: Break) async throws {
        try await World.with(.sqlite) { world in
            try await VerificationTests.fill(world)
            try await world.database.write { connection in
                let triggers = try connection.rows("SELECT name FROM sqlite_master WHERE type = 'trigger'")
                for trigger in triggers { try connection.script("DROP TRIGGER \(try trigger["name"] as String)") }
                try connection.script("PRAGMA ignore_check_constraints = 1")
                try connection.script(damage.script)
            }
            let violations = try await world.violations()
            let found = Set(violations.map(\.invariant))
            #expect(damage.invariants.isSubset(of: found), "found: \(violations)")
            #expect(violations.contains { "\($0)".contains(damage.names) }, "found: \(violations)")
        }
    }

    @Test("There is a break for every invariant")
    func complete() {
        let broken = VerificationTests.breaks.reduce(into: Set<Invariant>()) { $0.formUnion($1.invariants) }
        #expect(broken == Set(Invariant.allCases))
    }
}
