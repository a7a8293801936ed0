package import Kernel

/// One movement of an account, as the bank told of it: a transaction detail, or an entry that has none.
package struct BankMovement: Hashable, Sendable {
    package let iban: IBAN
    /// What identifies it in every file that tells of it (billing.md): `camt:<IBAN>:<AcctSvcrRef>`, or a digest of what it says.
    package let key: String
    /// The bank's reference of the entry it is part of, with the account; nil where the bank gives none. An entry and its
    /// details are the same money.
    package let entryKey: String?
    /// The entry itself: the file does not take it apart.
    package let isWholeEntry: Bool
    /// The entry sums several transactions up that another file tells of.
    package let isBatch: Bool
    /// Positive came in, negative went out.
    package let amount: Money
    /// Takes an earlier movement back.
    package let isReversal: Bool
    package let bookedOn: Day
    package let valueOn: Day?
    /// As it was sent: well formed or not.
    package let reference: String
    package let endToEndID: String
    /// What a payment file of ours called itself, where the bank books all of it, or names it beside each payment.
    package let batchID: String
    /// Why a payment of ours came back: a code of ISO 20022 (`AC04`), and what the bank adds in words.
    package let returnReason: String
    package let message: String
    package let debtorName: String
    package let debtorIBAN: String
    package let exchange: Exchange?
    /// Where it stands in the file.
    package let line: Int

    /// What the bank says of an exchange. It may be a customer's: who pays in another currency than the account's.
    package struct Exchange: Hashable, Sendable {
        /// What stands against it in the other currency, without a sign; nil where the bank does not name it.
        let counter: Money?
        /// The bank calls it a trade in currencies: then it is nobody's payment.
        let isTrade: Bool
        /// The account at the other end, where the bank names it.
        let otherIBAN: String
    }
}

/// The bank's code of what a movement is (ISO 20022, external bank transaction codes).
struct BankCode: Hashable, Sendable {
    var domain = ""
    var subfamily = ""

    /// A trade in currencies.
    var isTrade: Bool { domain == "FORX" }
    /// A payment that was sent back, or recalled by the bank that sent it.
    var isReturn: Bool { subfamily == "RRTN" || subfamily == "RPCR" }
}
