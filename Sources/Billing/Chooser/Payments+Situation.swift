package import Kernel
package import Storage

extension Payments {
    /// Everything the chooser has to know.
    /// - Parameter total: nil where it is typed on the same page.
    package func situation(
        _ kind: PaymentSituation.Kind, of organization: OrganizationID, country: Country, total: Money?,
        today: Day, takesTransfers: Bool = true, in connection: Connection
    ) throws -> PaymentSituation {
        let account = try connection.prepaidAccount(of: organization)
        let currency = account.balance.currency
        return PaymentSituation(
            kind: kind, currency: currency, country: country, total: total, account: account,
            profiles: try connection.paymentProfiles(of: organization).filter { $0.processor == processor.name },
            standard: try connection.defaultMethod(of: organization), processed: processor.methods,
            takesTransfers: takesTransfers && issuer.account(for: currency) != nil, today: today,
            onAccount: kind == .order ? try connection.accountStanding(of: organization, on: today) : nil)
    }
}
