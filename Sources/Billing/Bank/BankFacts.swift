import Kernel
import Storage

/// What has to be known to say what each of several movements is: read in a few statements for all of them, while the books
/// of everybody whom they may concern are held.
struct BankFacts {
    let accounts: [OrganizationID: PrepaidAccount]
    private let targets: [String: TransferTarget]
    private let byNumber: [String: [TransferTarget]]
    private let byPayer: [String: [TransferTarget]]

    init(of movements: some Collection<BankMovement>, in connection: Connection) throws {
        var accounts: [OrganizationID: PrepaidAccount] = [:]
        while true {
            let facts = try BankFacts(of: movements, with: accounts, in: connection)
            let missing = facts.owners.subtracting(accounts.keys)
            if missing.isEmpty {
                self = facts
                return
            }
            accounts.merge(try connection.lockBooks(of: missing)) { $1 }
            // What was open before the books were held may be paid by now; on SQLite nobody else writes.
            if connection.dialect == .sqlite {
                self = BankFacts(
                    accounts: accounts, targets: facts.targets, byNumber: facts.byNumber, byPayer: facts.byPayer)
                return
            }
        }
    }

    private init(
        accounts: [OrganizationID: PrepaidAccount], targets: [String: TransferTarget],
        byNumber: [String: [TransferTarget]], byPayer: [String: [TransferTarget]]
    ) {
        self.accounts = accounts
        self.targets = targets
        self.byNumber = byNumber
        self.byPayer = byPayer
    }

    /// The same without holding anything, for who only looks.
    init(seenOf movements: some Collection<BankMovement>, in connection: Connection) throws {
        try self.init(of: movements, with: [:], in: connection)
    }

    private init(
        of movements: some Collection<BankMovement>, with accounts: [OrganizationID: PrepaidAccount],
        in connection: Connection
    ) throws {
        self.accounts = accounts
        let references = Set(movements.compactMap { BankReference($0.reference)?.text })
        let targets = try connection.transferTargets(references.sorted())
        let others = movements.filter { movement in
            movement.amount.isPositive && BankReference(movement.reference).flatMap { targets[$0.text] } == nil
        }
        let numbers = Set(others.flatMap { BankMatch.numbers(in: $0.message) })
        let unnamed = others.filter { !$0.debtorIBAN.isEmpty && BankMatch.numbers(in: $0.message).isEmpty }
        self.targets = targets
        byNumber = try connection.targetsByNumber(numbers.sorted())
        byPayer = try connection.targetsByPayer(
            Set(unnamed.map(\.debtorIBAN)).sorted(), Set(unnamed.map(\.amount.minorUnits)).sorted())
    }

    private var owners: Set<OrganizationID> {
        let all = [Array(targets.values)] + Array(byNumber.values) + Array(byPayer.values)
        return Set(all.joined().map(\.organization))
    }

    /// What becomes of a movement, by these facts.
    func decide(_ movement: BankMovement) -> BankRound.Decided {
        let target = target(of: movement)
        let candidates = target == nil ? candidates(for: movement) : []
        let match = BankMatch.of(
            amount: movement.amount, reference: movement.reference, isReversal: movement.isReversal,
            isBatch: movement.isBatch, target: target, candidates: candidates)
        return BankRound.Decided(movement: movement, match: match, target: target, candidates: candidates)
    }

    /// What the reference of a movement belongs to.
    private func target(of movement: BankMovement) -> TransferTarget? {
        BankReference(movement.reference).flatMap { targets[$0.text] }
    }

    /// What money without a reference of ours fits: what is asked for under a number in its text, or, where the text names
    /// none, what a payer that is known by their account owes in exactly this amount.
    private func candidates(for movement: BankMovement) -> [TransferTarget] {
        guard movement.amount.isPositive else { return [] }
        let numbers = BankMatch.numbers(in: movement.message)
        if !numbers.isEmpty { return numbers.flatMap { byNumber[$0] ?? [] } }
        return (byPayer[movement.debtorIBAN] ?? []).filter { $0.asked == movement.amount }
    }
}
