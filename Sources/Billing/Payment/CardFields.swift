import Kernel
package import Web

/// The fields of a card, wherever one is typed. Kept out of every address by `data-private`, and never sent back.
package enum CardFields {
    package static func show(_ form: Form, isConditional: Bool = false, isSandbox: Bool, _ words: Words) -> HTML {
        """
        <div class="fields" data-private>
        \(form.field(
            Field(
                "card_number", label: words("billing.card.number"), hint: isSandbox ? words("billing.card.sandbox") : nil,
                autocomplete: "cc-number", inputMode: "numeric", max: 30, isConditional: isConditional), words))
        \(form.field(
            Field(
                "card_expiry", label: words("billing.card.expiry"), hint: words("billing.card.expiry.hint"),
                autocomplete: "cc-exp", inputMode: "numeric", max: 7, isConditional: isConditional, isShort: true), words))
        \(form.field(
            Field(
                "card_cvc", label: words("billing.card.cvc"), hint: words("billing.card.cvc.hint"),
                autocomplete: "cc-csc", inputMode: "numeric", max: 4, isConditional: isConditional, isShort: true), words))
        </div>
        """
    }
}

extension Payment.PaidCard {
    /// As people know it.
    var brandName: String {
        switch brand {
        case "visa": "Visa"
        case "mastercard": "Mastercard"
        default: brand.prefix(1).uppercased() + brand.dropFirst()
        }
    }
}
