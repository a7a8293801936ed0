package import Kernel
import Organizations
package import Storage

/// What an organisation that buys on account may: how long it has to pay, and how much may be open at once. The operator
/// grants it and takes it away, with a reason that the customer reads (billing.md, 10).
package struct AccountTerms: Hashable, Sendable {
    /// From the day of issue.
    package let dueDays: Int
    /// Of all its invoices together, with VAT.
    package let limit: Money

    package init(dueDays: Int, limit: Money) {
        self.dueDays = dueDays
        self.limit = limit
    }

    /// Longer than a quarter is a loan.
    package static let dueDaysRange = 1...90
    /// A million: more is a contract of its own.
    package static let limitRange: ClosedRange<Int64> = 100...100_000_000
}

/// How much an organisation that buys on account may buy now.
package struct AccountStanding: Hashable, Sendable {
    package let terms: AccountTerms
    /// Of all its invoices.
    package let open: Money
    /// Whether the day of one of them has passed.
    package let isOverdue: Bool

    package init(terms: AccountTerms, open: Money, isOverdue: Bool) {
        self.terms = terms
        self.open = open
        self.isOverdue = isOverdue
    }

    /// What may still be bought.
    package var left: Money {
        Money(minorUnits: max(0, terms.limit.minorUnits - open.minorUnits), terms.limit.currency)
    }

    /// - Parameter total: what is wanted; nil where it is not known yet.
    package func refusal(of total: Money?) -> PaymentOption.Refusal? {
        if isOverdue { return .somethingOverdue }
        return (total?.minorUnits ?? 1) > left.minorUnits ? .aboveLimit : nil
    }

    /// For the sentences of `refusal`.
    package var arguments: [String: String] { ["currency": left.currency.rawValue, "left": left.plain] }
}

extension Migration {
    /// Who buys on account. Without a row, an organisation pays when it orders.
    static let accountTerms = Migration(
        "billing-030-account-terms",
        """
        CREATE TABLE account_terms (
            id BIGINT PRIMARY KEY REFERENCES organization (id),
            due_days INTEGER NOT NULL CHECK (due_days BETWEEN 1 AND 90),
            currency TEXT NOT NULL CHECK (currency IN ('CHF', 'EUR')),
            limit_amount BIGINT NOT NULL CHECK (limit_amount > 0),
            changed_at BIGINT NOT NULL
        );
        """)
}

extension Connection {
    /// - Returns: nil for an organisation that does not buy on account.
    package func accountTerms(of organization: OrganizationID) throws -> AccountTerms? {
        try row("SELECT due_days, currency, limit_amount FROM account_terms WHERE id = \(organization)").map { row in
            AccountTerms(
                dueDays: try row["due_days"],
                limit: Money(minorUnits: try row["limit_amount"], try row["currency"]))
        }
    }

    /// - Returns: nil for an organisation that does not buy on account.
    package func accountStanding(of organization: OrganizationID, on today: Day) throws -> AccountStanding? {
        guard let terms = try accountTerms(of: organization) else { return nil }
        let row = try row(
            """
            SELECT CAST(COALESCE(SUM(b.amount), 0) AS BIGINT) AS open,
                COALESCE(SUM(CASE WHEN d.due_on < \(today) THEN 1 ELSE 0 END), 0) AS late
            FROM ledger_balance b JOIN document d ON d.id = b.document_id
            WHERE b.account = \(LedgerAccount.receivable) AND b.organization_id = \(organization)
                AND b.currency = \(terms.limit.currency) AND b.amount > 0
            """)
        let open: Int64 = try row?["open"] ?? 0
        let late: Int64 = try row?["late"] ?? 0
        return AccountStanding(
            terms: terms, open: Money(minorUnits: open, terms.limit.currency), isOverdue: late > 0)
    }

    /// Lets an organisation buy on account, or changes the terms. The same terms again are nothing new.
    /// - Throws: a `Problem`: 404 where it is deleted, 409 `currency_mismatch`, 422 for terms that cannot be.
    package func grantAccount(
        _ terms: AccountTerms, to organization: OrganizationID, reason: String, by actor: Event.Actor, at now: Instant
    ) throws {
        let books = try lockBooks(of: organization)
        try Organization.hold(organization, in: self)
        try terms.check(books.balance.currency)
        guard try accountTerms(of: organization) != terms else { return }
        try execute(
            """
            INSERT INTO account_terms (id, due_days, currency, limit_amount, changed_at)
            VALUES (\(organization), \(terms.dueDays), \(terms.limit.currency), \(terms.limit.minorUnits), \(now))
            ON CONFLICT (id) DO UPDATE SET due_days = excluded.due_days, limit_amount = excluded.limit_amount,
                changed_at = excluded.changed_at
            """)
        try announce(
            Event(
                "OnAccountGranted", by: actor, organization: organization, subject: "organization",
                organization.rawValue,
                payload: [
                    "due_days": String(terms.dueDays), "limit": terms.limit.plain,
                    "currency": terms.limit.currency.rawValue, "reason": reason,
                ]), at: now)
    }

    /// From now on it pays when it orders; what is open stays open, with its days.
    /// - Returns: false where it did not buy on account.
    @discardableResult
    package func withdrawAccount(
        of organization: OrganizationID, reason: String, by actor: Event.Actor, at now: Instant
    ) throws -> Bool {
        _ = try lockBooks(of: organization)
        guard try execute("DELETE FROM account_terms WHERE id = \(organization)") == 1 else { return false }
        try announce(
            Event(
                "OnAccountWithdrawn", by: actor, organization: organization, subject: "organization",
                organization.rawValue, payload: ["reason": reason]), at: now)
        return true
    }
}

extension AccountTerms {
    fileprivate func check(_ currency: Currency) throws {
        guard limit.currency == currency else {
            throw Problem(
                .conflict, code: "currency_mismatch", word: "billing.payment.currency_mismatch",
                arguments: ["currency": currency.rawValue])
        }
        guard AccountTerms.dueDaysRange.contains(dueDays) else { throw AccountTerms.daysProblem }
        guard AccountTerms.limitRange.contains(limit.minorUnits) else { throw AccountTerms.limitProblem(currency) }
    }

    static let daysProblem = Problem.field(
        "due_days", "billing.on_account.days_wrong", code: "validation_rule_between",
        ["min": String(dueDaysRange.lowerBound), "max": String(dueDaysRange.upperBound)])

    static func limitProblem(_ currency: Currency) -> Problem {
        .field(
            "limit", "billing.on_account.limit_wrong", code: "validation_rule_between",
            [
                "currency": currency.rawValue, "min": Money(minorUnits: limitRange.lowerBound, currency).plain,
                "max": Money(minorUnits: limitRange.upperBound, currency).plain,
            ])
    }
}
