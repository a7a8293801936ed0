package import Kernel
import Storage

/// A movement of one of our accounts, as it was read from the bank's files: once, whatever number of files tell of it.
package struct BankEntry: Hashable, Sendable {
    package let id: BankEntryID
    package let amount: Money
    package let bookedOn: Day
    package let reference: String
    let endToEndID: String
    package let message: String
    package let debtorName: String
    package let debtorIBAN: String
    package let state: State
    /// Why nobody could tell whose it is.
    package let reason: UnidentifiedReason?
    /// Whose it is, or seems to be.
    package let organization: OrganizationID?
    package let payment: PaymentID?
    let key: String

    package enum State: String, CaseIterable, Sendable, StoredAsText {
        /// It paid something, or went to prepaid.
        case posted
        /// On account 2031 and on the work list.
        case unidentified
        /// Somebody told whose it is.
        case assigned
        /// Somebody decided to send it back; the bank has not told of it yet.
        case returning
        case returned
        /// A sum, of which another file has the parts: nothing is booked of it.
        case batch
        /// Money that went out: booked where it was sent from.
        case outgoing
        /// Our own money: booked by who told of it first, and only noted here.
        case recognised
    }
}

/// Why a receipt went to account 2031.
package enum UnidentifiedReason: String, CaseIterable, Sendable, StoredAsText {
    case noReference = "no_reference"
    case unknownReference = "unknown_reference"
    case otherCurrency = "other_currency"
    /// The bank took back what it had booked.
    case takenBack = "taken_back"
    /// It went out under a reference of ours, and the books do not have it as sent.
    case notSent = "not_sent"
}

extension BankEntry {
    static let select: SQL = """
        SELECT id, key, currency, amount, booked_on, reference, end_to_end_id, message, debtor_name, debtor_iban, state, reason,
            organization_id, payment_id
        FROM bank_entry
        """

    init(_ row: Row) throws {
        id = try row["id"]
        key = try row["key"]
        amount = Money(minorUnits: try row["amount"], try row["currency"])
        bookedOn = try row["booked_on"]
        reference = try row["reference"]
        endToEndID = try row["end_to_end_id"]
        message = try row["message"]
        debtorName = try row["debtor_name"]
        debtorIBAN = try row["debtor_iban"]
        state = try row["state"]
        reason = try row["reason"]
        organization = try row["organization_id"]
        payment = try row["payment_id"]
    }
}

extension Migration {
    /// What was read from the bank's files. A state moves on, the rest stays.
    static let bankEntries = Migration(
        "billing-020-bank-entries",
        """
        CREATE TABLE bank_import (
            id IDENTITY,
            file_name TEXT NOT NULL,
            hash TEXT NOT NULL,
            person_id BIGINT,
            started_at BIGINT NOT NULL,
            finished_at BIGINT,
            read_count BIGINT NOT NULL,
            posted_count BIGINT NOT NULL,
            known_count BIGINT NOT NULL,
            unidentified_count BIGINT NOT NULL,
            other_count BIGINT NOT NULL,
            refusal TEXT NOT NULL
        );
        CREATE TABLE bank_entry (
            id IDENTITY,
            key TEXT NOT NULL UNIQUE,
            entry_key TEXT,
            is_whole BOOLEAN NOT NULL,
            import_id BIGINT NOT NULL REFERENCES bank_import (id),
            iban TEXT NOT NULL,
            currency TEXT NOT NULL CHECK (currency IN ('CHF', 'EUR')),
            amount BIGINT NOT NULL CHECK (amount <> 0),
            is_reversal BOOLEAN NOT NULL,
            booked_on TEXT NOT NULL,
            value_on TEXT,
            reference TEXT NOT NULL,
            end_to_end_id TEXT NOT NULL,
            message TEXT NOT NULL,
            debtor_name TEXT NOT NULL,
            debtor_iban TEXT NOT NULL,
            state TEXT NOT NULL CHECK (state IN
                ('posted', 'unidentified', 'assigned', 'returning', 'returned', 'batch', 'outgoing')),
            reason TEXT,
            organization_id BIGINT REFERENCES organization (id),
            payment_id BIGINT REFERENCES payment (id),
            transaction_id BIGINT REFERENCES ledger_transaction (id),
            CHECK ((transaction_id IS NOT NULL) = (state NOT IN ('batch', 'outgoing')))
        );
        CREATE INDEX bank_entry_of_entry ON bank_entry (entry_key) WHERE entry_key IS NOT NULL;
        CREATE INDEX bank_entry_of_debtor ON bank_entry (debtor_iban, organization_id) WHERE organization_id IS NOT NULL;
        CREATE INDEX bank_entry_open ON bank_entry (id) WHERE state = 'unidentified';
        """)
}
