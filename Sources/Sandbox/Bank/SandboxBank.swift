package import Billing
package import Delivery
package import Kernel
package import Storage

/// A bank for trying things out: it takes transfers to the provider's accounts and tells of them in a file, as banks do. Its
/// tables are its own, and the console knows of them only what the file says.
package struct SandboxBank: Sendable {
    private let database: Database
    private let surroundings: Surroundings
    private let payments: Payments

    package init(database: Database, surroundings: Surroundings, payments: Payments) {
        self.database = database
        self.surroundings = surroundings
        self.payments = payments
    }

    /// Every hour the bank sends what was new. The button on the page does not wait for it.
    private static let sendsEvery = Duration.hours(1)
    /// One file tells of as many; what is older was told before.
    private static let fileMax = 10_000

    /// - Returns: the bank's reference of the transfer.
    func take(_ transfer: IncomingTransfer) async throws -> String {
        guard let account = payments.receivingAccount(for: transfer.amount.currency) else {
            throw Problem.field("currency", "sandbox.bank.no_account")
        }
        let now = surroundings.now()
        let id: Identifier<SandboxTransfer> = try await database.write { connection in
            try connection.insert(
                """
                INSERT INTO sandbox_transfer (account, currency, amount, reference, message, debtor_name, debtor_iban,
                    booked_at, is_sent)
                VALUES (\(account.iban.description), \(account.currency), \(transfer.amount.minorUnits),
                    \(transfer.reference), \(transfer.message), \(transfer.debtorName), \(transfer.debtorIBAN), \(now),
                    \(false))
                RETURNING id
                """)
        }
        return SandboxTransfer.reference(id.rawValue)
    }

    /// The bank's file of what it booked: camt.054, version .08.
    func file() async throws -> [UInt8] {
        let transfers = try await database.read { connection in
            try connection.rows(
                "\(SandboxTransfer.select) ORDER BY id DESC LIMIT \(SandboxBank.fileMax)"
            ).map(SandboxTransfer.init)
        }
        let file = BankNotification(
            transfers: transfers.reversed(), accounts: payments.issuer.accounts, zone: payments.issuer.zone,
            madeAt: surroundings.now())
        return Array(file.xml.utf8)
    }

    /// The bank sends its file, and the console imports it.
    /// - Returns: how many transfers were new to it.
    func send(by actor: Event.Actor) async throws -> Int {
        let last: Int64 = try await database.read { connection in
            try connection.row("SELECT MAX(id) AS last FROM sandbox_transfer")?["last"] ?? 0
        }
        let done = try await payments.importBankFile(BankFile(name: "camt054.xml", .bytes(try await file())), by: actor)
        try await database.write { connection in
            try connection.execute(
                "UPDATE sandbox_transfer SET is_sent = \(true) WHERE is_sent = \(false) AND id <= \(last)")
        }
        return done.counts.read - done.counts.known
    }

    package var schedule: Schedule {
        Schedule(
            name: "sandbox-bank",
            nextDue: { connection in
                let first: Instant? = try connection.row(
                    "SELECT MIN(booked_at) AS first FROM sandbox_transfer WHERE is_sent = \(false)")?["first"]
                return first?.adding(SandboxBank.sendsEvery)
            },
            run: { _ in max(1, try await send(by: .system)) })
    }
}

/// What a program or a person says of a transfer.
struct IncomingTransfer: Sendable {
    let amount: Money
    let reference: String
    let message: String
    let debtorName: String
    let debtorIBAN: String
}

/// A transfer as the bank keeps it.
struct SandboxTransfer: Sendable {
    let id: Int64
    let account: String
    let amount: Money
    let reference: String
    let message: String
    let debtorName: String
    let debtorIBAN: String
    let bookedAt: Instant

    static func reference(_ id: Int64) -> String {
        "SBX\(String(repeating: "0", count: max(0, 9 - "\(id)".count)))\(id)"
    }

    static let select: SQL = """
        SELECT id, account, currency, amount, reference, message, debtor_name, debtor_iban, booked_at
        FROM sandbox_transfer
        """

    init(_ row: Row) throws {
        id = try row["id"]
        account = try row["account"]
        amount = Money(minorUnits: try row["amount"], try row["currency"])
        reference = try row["reference"]
        message = try row["message"]
        debtorName = try row["debtor_name"]
        debtorIBAN = try row["debtor_iban"]
        bookedAt = try row["booked_at"]
    }
}

extension Migration {
    static let sandboxBank = Migration(
        "sandbox-bank-001",
        """
        CREATE TABLE sandbox_transfer (
            id IDENTITY,
            account TEXT NOT NULL,
            currency TEXT NOT NULL,
            amount BIGINT NOT NULL CHECK (amount > 0),
            reference TEXT NOT NULL,
            message TEXT NOT NULL,
            debtor_name TEXT NOT NULL,
            debtor_iban TEXT NOT NULL,
            booked_at BIGINT NOT NULL,
            is_sent BOOLEAN NOT NULL
        );
        CREATE INDEX sandbox_transfer_of_state ON sandbox_transfer (is_sent, booked_at);
        """)
}
