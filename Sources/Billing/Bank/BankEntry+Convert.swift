package import Kernel
package import Storage
import Web

extension Payments {
    /// Money in another currency is converted over 1190: 2031 / 1190 in what came, 1190 / what it pays in what is owed. The two
    /// sides of 1190 stay there until the bank tells that the money was exchanged (`settleExchanges`).
    /// - Throws: a `Problem`: 409 `not_open` where it was decided before, 409 `changed_meanwhile` where it would not come to what
    ///   was shown, 422 where the receiver is none.
    package func convert(
        _ id: BankEntryID, _ conversion: BankConversion, reason: String, by actor: Event.Actor, at now: Instant
    ) async throws {
        try await database.write { connection in
            try connection.holdBank()
            let entry = try connection.holdUnidentified(id)
            let target = try connection.target(conversion.receiver, of: entry)
            guard let amount = conversion.rate.of(entry.amount, in: target.currency),
                target.currency != entry.amount.currency
            else { throw Problem.field("rate", "billing.bank.nothing_to_convert") }
            guard amount == conversion.shown else {
                throw Problem(.conflict, code: "changed_meanwhile", word: "form.changed_meanwhile")
            }
            let receipt = Receipt(
                amount: amount, key: "identified:\(entry.key)", kind: .conversion, source: .currencyExchange,
                bookedOn: issuer.zone.day(of: now),
                before: [
                    .debit(.unidentifiedReceipts, entry.amount, nil, detail: entry.key),
                    .credit(.currencyExchange, entry.amount, nil, detail: entry.key),
                ])
            let (payment, transaction) = try postTransfer(
                receipt, to: target, as: BankMatch.fulfilment(of: amount, for: target, receiver: conversion.receiver),
                in: connection, by: actor, at: now)
            try connection.execute(
                """
                INSERT INTO bank_conversion (entry_id, rate, currency, amount, transaction_id)
                VALUES (\(id), \(conversion.rate.millionths), \(amount.currency), \(amount.minorUnits), \(transaction))
                """)
            try connection.execute(
                """
                UPDATE bank_entry SET state = \(BankEntry.State.assigned), organization_id = \(target.organization),
                    payment_id = \(payment)
                WHERE id = \(id)
                """)
            try settleExchanges(from: entry.amount.currency, to: target.currency, in: connection, at: now)
            try connection.announce(
                Event(
                    "BankEntryConverted", by: actor, organization: target.organization, subject: "bank_entry",
                    id.rawValue,
                    payload: [
                        "amount": entry.amount.plain, "currency": entry.amount.currency.rawValue,
                        "converted": amount.plain, "into": amount.currency.rawValue, "rate": conversion.rate.plain,
                        "reason": reason,
                    ]), at: now)
        }
    }
}

extension BankMatch {
    /// What an operator's decision brings about: nil asks the purpose itself.
    static func fulfilment(of amount: Money, for target: TransferTarget, receiver: BankReceiver) -> Fulfilment? {
        if case .prepaid = receiver { return .nothingOpen(.unmatched) }
        let match = BankMatch.of(
            amount: amount, reference: "", isReversal: false, isBatch: false, target: target, candidates: [])
        if case .isTooLittle = match { return .nothingOpen(.tooLittle) }
        return nil
    }
}

extension Connection {
    /// What an operator named, as something that money is for.
    /// - Throws: 422 on `number` or `organization` where there is none.
    func target(_ receiver: BankReceiver, of entry: BankEntry) throws -> TransferTarget {
        switch receiver {
        case .reference:
            guard let reference = BankReference(entry.reference)?.text,
                let target = try transferTargets([reference])[reference]
            else { throw Problem.field("number", "billing.bank.receiver_missing", code: "validation_rule_required") }
            return target
        case .document(let number):
            let found = try openTargets("d.number = \(number)")
            guard found.count == 1 else { throw Problem.field("number", "billing.bank.no_document") }
            return found[0]
        case .prepaid(let id):
            do {
                return TransferTarget(
                    organization: id, purpose: PaymentPurpose.topUpName, purposeID: id.rawValue, asked: nil,
                    currency: try billingCurrency(of: id))
            } catch let problem as Problem where problem.status == 404 {
                throw Problem.field("organization", "billing.bank.no_organization")
            }
        }
    }

    /// Organisations of whoever answers for this one that are billed in the currency that came: their prepaid accounts take it
    /// as it is.
    func sameCurrency(as entry: BankEntry) throws -> [(id: OrganizationID, name: String)] {
        guard let organization = entry.organization else { return [] }
        return try rows(
            """
            SELECT o.id, o.name FROM organization o JOIN membership m ON m.organization_id = o.id
            WHERE o.currency = \(entry.amount.currency) AND o.deleted_at IS NULL AND m.role = 'legal_representative'
                AND m.person_id IN (SELECT person_id FROM membership
                    WHERE organization_id = \(organization) AND role = 'legal_representative')
            ORDER BY o.id LIMIT 5
            """
        ).map { (try $0["id"], try $0["name"]) }
    }
}
