import Kernel
import Storage
import TestSupport
import Testing

@testable import Billing

/// The table of postings in billing.md, row by row: 347.20 list, 208.32 net, 16.87 VAT, 225.19 in total. Debits are positive.
@Suite("The table of postings")
struct PostingTableTests {
    struct Row: Sendable, CustomTestStringConvertible {
        let name: String
        /// What was there before.
        var before: @Sendable (World) async throws -> Void = { _ in }
        let act: @Sendable (World) async throws -> Void
        /// Each transaction: its kind, and its postings in their order.
        let postings: [String]

        var testDescription: String { name }
    }

    @Test("Each event posts what its row says", arguments: DatabaseKind.allCases, rows)
    func row(_ kind: DatabaseKind, _ row: Row) async throws {
        try await World.with(kind) { world in
            try await row.before(world)
            let last = try await world.lastTransaction()
            try await row.act(world)
            #expect(try await world.transactions(after: last) == row.postings)
            #expect(try await world.violations() == [])
        }
    }

    private static let invoiced = "invoice: 1100 22519, 2300 -20832, 2200 -1687"

    static let rows: [Row] =
        invoices + transfers + corrections + [
            Row(
                name: "top-up by card", act: { try await $0.topUp(10_000, key: "a") },
                postings: ["card_payment: 1025 10000, 2030 -10000"]),
            Row(
                name: "top-up by transfer",
                act: { world in
                    let now = world.clock.now
                    let reference = try await world.database.write { connection in
                        try world.payments.topUpReference(of: World.organization, .chf, in: connection, at: now)
                    }
                    try await world.arrive("100.00", reference: reference.reference.text)
                }, postings: ["transfer: 1020 10000, 2030 -10000"]),
        ]

    private static let invoices: [Row] = [
        Row(name: "invoiced", act: { _ = try await $0.unpaid() }, postings: [invoiced]),
        Row(
            name: "earned over the term", before: { _ = try await $0.unpaid() },
            act: { world in
                world.clock.advance(.days(400))
                try await world.payments.revenue.run(world.clock.now)
            }, postings: months.map { "revenue: 2300 \($0), 3400 -\($0)" }),
        Row(
            name: "paid by card", act: { _ = try await $0.paid() },
            postings: [invoiced, "card_payment: 1025 22519, 1100 -22519"]),
        Row(
            name: "paid out", before: { _ = try await $0.paid() },
            act: { world in
                world.clock.advance(.days(1))
                try await world.payments.reconcile(world.clock.now)
            }, postings: ["payout: 1020 22192, 6940 327, 1025 -22519"]),
        Row(
            name: "paid from prepaid", before: { try await $0.topUp(30_000, key: "top-up") },
            act: { world in
                let order = try await world.order(20_832)
                _ = try await world.payments.payFromPrepaid(
                    Shop.request(order, chf(22_519), key: "a", method: .prepaid), by: World.actor)
            }, postings: [invoiced, "prepaid_payment: 2030 22519, 1100 -22519"]),
        Row(
            name: "mixed", before: { try await $0.topUp(10_000, key: "top-up") }, act: { try await $0.mixed("4242") },
            postings: [
                invoiced, "card_payment: 1025 12519, 1100 -12519", "prepaid_payment: 2030 10000, 1100 -10000",
            ]),
        Row(
            name: "mixed, and the card fails", before: { try await $0.topUp(10_000, key: "top-up") },
            act: { try await $0.mixed("0002") }, postings: []),
    ]

    /// 208.32 over 365 days from 20 November, by the largest remainder.
    private static let months = [628, 1770, 1770, 1598, 1769, 1712, 1769, 1712, 1769, 1769, 1712, 1769, 1085]

