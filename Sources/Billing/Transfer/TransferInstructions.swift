package import Access
import Kernel
package import Web

/// How to transfer: the same rows wherever somebody is asked to (PAYM-5, REM-3).
package struct TransferInstructions {
    let reference: TransferReference
    let issuer: LegalEntity
    let words: Words

    package init(_ reference: TransferReference, to issuer: LegalEntity, _ words: Words) {
        self.reference = reference
        self.issuer = issuer
        self.words = words
    }

    /// - Parameters:
    ///   - standing: who may see the organisation's money is led to the pro forma and to the help.
    ///   - more: what else belongs under the rows.
    package func card(for standing: Standing, more: HTML = .empty) -> HTML {
        let home = "/organizations/\(reference.organization)/billing"
        let rows: [(name: String, value: HTML, action: HTML)] = [
            (words("billing.transfer.amount"), amount, .empty),
            (
                words("billing.transfer.account"),
                value(reference.account.iban.description, reference.account.iban.grouped),
                copyButton("account", words("billing.transfer.account"))
            ),
            (
                words("billing.transfer.reference"), value(reference.reference.text, reference.reference.grouped),
                copyButton("reference", words("billing.transfer.reference"))
            ),
            (words("billing.transfer.recipient"), recipient, .empty),
        ]
        let links: HTML = """
            <p class="row">\(reference.document.map { linkButton(words("billing.transfer.document"), Link("\(path: home)/documents/\($0)"), icon: "document") } ?? .empty)\
            \(linkButton(words("billing.transfer.help"), Link("\(path: home)/transfers/help"), icon: "help"))</p>
            """
        return Web.card(
            words("billing.transfer.how"),
            """
            <div class="stack">
            <p>\(words(reference.amount == nil ? "billing.transfer.lead.any" : "billing.transfer.lead"))</p>
            \(summary(rows))
            <p class="muted">\(words("billing.transfer.fees"))</p>
            \(more)
            \(when(standing.has(ManageBilling.self), links))
            </div>
            """)
    }

    private var amount: HTML {
        if let amount = reference.amount {
            return "<strong id=\"transfer-amount\" data-value=\"\(amount.plain)\">\(words.money(amount))</strong>"
        }
        let currency = reference.account.currency
        let range = PrepaidAccount.depositMinorUnits
        return HTML(
            words(
                "billing.transfer.any_amount",
                [
                    "min": words.money(Money(minorUnits: range.lowerBound, currency)),
                    "max": words.money(Money(minorUnits: range.upperBound, currency)),
                ]))
    }

    /// What is copied is what a bank's form takes: without spaces.
    private func value(_ plain: String, _ grouped: String) -> HTML {
        let id = plain == reference.reference.text ? "transfer-reference" : "transfer-account"
        return "<code id=\"\(id)\" data-value=\"\(plain)\">\(grouped)</code>"
    }

    private func copyButton(_ what: String, _ name: String) -> HTML {
        """
        <button class="btn" type="button" data-copy="#transfer-\(what)" data-done="\(words("accounts.copied"))" hidden>\
        <span data-label>\(words("accounts.copy"))</span><span class="vh"> \(name)</span></button>
        """
    }

    private var recipient: HTML {
        """
        \(issuer.name)<br>\(issuer.street)<br>\(issuer.postcode) \(issuer.town)<br>\(words.country(issuer.country))
        """
    }
}

extension Words {
    /// The rows of a letter that asks for a transfer.
    func transferFacts(_ reference: TransferReference, to issuer: LegalEntity) -> [(name: String, value: String)] {
        var facts: [(name: String, value: String)] = []
        if let amount = reference.amount { facts.append((self("billing.transfer.amount"), money(amount))) }
        facts.append((self("billing.transfer.account"), reference.account.iban.grouped))
        facts.append((self("billing.transfer.reference"), reference.reference.grouped))
        let recipient = "\(issuer.name), \(issuer.street), \(issuer.postcode) \(issuer.town)"
        facts.append((self("billing.transfer.recipient"), recipient))
        return facts
    }
}
