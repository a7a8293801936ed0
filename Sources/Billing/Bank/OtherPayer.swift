import Accounts
import Delivery
import Kernel
import Storage
import Web

/// Whose the account is, as far as earlier transfers tell, from which something of somebody else was paid.
struct OtherPayer: Hashable, Sendable {
    /// Who has always paid from it; nil where several have.
    let organization: OrganizationID?
}

extension Connection {
    /// Movements under a reference of an organisation that never paid from this account, while others have. One look for all of
    /// a batch.
    func otherPayers(
        _ movements: [BankMovement], _ targets: [String: TransferTarget]
    ) throws -> [String: OtherPayer] {
        var paying: [SQL] = []
        for movement in movements where movement.amount.isPositive && !movement.debtorIBAN.isEmpty {
            guard let reference = BankReference(movement.reference)?.text, let target = targets[reference] else {
                continue
            }
            paying.append("\(movement.key), \(movement.debtorIBAN), \(target.organization)")
        }
        if paying.isEmpty { return [:] }
        let paid: SQL = """
            FROM bank_entry e WHERE e.debtor_iban = m.iban AND e.organization_id IS NOT NULL
                AND e.state IN ('posted', 'assigned')
            """
        return Dictionary(
            uniqueKeysWithValues: try rows(
                """
                WITH m (movement, iban, organization_id) AS (\(dialect.table(of: paying)))
                SELECT m.movement, (SELECT e.organization_id \(paid) ORDER BY e.organization_id LIMIT 1) AS first_id,
                    (SELECT e.organization_id \(paid) ORDER BY e.organization_id DESC LIMIT 1) AS last_id
                FROM m
                WHERE EXISTS (SELECT 1 \(paid))
                    AND NOT EXISTS (SELECT 1 \(paid) AND e.organization_id = m.organization_id)
                """
            ).map { row in
                let (first, last): (OrganizationID, OrganizationID) = (try row["first_id"], try row["last_id"])
                return (try row["movement"], OtherPayer(organization: first == last ? first : nil))
            })
    }

    /// Both sides are told: whose reference it was learns who paid, and whoever paid that it was for somebody else.
    func tell(
        _ payer: OtherPayer, of movement: BankMovement, by actor: Event.Actor, at now: Instant
    ) throws {
        guard let entry = try row("SELECT id, organization_id FROM bank_entry WHERE key = \(movement.key)") else {
            return
        }
        let id: Int64 = try entry["id"]
        let receiver: OrganizationID? = try entry["organization_id"]
        let payload = ["amount": movement.amount.plain, "currency": movement.amount.currency.rawValue]
        let name = movement.debtorName.isEmpty ? "–" : movement.debtorName
        try announce(
            Event(
                "TransferPaidByOther", by: actor, organization: receiver, subject: "bank_entry", id,
                payload: payload, personal: ["payer": name]), at: now)
        guard let other = payer.organization else { return }
        try announce(
            Event(
                "TransferPaidForOther", by: actor, organization: other, subject: "bank_entry", id, payload: payload),
            at: now)
    }
}

extension Billing {
    /// Somebody else paid for them: from whose account, so that nobody pays twice.
    func paidByOtherLetter(_ recorded: RecordedEvent, _ connection: Connection) throws -> [Dispatch] {
        try movementLetter(
            recorded, connection, "billing.mail.paid_by_other", amount: "amount",
            ["payer": recorded.event.personal["payer"] ?? "–"], button: Billing.toDocuments)
    }

    /// They paid under a reference of somebody else, whose name is not theirs to know.
    func paidForOtherLetter(_ recorded: RecordedEvent, _ connection: Connection) throws -> [Dispatch] {
        try movementLetter(
            recorded, connection, "billing.mail.paid_for_other", amount: "amount", button: Billing.toDocuments)
    }

    private static let toDocuments = (word: "billing.mail.invoice.action", place: "documents")
}
