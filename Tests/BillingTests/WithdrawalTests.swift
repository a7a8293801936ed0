import Access
import Accounts
import Billing
import Kernel
import Storage
import TestSupport
import Testing
import Web

@Suite("A withdrawal")
struct WithdrawalTests {
    static let iban = "CH93 0076 2011 6238 5295 7"

    @Test("It leaves the account at once and waits on 2032", arguments: DatabaseKind.allCases)
    func request(_ kind: DatabaseKind) async throws {
        try await World.with(kind) { world in
            try await world.topUp(5000, key: "a")
            let withdrawal = try await world.withdraw(3000, key: "w")
            #expect(withdrawal.state == .requested)
            #expect(withdrawal.reference == "WD-1")
            #expect(try await world.balance() == chf(2000))
            #expect(try await world.ledger(.refundsInTransit) == chf(-3000))
            let movements = try await world.database.read { try $0.prepaidMovements(of: World.organization, limit: 10) }
            #expect(movements.map(\.origin) == [.withdrawal, .topUp])
            #expect(try await world.eventNames().last == "WithdrawalRequested")
            #expect(try await world.violations().isEmpty)
        }
    }

    @Test("Sent twice, it is one; the same key for something else is refused", arguments: DatabaseKind.allCases)
    func twice(_ kind: DatabaseKind) async throws {
        try await World.with(kind) { world in
            try await world.topUp(5000, key: "a")
            async let one = world.withdraw(3000, key: "w")
            async let two = world.withdraw(3000, key: "w")
            #expect(try await one.id == two.id)
            #expect(try await world.balance() == chf(2000))
            let problem = await #expect(throws: Problem.self) { try await world.withdraw(1000, key: "w") }
            #expect(problem?.code == "idempotency_conflict")
        }
    }

    @Test("A form that another withdrawal has overtaken is refused", arguments: DatabaseKind.allCases)
    func twoTabs(_ kind: DatabaseKind) async throws {
        try await World.with(kind) { world in
            try await world.topUp(5000, key: "a")
            let first = try await world.withdraw(2000, key: "tab one")
            let problem = await #expect(throws: Problem.self) { try await world.withdraw(2000, key: "tab two") }
            #expect(problem?.code == "changed_meanwhile")
            _ = try await world.withdraw(2000, key: "tab two again", newestSeen: first.id.rawValue)
            #expect(try await world.balance() == chf(1000))
        }
    }

    @Test(
        "From 0.10 to what is there",
        arguments: [(9, false), (10, true), (5000, true), (5001, false)] as [(Int64, Bool)])
    func limits(_ minorUnits: Int64, _ isPossible: Bool) async throws {
        try await World.with(.sqlite) { world in
            try await world.topUp(5000, key: "a")
            if isPossible {
                _ = try await world.withdraw(minorUnits, key: "w")
                #expect(try await world.balance() == chf(5000 - minorUnits))
            } else {
                let problem = await #expect(throws: Problem.self) { try await world.withdraw(minorUnits, key: "w") }
                #expect(problem?.field == "amount")
                #expect(try await world.balance() == chf(5000))
            }
            #expect(try await world.violations().isEmpty)
        }
    }

    @Test("16 at once never take the account below zero", arguments: DatabaseKind.allCases)
    func storm(_ kind: DatabaseKind) async throws {
        try await World.with(kind) { world in
            try await world.topUp(5000, key: "a")
            let made = await withTaskGroup(of: Bool.self) { group in
                for index in 1...16 {
                    group.addTask { (try? await world.withdraw(2000, key: "w\(index)", newestSeen: nil)) != nil }
                }
                return await group.reduce(0) { $0 + ($1 ? 1 : 0) }
            }
            #expect((1...2).contains(made))
            #expect(try await world.balance() == chf(5000 - Int64(made) * 2000))
            #expect(try await world.violations().isEmpty)
        }
    }