    private static let transfers: [Row] = [
        Row(
            name: "transfer too low", before: { try await $0.askedInvoice() }, act: { try await $0.arrive("100.00") },
            postings: ["transfer: 1020 10000, 1100 -10000"]),
        Row(
            name: "transfer too low within tolerance", before: { try await $0.askedInvoice() },
            act: { try await $0.arrive("225.14") },
            postings: ["transfer: 1020 22514, 1100 -22514", "tolerance: 6990 5, 1100 -5"]),
        Row(
            name: "transfer too low by a cent more", before: { try await $0.askedInvoice() },
            act: { try await $0.arrive("225.13") }, postings: ["transfer: 1020 22513, 1100 -22513"]),
        Row(
            name: "transfer too high", before: { try await $0.askedInvoice() }, act: { try await $0.arrive("300.00") },
            postings: ["transfer: 1020 30000, 1100 -22519, 2030 -7481"]),
        Row(
            name: "transfer too high for prepaid", before: { try await $0.askedInvoice() },
            act: { try await $0.arrive("20000.00") },
            postings: ["transfer: 1020 2000000, 1100 -22519, 2030 -999900, 2031 -977581"]),
        Row(
            name: "wrong currency", before: { try await $0.askedInvoice() },
            act: { try await $0.arrive("225.19", currency: "EUR") },
            postings: ["transfer: 1020 EUR 22519, 2031 EUR -22519"]),
        Row(
            name: "no reference", before: { try await $0.askedInvoice() },
            act: { try await $0.arrive("225.19", reference: "") },
            postings: ["transfer: 1020 22519, 2031 -22519"]),
        Row(
            name: "wrong reference", before: { try await $0.askedInvoice() },
            act: { try await $0.arrive("225.19", reference: "210000000003139471430009017") },
            postings: ["transfer: 1020 22519, 2031 -22519"]),
        Row(
            name: "no reference, the number in the text", before: { try await $0.askedInvoice() },
            act: { try await $0.arrive("225.19", reference: "", message: "Rechnung 2026-00001") },
            postings: ["transfer: 1020 22519, 1100 -22519"]),
        Row(
            name: "assigned to prepaid by somebody", before: { try await $0.arrive("225.19", reference: "") },
            act: { world in
                try await world.payments.assign(
                    try await world.firstEntry(), to: .prepaid(World.organization), reason: "By phone",
                    by: World.actor, at: world.clock.now)
            }, postings: ["identification: 2031 22519, 2030 -22519"]),
        Row(
            name: "sent back",
            before: { world in
                try await world.arrive("225.19", reference: "")
                try await world.payments.sendBack(
                    try await world.firstEntry(), reason: "Not ours", by: World.actor, at: world.clock.now)
            }, act: { try await $0.arrive("225.19", reference: "", message: "RETURN-1", isCredit: false) },
            postings: ["transfer: 2031 22519, 1020 -22519"]),
        Row(
            name: "duplicate",
            before: { world in
                try await world.askedInvoice()
                try await world.arrive("225.19")
            }, act: { try await $0.arrive("225.19") }, postings: ["transfer: 1020 22519, 2030 -22519"]),
        Row(
            name: "crossing",
            before: { world in
                let invoice = try await world.askedInvoice()
                _ = try await world.credit(invoice, to: .prepaid)
            }, act: { try await $0.arrive("225.19") }, postings: ["transfer: 1020 22519, 2030 -22519"]),
    ]

    private static let credited = "2300 20832, 2200 1687, 1100 -22519"

    private static let corrections: [Row] = [
        Row(
            name: "credit note of an open invoice", before: { _ = try await $0.unpaid() },
            act: { _ = try await $0.credit(try await $0.firstInvoice(), to: .prepaid) },
            postings: ["credit_note: \(credited)"]),
        Row(
            name: "credit note, what was paid to prepaid", before: { _ = try await $0.paid() },
            act: { _ = try await $0.credit(try await $0.firstInvoice(), to: .prepaid) },
            postings: ["credit_note: \(credited), 1100 22519, 2030 -22519"]),
        Row(
            name: "credit note, what was paid back to the card",
            before: { _ = try await $0.paid() },
            act: { try await $0.creditAndRefund() },
            postings: ["credit_note: \(credited), 1100 22519, 2032 -22519", "refund: 2032 22519, 1025 -22519"]),
        Row(
            name: "refund of what is on prepaid", before: { try await $0.topUp(10_000, key: "a") },
            act: { world in
                let now = world.clock.now
                _ = try await world.database.write { connection in
                    try connection.refundFromPrepaid(
                        PaymentID(rawValue: 1), in: World.organization, chf(10_000), key: "k", reason: "Wanted",
                        from: World.issuer, by: World.actor, at: now)
                }
            }, postings: ["refund: 2030 10000, 2032 -10000"]),
        Row(
            name: "chargeback", before: { _ = try await $0.paid() }, act: { try await $0.dispute(nil) },
            postings: ["dispute: 1101 22519, 6940 1500, 1025 -22519, 1025 -1500"]),
        Row(
            name: "chargeback won",
            before: { world in
                _ = try await world.paid()
                try await world.dispute(nil)
            }, act: { try await $0.dispute(.won) }, postings: ["dispute_won: 1025 22519, 1101 -22519"]),
        Row(
            name: "its fee given back",
            before: { world in
                _ = try await world.paid()
                try await world.dispute(nil)
                try await world.dispute(.won)
            }, act: { try await $0.giveBackFee(1500) }, postings: ["dispute_fee_back: 1025 1500, 6940 -1500"]),
        Row(
            name: "chargeback lost",
            before: { world in
                _ = try await world.paid()
                try await world.dispute(nil)
            }, act: { try await $0.dispute(.lost) }, postings: ["dispute_lost: 1101 -22519, 1100 22519"]),
        Row(
            name: "write-off", before: { _ = try await $0.unpaid() },
            act: { world in
                let (invoice, now) = (try await world.firstInvoice(), world.clock.now)
                _ = try await world.database.write { connection in
                    try connection.writeOff(
                        invoice.id, in: World.organization, reason: "Bankrupt", from: World.issuer, by: World.actor,
                        at: now)
                }
            }, postings: ["write_off: 3805 20832, 2200 1687, 1100 -22519"]),
    ]
}
