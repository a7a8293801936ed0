package import Kernel
package import Organizations
package import Storage
import Web

extension Billing {
    /// What has to be done with money before an organisation may be deleted (ORG-11).
    package static let deletionConditions: [DeletionCondition] = [
        DeletionCondition(
            "invoices", title: { $0("billing.deletion.invoices") },
            check: { organization, connection in
                let open = try connection.openDocuments(of: organization, limit: DeletionCondition.itemsMax)
                if open.total == 0 { return .nothing }
                let items = open.items.map { document in
                    DeletionCondition.Item(
                        document.number, link: "/organizations/\(organization)/billing/documents/\(document.id)"
                    ) { $0.money(document.open) }
                }
                return DeletionCondition.Remainder(
                    count: open.total, items: items, link: "/organizations/\(organization)/billing/documents"
                ) { $0("billing.deletion.invoices.left") }
            }),
        DeletionCondition(
            "payments", title: { $0("billing.deletion.payments") },
            check: { organization, connection in
                let count: Int =
                    try connection.row(
                        """
                        SELECT COUNT(*) AS count FROM payment
                        WHERE organization_id = \(organization) AND state = 'pending'
                        """)?["count"] ?? 0
                return DeletionCondition.Remainder(count: count, link: "/organizations/\(organization)/billing/prepaid")
                {
                    $0("billing.deletion.payments.left")
                }
            }),
        // What could not be delivered comes back to a prepaid account that has to be there.
        DeletionCondition(
            "refunds", title: { $0("billing.deletion.refunds") },
            check: { organization, connection in
                let count: Int =
                    try connection.row(
                        """
                        SELECT COUNT(*) AS count FROM refund
                        WHERE organization_id = \(organization) AND state = \(RefundState.pending)
                        """)?["count"] ?? 0
                return DeletionCondition.Remainder(
                    count: count, link: "/organizations/\(organization)/billing/documents"
                ) {
                    $0("billing.deletion.refunds.left")
                }
            }),
        DeletionCondition(
            "balance", title: { $0("billing.deletion.balance") },
            check: { organization, connection in
                let balance = try connection.prepaidAccount(of: organization).balance
                if balance.isZero { return .nothing }
                return DeletionCondition.Remainder(
                    count: 1, link: "/organizations/\(organization)/billing/prepaid/withdraw"
                ) {
                    $0("billing.deletion.balance.left", ["balance": $0.money(balance)])
                }
            }),
        // What comes back from the bank has to find its account.
        DeletionCondition(
            "withdrawals", title: { $0("billing.deletion.withdrawals") },
            check: { organization, connection in
                let count: Int =
                    try connection.row(
                        """
                        SELECT COUNT(*) AS count FROM withdrawal
                        WHERE organization_id = \(organization)
                            AND state IN \(WithdrawalState.allCases.filter(\.isUnderWay))
                        """)?["count"] ?? 0
                return DeletionCondition.Remainder(count: count, link: "/organizations/\(organization)/billing/prepaid")
                {
                    $0("billing.deletion.withdrawals.left")
                }
            }),
    ]

    /// Every document of an organisation, for the letter that is sent when it is deleted (ORG-12).
    package static let issuedDocuments: @Sendable (OrganizationID, Connection) throws -> IssuedDocuments = {
        organization, connection in
        IssuedDocuments(
            total: try connection.documentCount(of: organization),
            newest: try connection.documents(of: organization, limit: IssuedDocuments.listMax).map { document in
                IssuedDocuments.Entry(issuedOn: document.issuedOn, total: document.total) { words in
                    "\(words("billing.kind.\(document.kind.rawValue)")) \(document.number)"
                }
            })
    }
}

extension Connection {
    /// Documents with something left to pay, oldest first.
    package func openDocuments(
        of organization: OrganizationID, limit: Int
    ) throws -> (items: [Document], total: Int) {
        let items = try documents("d.organization_id = \(organization) AND b.amount > 0 ORDER BY d.id LIMIT \(limit)")
        let row = try row(
            """
            SELECT COUNT(*) AS count FROM ledger_balance
            WHERE account = \(LedgerAccount.receivable) AND organization_id = \(organization) AND amount > 0
            """)
        return (items, try row?["count"] ?? 0)
    }
}