    @Test("Cancelled before it is in a file: all is back, once", arguments: DatabaseKind.allCases)
    func cancel(_ kind: DatabaseKind) async throws {
        try await World.with(kind) { world in
            try await world.topUp(5000, key: "a")
            let withdrawal = try await world.withdraw(3000, key: "w")
            try await world.cancel(withdrawal)
            try await world.cancel(withdrawal)
            #expect(try await world.balance() == chf(5000))
            #expect(try await world.ledger(.refundsInTransit).isZero)
            #expect(try await world.withdrawal(withdrawal).state == .cancelled)
            #expect(try await world.violations().isEmpty)
            await #expect(throws: Problem.notFound) {
                try await world.cancel(withdrawal, by: World.permit(in: World.other))
            }
        }
    }

    @Test("In a file it cannot be cancelled, and it is in one file only", arguments: DatabaseKind.allCases)
    func file(_ kind: DatabaseKind) async throws {
        try await World.with(kind) { world in
            try await world.topUp(5000, key: "a")
            let withdrawal = try await world.withdraw(3000, key: "w")
            let file = try await world.makeFile()
            #expect(file.transfers == 1)
            #expect(try await world.withdrawal(withdrawal).state == .inFile)
            let late = await #expect(throws: Problem.self) { try await world.cancel(withdrawal) }
            #expect(late?.code == "withdrawal_under_way")
            let again = await #expect(throws: Problem.self) { try await world.makeFile() }
            #expect(again?.code == "nothing_to_pay_out")
            #expect(try await world.content(file) == world.content(file))
            #expect(try await world.violations().isEmpty)
        }
    }

    @Test("Paid: 2032 / 1020, once, whoever says so first", arguments: DatabaseKind.allCases)
    func paid(_ kind: DatabaseKind) async throws {
        try await World.with(kind) { world in
            try await world.topUp(5000, key: "a")
            let withdrawal = try await world.withdraw(3000, key: "w")
            let unsent = await #expect(throws: Problem.self) { try await world.settle("WD-1", chf(3000)) }
            #expect(unsent?.code == "withdrawal_settled", "What is in no file was not sent.")
            let file = try await world.makeFile()
            #expect(try await world.settle("WD-1", chf(3001)) == nil)
            #expect(try await world.settle("WD-2", chf(3000)) == nil)
            #expect(try await world.settle("RF-1", chf(3000)) == nil)
            #expect(try await world.settle("WD-1", chf(3000))?.state == .paid)
            #expect(try await world.settle("WD-1", chf(3000))?.state == .paid)
            #expect(try await world.settleFile(file, reason: nil) == 0)
            #expect(try await world.withdrawal(withdrawal).outsideReference == "bank-1")
            #expect(try await world.ledger(.refundsInTransit).isZero)
            #expect(try await world.ledger(.bank, of: nil) == chf(-3000))
            #expect(try await world.violations().isEmpty)
        }
    }

    @Test("It came back: on the account again, with the reason", arguments: DatabaseKind.allCases)
    func returned(_ kind: DatabaseKind) async throws {
        try await World.with(kind) { world in
            try await world.topUp(5000, key: "a")
            let withdrawal = try await world.withdraw(3000, key: "w")
            let file = try await world.makeFile()
            #expect(try await world.settleFile(file, reason: "The account is closed") == 1)
            #expect(try await world.settleFile(file, reason: "The account is closed") == 0)
            let found = try await world.withdrawal(withdrawal)
            #expect(found.state == .returned)
            #expect(found.reason == "The account is closed")
            #expect(try await world.balance() == chf(5000))
            let problem = await #expect(throws: Problem.self) { try await world.settle("WD-1", chf(3000)) }
            #expect(problem?.code == "withdrawal_settled")
            #expect(try await world.violations().isEmpty)
        }
    }

    @Test("Paid, and then sent back by the other bank; what does not fit is kept", arguments: DatabaseKind.allCases)
    func returnedLate(_ kind: DatabaseKind) async throws {
        try await World.with(kind) { world in
            try await world.topUp(5000, key: "a")
            let withdrawal = try await world.withdraw(3000, key: "w")
            _ = try await world.makeFile()
            _ = try await world.settle("WD-1", chf(3000))
            try await world.topUp(997_000, key: "b")
            let (withdrawals, now) = (world.withdrawals, world.clock.now)
            let isNew = try await world.database.write { connection in
                try withdrawals.markReturned(
                    withdrawal.id, reason: "Refused", by: World.actor, in: connection, at: now)
            }
            #expect(isNew)
            #expect(try await world.balance() == chf(999_900))
            #expect(try await world.ledger(.unidentifiedReceipts) == chf(-2100))
            #expect(try await world.ledger(.bank, of: nil).isZero)
            #expect(try await world.violations().isEmpty)
        }
    }

    @Test("By PayPal: never in a file, paid with its number", arguments: DatabaseKind.allCases)
    func payPal(_ kind: DatabaseKind) async throws {
        try await World.with(kind) { world in
            try await world.topUp(5000, key: "a")
            let address = try #require(EmailAddress("marie@rossier.example"))
            let withdrawal = try await world.withdraw(3000, key: "w", to: .payPal(address))
            #expect(withdrawal.target == .payPal(address))
            let none = await #expect(throws: Problem.self) { try await world.makeFile() }
            #expect(none?.code == "nothing_to_pay_out")
            #expect(try await world.settle("WD-1", chf(3000)) == nil, "The bank has nothing to do with it.")
            let (withdrawals, now) = (world.withdrawals, world.clock.now)
            try await world.database.write { connection in
                _ = try withdrawals.markPaid(
                    withdrawal.id, outsideReference: "5TY05013RG002845M", by: World.actor, in: connection, at: now)
            }
            #expect(try await world.withdrawal(withdrawal).outsideReference == "5TY05013RG002845M")
            #expect(try await world.violations().isEmpty)
        }
    }

    @Test("Neither rows nor events have the whole account in them", arguments: DatabaseKind.allCases)
    func sealed(_ kind: DatabaseKind) async throws {
        try await World.with(kind) { world in
            try await world.topUp(5000, key: "a")
            let withdrawal = try await world.withdraw(3000, key: "w")
            let file = try await world.makeFile()
            #expect(withdrawal.target.masked == "CH93 … 2957")
            let content = String(decoding: try await world.content(file), as: UTF8.self)
            #expect(content.contains("CH9300762011623852957"))
            let kept = try await world.database.read { connection in
                let rows: [[UInt8]] = try connection.rows(
                    "SELECT target AS kept FROM withdrawal UNION ALL SELECT content FROM payout_file"
                ).map { try $0["kept"] }
                let texts: [String] = try connection.rows(
                    "SELECT payload AS text FROM event UNION ALL SELECT content FROM event_personal"
                ).map { try $0["text"] }
                return rows.map { String(decoding: $0, as: UTF8.self) } + texts
            }
            #expect(kept.count > 4)
            #expect(!kept.contains { $0.contains("762011623852957") || $0.contains("Rossier") })
        }
    }

    @Test("For 72 hours after an account was recovered it pays nothing out", arguments: DatabaseKind.allCases)
    func frozen(_ kind: DatabaseKind) async throws {
        try await World.with(kind) { world in
            try await world.topUp(5000, key: "a")
            let recovered = world.clock.now
            let until = recovered.adding(.hours(72))
            try await world.database.write { connection in
                try connection.execute(
                    """
                    INSERT INTO person (id, login, login_key, first_name, last_name, phone, country, language, time_zone,
                        password_hash, password_changed_at, is_staff, revision, created_at)
                    VALUES (\(World.person), 'm@r.example', 'm@r.example', 'Marie', 'Rossier', '', 'CH', 'fr',
                        'Europe/Zurich', '', 0, FALSE, 1, 0)
                    """)
                try PayoutFreeze.begin(for: World.person, at: recovered, in: connection)
            }
            world.clock.advance(.hours(72) - .milliseconds(1))
            await #expect(throws: PayoutsFrozen(until: until)) { try await world.withdraw(3000, key: "w") }
            #expect(try await world.balance() == chf(5000))
            world.clock.advance(.milliseconds(1))
            _ = try await world.withdraw(3000, key: "w")
            await #expect(throws: Problem.notFound) {
                try await world.database.write { connection in
                    try PayoutFreeze.begin(for: PersonID(rawValue: 99), at: until, in: connection)
                }
            }
        }
    }

    @Test(
        "Where francs and euros can be sent",
        arguments: [
            ("CH93 0076 2011 6238 5295 7", .chf, nil), ("li21 0881 0000 2324 013a a", .chf, nil),
            ("DE89370400440532013000", .chf, "billing.withdrawal.iban_not_swiss"),
            ("DE89 3704 0044 0532 0130 00", .eur, nil), ("CH9300762011623852957", .eur, nil),
            ("BR1800360305000010009795493C1", .eur, "billing.withdrawal.iban_not_sepa"),
            ("CH4431999123000889012", .chf, "billing.withdrawal.iban_qr"),
            ("CH9300762011623852958", .chf, "billing.withdrawal.iban_wrong"),
            ("", .chf, "billing.withdrawal.iban_wrong"),
        ] as [(String, Currency, String?)])
    func accounts(text: String, currency: Currency, word: String?) {
        do throws(Problem) {
            let iban = try PayoutTarget.account(text, for: currency)
            #expect(word == nil)
            #expect(!iban.description.contains(" "))
        } catch {
            #expect(error.word == word)
            #expect(error.field == "iban")
        }
    }
}
