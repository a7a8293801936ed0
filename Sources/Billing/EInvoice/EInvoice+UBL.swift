import Kernel

extension EInvoice {
    /// OASIS UBL 2.1: an `Invoice`, or a `CreditNote`, whose elements are named and ordered a little differently.
    package var ubl: [UInt8] {
        let name: XML = isCredit ? "CreditNote" : "Invoice"
        let root: XML = """
            <\(name) xmlns="urn:oasis:names:specification:ubl:schema:xsd:\(name)-2" \
            xmlns:cac="urn:oasis:names:specification:ubl:schema:xsd:CommonAggregateComponents-2" \
            xmlns:cbc="urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-2">
            <cbc:CustomizationID>urn:cen.eu:en16931:2017</cbc:CustomizationID>
            <cbc:ID>\(document.number)</cbc:ID>
            <cbc:IssueDate>\(document.issuedOn.description)</cbc:IssueDate>
            \(isCredit ? "<cbc:CreditNoteTypeCode>381</cbc:CreditNoteTypeCode>" : "<cbc:DueDate>\(document.dueOn.description)</cbc:DueDate><cbc:InvoiceTypeCode>380</cbc:InvoiceTypeCode>" as XML)
            <cbc:DocumentCurrencyCode>\(document.currency.rawValue)</cbc:DocumentCurrencyCode>
            \(preceding.map { "<cac:BillingReference><cac:InvoiceDocumentReference><cbc:ID>\($0)</cbc:ID></cac:InvoiceDocumentReference></cac:BillingReference>" as XML })
            \(ublSeller)
            \(ublBuyer)
            \(ublMeans)
            <cac:PaymentTerms><cbc:Note>\(terms)</cbc:Note></cac:PaymentTerms>
            <cac:TaxTotal>\(ublAmount("TaxAmount", document.vat))\(taxes.map(ublTax))</cac:TaxTotal>
            \(ublTotals)
            \(lines.map(ublLine))
            </\(name)>
            """
        return root.bytes
    }

    private var isCredit: Bool { document.kind == .creditNote }

    private func ublAmount(_ name: XML, _ amount: Money) -> XML {
        "<cbc:\(name) currencyID=\"\(document.currency.rawValue)\">\(amount.plain)</cbc:\(name)>"
    }

    private var ublSeller: XML {
        let issuer = document.issuer
        return """
            <cac:AccountingSupplierParty><cac:Party>
            \(ublAddress(issuer.street, issuer.town, issuer.postcode, issuer.country))
            \(sellerVATNumber.map(ublTaxScheme))
            <cac:PartyLegalEntity><cbc:RegistrationName>\(issuer.name)</cbc:RegistrationName>\
            <cbc:CompanyID>\(issuer.vatNumber ?? issuer.code)</cbc:CompanyID></cac:PartyLegalEntity>
            </cac:Party></cac:AccountingSupplierParty>
            """
    }

    private var ublBuyer: XML {
        let recipient = document.recipient
        let contact: XML =
            recipient.contact.isEmpty
            ? .empty : "<cac:Contact><cbc:Name>\(recipient.contact)</cbc:Name></cac:Contact>"
        return """
            <cac:AccountingCustomerParty><cac:Party>
            \(ublAddress(recipient.street, recipient.town, recipient.postcode, recipient.country))
            \(buyerVATNumber.map(ublTaxScheme))
            <cac:PartyLegalEntity><cbc:RegistrationName>\(recipient.name)</cbc:RegistrationName></cac:PartyLegalEntity>
            \(contact)</cac:Party></cac:AccountingCustomerParty>
            """
    }

    private func ublAddress(_ street: String, _ town: String, _ postcode: String, _ country: Country) -> XML {
        """
        <cac:PostalAddress>\(element("cbc:StreetName", street))\(element("cbc:CityName", town))\
        \(element("cbc:PostalZone", postcode))\
        <cac:Country><cbc:IdentificationCode>\(country.code)</cbc:IdentificationCode></cac:Country></cac:PostalAddress>
        """
    }

    private func ublTaxScheme(_ number: String) -> XML {
        """
        <cac:PartyTaxScheme><cbc:CompanyID>\(number)</cbc:CompanyID>\
        <cac:TaxScheme><cbc:ID>VAT</cbc:ID></cac:TaxScheme></cac:PartyTaxScheme>
        """
    }

