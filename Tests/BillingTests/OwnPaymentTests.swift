import Billing
import Kernel
import Storage
import TestSupport
import Testing

/// What we send ourselves, as the bank tells of it.
@Suite("A payment of ours in the bank's file")
struct OwnPaymentTests {
    private static let file = "KONTOR-20261120-0011aabb"

    private static func sent(_ world: World, _ amounts: Int64...) async throws -> [Withdrawal] {
        try await world.topUp(50_000, key: "a")
        var withdrawals: [Withdrawal] = []
        for (index, amount) in amounts.enumerated() {
            withdrawals.append(try await world.withdraw(amount, key: "w\(index)", newestSeen: nil))
        }
        _ = try await world.makeFile()
        return withdrawals
    }

    private static func debit(_ amount: String, _ reference: String, key: String = "A1") -> BankFileOfTest.Entry {
        BankFileOfTest.Entry(amount: amount, bankReference: key, isCredit: false, endToEnd: reference)
    }

    private static func back(_ amount: String, _ reference: String, key: String = "A2") -> BankFileOfTest.Entry {
        BankFileOfTest.Entry(
            amount: amount, bankReference: key, endToEnd: reference, returned: ("AC04", "Konto saldiert"))
    }

    @Test("A debit with our reference settles the withdrawal, once", arguments: DatabaseKind.allCases)
    func booked(_ kind: DatabaseKind) async throws {
        try await World.with(kind) { world in
            let sent = try await Self.sent(world, 3000)
            for key in ["A1", "A1", "A2"] {
                try await OwnMoneyTests.arrive(world, Self.debit("30.00", "WD-1", key: key))
            }
            #expect(try await world.withdrawal(sent[0]).state == .paid)
            #expect(try await OwnMoneyTests.balances(world) == ["1020 -3000", "1025 50000", "2030 -47000"])
            // Told again by a bank that does not say that it is the same: noted only.
            #expect(try await OwnMoneyTests.states(world) == ["recognised", "outgoing"])
            #expect(try await world.eventNames().count { $0 == "WithdrawalPaid" } == 1)
            #expect(try await world.violations() == [])
        }
    }

    @Test("What the operator settled by hand before is only noted", arguments: DatabaseKind.allCases)
    func byHand(_ kind: DatabaseKind) async throws {
        try await World.with(kind) { world in
            _ = try await Self.sent(world, 3000)
            _ = try await world.settle("WD-1", chf(3000))
            try await OwnMoneyTests.arrive(world, Self.debit("30.00", "WD-1"))
            #expect(try await OwnMoneyTests.balances(world) == ["1020 -3000", "1025 50000", "2030 -47000"])
            #expect(try await OwnMoneyTests.states(world) == ["recognised"])
            #expect(try await world.violations() == [])
        }
    }

    @Test(
        "What comes back is on the prepaid account again, with the bank's reason", arguments: DatabaseKind.allCases,
        [true, false])
    func returned(_ kind: DatabaseKind, _ isDebitFirst: Bool) async throws {
        try await World.with(kind) { world in
            let sent = try await Self.sent(world, 3000)
            let told = [Self.debit("30.00", "WD-1"), Self.back("30.00", "WD-1")]
            for entry in isDebitFirst ? told : told.reversed() { try await OwnMoneyTests.arrive(world, entry) }
            let withdrawal = try await world.withdrawal(sent[0])
            #expect(withdrawal.state == .returned)
            #expect(withdrawal.reason == "AC04 Konto saldiert")
            #expect(try await OwnMoneyTests.balances(world) == ["1025 50000", "2030 -50000"])
            #expect(try await OwnMoneyTests.states(world) == ["recognised", "recognised"])
            #expect(try await world.eventNames().count { $0 == "WithdrawalReturned" } == 1)
            #expect(try await world.violations() == [])
        }
    }

    @Test("A file that the bank books in one sum settles all of it", arguments: DatabaseKind.allCases)
    func batch(_ kind: DatabaseKind) async throws {
        try await World.with(kind) { world in
            let sent = try await Self.sent(world, 3000, 2500, 1000)
            func sum(_ amount: String, _ key: String, _ id: String = "\(Self.file)-CHF") -> BankFileOfTest.Entry {
                BankFileOfTest.Entry(
                    amount: amount, bankReference: key, isCredit: false, batch: (id: id, size: 3))
            }
            try await OwnMoneyTests.arrive(world, sum("64.99", "A0"), sum("65.00", "A9", "SOMEBODY-ELSE"))
            #expect(try await OwnMoneyTests.states(world) == ["batch", "batch"])
            try await OwnMoneyTests.arrive(world, sum("65.00", "A1"))
            for withdrawal in sent { #expect(try await world.withdrawal(withdrawal).state == .paid) }
            #expect(try await OwnMoneyTests.states(world) == ["batch", "batch", "recognised"])
            #expect(try await OwnMoneyTests.balances(world) == ["1020 -6500", "1025 50000", "2030 -43500"])
            try await OwnMoneyTests.arrive(world, Self.debit("25.00", "WD-2", key: "A4"), sum("65.00", "A5", Self.file))
            #expect(try await OwnMoneyTests.states(world).suffix(2) == ["outgoing", "batch"])
            #expect(try await OwnMoneyTests.balances(world) == ["1020 -6500", "1025 50000", "2030 -43500"])
            #expect(try await world.violations() == [])
        }
    }

    @Test(
        "A debit that the books do not have as sent is kept, and set off when it comes back",
        arguments: DatabaseKind.allCases)
    func contradiction(_ kind: DatabaseKind) async throws {
        try await World.with(kind) { world in
            try await world.topUp(5000, key: "a")
            let withdrawal = try await world.withdraw(3000, key: "w")
            try await world.cancel(withdrawal)
            try await OwnMoneyTests.arrive(world, Self.debit("30.00", "WD-1"))
            #expect(try await OwnMoneyTests.states(world) == ["unidentified"])
            #expect(
                try await OwnMoneyTests.balances(world) == ["1020 -3000", "1025 5000", "2030 -5000", "2031 3000"])
            try await OwnMoneyTests.arrive(world, Self.back("30.00", "WD-1"))
            #expect(try await OwnMoneyTests.states(world) == ["assigned", "assigned"])
            #expect(try await OwnMoneyTests.balances(world) == ["1025 5000", "2030 -5000"])
            #expect(try await world.violations() == [])
        }
    }

    @Test("Of another amount, or by somebody's own reference, nothing is settled", arguments: DatabaseKind.allCases)
    func different(_ kind: DatabaseKind) async throws {
        try await World.with(kind) { world in
            let sent = try await Self.sent(world, 3000)
            try await OwnMoneyTests.arrive(
                world, Self.debit("30.01", "WD-1", key: "A1"), Self.debit("30.00", "RENT-11", key: "A2"),
                Self.debit("30.00", "WD-2", key: "A3"))
            #expect(try await world.withdrawal(sent[0]).state == .inFile)
            #expect(try await OwnMoneyTests.states(world) == ["unidentified", "outgoing", "outgoing"])
            #expect(try await world.violations() == [])
        }
    }
}
