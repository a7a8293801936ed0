import Access
import Billing
import Kernel
import Storage
import Testing
import Web

extension World {
    static let keys = Keys(root: Array(repeating: 7, count: 32))

    var withdrawals: Withdrawals { Withdrawals(keys: World.keys, issuer: World.issuer) }

    static let payouts = Payouts(
        withdrawals: Withdrawals(keys: keys, issuer: issuer),
        accounts: [("CH9300762011623852957", Currency.chf), ("CH5604835012345678009", .eur)].compactMap {
            text, currency in
            IBAN(text).flatMap { PayingAccount(iban: $0, currency: currency) }
        })

    static func permit(in organization: OrganizationID = organization) throws -> Permit<ManageBilling> {
        try Standing(person: person, organization: organization, role: .administrator, hasBillingRight: false).permit()
    }

    /// - Parameter newestSeen: nil for what a form that was just opened would know.
    func withdraw(
        _ minorUnits: Int64, key: String, to target: PayoutTarget? = nil, newestSeen: Int64? = 0
    ) async throws -> Withdrawal {
        let iban = try #require(IBAN(WithdrawalTests.iban))
        let bank = PayoutTarget.bank(iban, holder: "Marie Rossier")
        let (withdrawals, now, permit) = (withdrawals, clock.now, try World.permit())
        return try await database.write { connection in
            let newest = try newestSeen ?? connection.newestWithdrawal(of: World.organization)
            return try withdrawals.request(
                WithdrawalRequest(
                    amount: chf(minorUnits), target: target ?? bank, clientKey: key, newestSeen: newest),
                by: permit, actor: World.actor, in: connection, at: now)
        }
    }

    func cancel(_ withdrawal: Withdrawal, by permit: Permit<ManageBilling>? = nil) async throws {
        try await cancel(id: withdrawal.id, by: permit)
    }

    func cancel(id: WithdrawalID, by permit: Permit<ManageBilling>? = nil) async throws {
        let (withdrawals, now) = (withdrawals, clock.now)
        let permit = try permit ?? World.permit()
        try await database.write { connection in
            try withdrawals.cancel(id, by: permit, actor: World.actor, in: connection, at: now)
        }
    }

    func withdrawal(_ withdrawal: Withdrawal) async throws -> Withdrawal {
        try #require(
            try await database.read { connection in
                try connection.withdrawal(withdrawal.id, in: World.organization, keys: World.keys)
            })
    }

    func makeFile(nonce: String = "0011aabb") async throws -> PayoutFile {
        let (payouts, now) = (World.payouts, clock.now)
        return try await database.write { connection in
            try payouts.makeFile(
                executionOn: World.issuer.zone.day(of: now), nonce: nonce, by: World.person, actor: World.actor,
                in: connection, at: now)
        }
    }

    func content(_ file: PayoutFile) async throws -> [UInt8] {
        try await database.read { try $0.content(of: file, keys: World.keys) }
    }

    func settle(_ reference: String, _ amount: Money) async throws -> Withdrawal? {
        let (withdrawals, now) = (withdrawals, clock.now)
        return try await database.write { connection in
            try withdrawals.settle(
                endToEnd: reference, amount, bankReference: "bank-1", by: World.actor, in: connection, at: now)
        }
    }

    func settleFile(_ file: PayoutFile, reason: String?) async throws -> Int {
        let (payouts, now) = (World.payouts, clock.now)
        return try await database.write { connection in
            try payouts.settle(file.id, returnedBecause: reason, by: World.actor, in: connection, at: now)
        }
    }

    func ledger(_ account: LedgerAccount, of organization: OrganizationID? = World.organization) async throws -> Money {
        try await database.read { try $0.balance(account, of: organization, in: .chf) }
    }
}