    private var ublMeans: XML {
        let detail: XML =
            switch means {
            case .transfer(let iban, let reference, _):
                """
                <cbc:PaymentID>\(reference)</cbc:PaymentID>\
                <cac:PayeeFinancialAccount><cbc:ID>\(iban.description)</cbc:ID></cac:PayeeFinancialAccount>
                """
            case .card(let card):
                """
                <cac:CardAccount><cbc:PrimaryAccountNumberID>\(card.last4)</cbc:PrimaryAccountNumberID>\
                <cbc:NetworkID>\(card.brand)</cbc:NetworkID></cac:CardAccount>
                """
            case .online, .clearing, .undefined: .empty
            }
        return """
            <cac:PaymentMeans><cbc:PaymentMeansCode>\(means.code)</cbc:PaymentMeansCode>\(detail)</cac:PaymentMeans>
            """
    }

    private func ublTax(_ tax: Tax) -> XML {
        """
        <cac:TaxSubtotal>\(ublAmount("TaxableAmount", tax.base))\(ublAmount("TaxAmount", tax.amount))
        <cac:TaxCategory><cbc:ID>\(tax.category.rawValue)</cbc:ID><cbc:Percent>\(tax.rate.plain)</cbc:Percent>\
        \(element("cbc:TaxExemptionReasonCode", tax.category.reasonCode ?? ""))\
        \(element("cbc:TaxExemptionReason", tax.reason ?? ""))\
        <cac:TaxScheme><cbc:ID>VAT</cbc:ID></cac:TaxScheme></cac:TaxCategory></cac:TaxSubtotal>
        """
    }

    private var ublTotals: XML {
        """
        <cac:LegalMonetaryTotal>
        \(ublAmount("LineExtensionAmount", document.net))
        \(ublAmount("TaxExclusiveAmount", document.net))
        \(ublAmount("TaxInclusiveAmount", gross))
        \(paid.isZero ? .empty : ublAmount("PrepaidAmount", paid))
        \(document.rounding.isZero ? .empty : ublAmount("PayableRoundingAmount", document.rounding))
        \(ublAmount("PayableAmount", due))
        </cac:LegalMonetaryTotal>
        """
    }

    private func ublLine(_ line: Line) -> XML {
        let name: XML = isCredit ? "CreditNoteLine" : "InvoiceLine"
        let quantity: XML = isCredit ? "CreditedQuantity" : "InvoicedQuantity"
        let period: XML? = line.line.period.map { period in
            """
            <cac:InvoicePeriod><cbc:StartDate>\(period.start.description)</cbc:StartDate>\
            <cbc:EndDate>\(period.lastDay.description)</cbc:EndDate></cac:InvoicePeriod>
            """
        }
        let allowances = line.allowances.map { allowance -> XML in
            """
            <cac:AllowanceCharge><cbc:ChargeIndicator>false</cbc:ChargeIndicator>\
            <cbc:AllowanceChargeReasonCode>95</cbc:AllowanceChargeReasonCode>\
            <cbc:AllowanceChargeReason>\(allowance.reason)</cbc:AllowanceChargeReason>\
            <cbc:MultiplierFactorNumeric>\(allowance.percentage.plain)</cbc:MultiplierFactorNumeric>\
            \(ublAmount("Amount", allowance.amount))\(ublAmount("BaseAmount", allowance.base))</cac:AllowanceCharge>
            """
        }
        return """
            <cac:\(name)><cbc:ID>\(line.line.position)</cbc:ID>
            <cbc:\(quantity) unitCode="C62">\(line.quantity)</cbc:\(quantity)>
            \(ublAmount("LineExtensionAmount", line.line.net))
            \(period)\(allowances)
            <cac:Item><cbc:Name>\(line.line.description)</cbc:Name>\
            <cac:ClassifiedTaxCategory><cbc:ID>\(line.category.rawValue)</cbc:ID>\
            <cbc:Percent>\(line.rate.plain)</cbc:Percent>\
            <cac:TaxScheme><cbc:ID>VAT</cbc:ID></cac:TaxScheme></cac:ClassifiedTaxCategory></cac:Item>
            <cac:Price>\(ublAmount("PriceAmount", line.price))</cac:Price></cac:\(name)>
            """
    }
}

extension EInvoice.Line {
    /// BT-152.
    var rate: Percentage { category == .standard ? line.vatRate : Percentage(basisPoints: 0) }
}

/// An element, where there is something to put into it: the standard forbids empty ones.
func element(_ name: XML, _ text: String) -> XML { text.isEmpty ? .empty : "<\(name)>\(text)</\(name)>" }
