import Kernel

extension EInvoice {
    /// UN/CEFACT Cross Industry Invoice D16B, as EN 16931 and Factur-X use it. The schema is a sequence: the order matters.
    package var cii: [UInt8] {
        let root: XML = """
            <rsm:CrossIndustryInvoice xmlns:rsm="urn:un:unece:uncefact:data:standard:CrossIndustryInvoice:100" \
            xmlns:ram="urn:un:unece:uncefact:data:standard:ReusableAggregateBusinessInformationEntity:100" \
            xmlns:udt="urn:un:unece:uncefact:data:standard:UnqualifiedDataType:100">
            <rsm:ExchangedDocumentContext><ram:GuidelineSpecifiedDocumentContextParameter>\
            <ram:ID>urn:cen.eu:en16931:2017</ram:ID></ram:GuidelineSpecifiedDocumentContextParameter></rsm:ExchangedDocumentContext>
            <rsm:ExchangedDocument><ram:ID>\(document.number)</ram:ID>\
            <ram:TypeCode>\(document.kind == .creditNote ? "381" : "380")</ram:TypeCode>\
            <ram:IssueDateTime>\(date(document.issuedOn))</ram:IssueDateTime></rsm:ExchangedDocument>
            <rsm:SupplyChainTradeTransaction>
            \(lines.map(ciiLine))
            <ram:ApplicableHeaderTradeAgreement>
            \(ciiSeller)
            \(ciiBuyer)
            </ram:ApplicableHeaderTradeAgreement>
            <ram:ApplicableHeaderTradeDelivery><ram:ShipToTradeParty><ram:PostalTradeAddress>\
            <ram:CountryID>\(document.recipient.country.code)</ram:CountryID></ram:PostalTradeAddress></ram:ShipToTradeParty>\
            </ram:ApplicableHeaderTradeDelivery>
            <ram:ApplicableHeaderTradeSettlement>
            \(ciiMeans)
            \(taxes.map(ciiTax))
            <ram:SpecifiedTradePaymentTerms><ram:Description>\(terms)</ram:Description>\
            \(document.kind == .invoice ? "<ram:DueDateDateTime>\(date(document.dueOn))</ram:DueDateDateTime>" : .empty)\
            </ram:SpecifiedTradePaymentTerms>
            \(ciiTotals)
            \(preceding.map { "<ram:InvoiceReferencedDocument><ram:IssuerAssignedID>\($0)</ram:IssuerAssignedID></ram:InvoiceReferencedDocument>" as XML })
            </ram:ApplicableHeaderTradeSettlement>
            </rsm:SupplyChainTradeTransaction>
            </rsm:CrossIndustryInvoice>
            """
        return root.bytes
    }

    /// Format 102 of UNTDID 2379: `20261120`.
    private func date(_ day: Day) -> XML {
        "<udt:DateTimeString format=\"102\">\(day.description.filter { $0 != "-" })</udt:DateTimeString>"
    }

    private func ciiLine(_ line: Line) -> XML {
        let period: XML? = line.line.period.map { period in
            """
            <ram:BillingSpecifiedPeriod><ram:StartDateTime>\(date(period.start))</ram:StartDateTime>\
            <ram:EndDateTime>\(date(period.lastDay))</ram:EndDateTime></ram:BillingSpecifiedPeriod>
            """
        }
        let allowances = line.allowances.map { allowance -> XML in
            """
            <ram:SpecifiedTradeAllowanceCharge><ram:ChargeIndicator><udt:Indicator>false</udt:Indicator></ram:ChargeIndicator>\
            <ram:CalculationPercent>\(allowance.percentage.plain)</ram:CalculationPercent>\
            <ram:BasisAmount>\(allowance.base.plain)</ram:BasisAmount>\
            <ram:ActualAmount>\(allowance.amount.plain)</ram:ActualAmount>\
            <ram:ReasonCode>95</ram:ReasonCode><ram:Reason>\(allowance.reason)</ram:Reason></ram:SpecifiedTradeAllowanceCharge>
            """
        }
        return """
            <ram:IncludedSupplyChainTradeLineItem>
            <ram:AssociatedDocumentLineDocument><ram:LineID>\(line.line.position)</ram:LineID></ram:AssociatedDocumentLineDocument>
            <ram:SpecifiedTradeProduct><ram:Name>\(line.line.description)</ram:Name></ram:SpecifiedTradeProduct>
            <ram:SpecifiedLineTradeAgreement><ram:NetPriceProductTradePrice>\
            <ram:ChargeAmount>\(line.price.plain)</ram:ChargeAmount></ram:NetPriceProductTradePrice></ram:SpecifiedLineTradeAgreement>
            <ram:SpecifiedLineTradeDelivery><ram:BilledQuantity unitCode="C62">\(line.quantity)</ram:BilledQuantity></ram:SpecifiedLineTradeDelivery>
            <ram:SpecifiedLineTradeSettlement>
            <ram:ApplicableTradeTax><ram:TypeCode>VAT</ram:TypeCode><ram:CategoryCode>\(line.category.rawValue)</ram:CategoryCode>\
            <ram:RateApplicablePercent>\(line.rate.plain)</ram:RateApplicablePercent></ram:ApplicableTradeTax>
            \(period)\(allowances)
            <ram:SpecifiedTradeSettlementLineMonetarySummation><ram:LineTotalAmount>\(line.line.net.plain)</ram:LineTotalAmount>\
            </ram:SpecifiedTradeSettlementLineMonetarySummation>
            </ram:SpecifiedLineTradeSettlement>
            </ram:IncludedSupplyChainTradeLineItem>
            """
    }

    private var ciiSeller: XML {
        let issuer = document.issuer
        return """
            <ram:SellerTradeParty><ram:Name>\(issuer.name)</ram:Name>
            <ram:SpecifiedLegalOrganization><ram:ID>\(issuer.vatNumber ?? issuer.code)</ram:ID></ram:SpecifiedLegalOrganization>
            \(ciiAddress(issuer.street, issuer.town, issuer.postcode, issuer.country))
            \(sellerVATNumber.map(ciiTaxRegistration))
            </ram:SellerTradeParty>
            """
    }

    private var ciiBuyer: XML {
        let recipient = document.recipient
        let contact: XML =
            recipient.contact.isEmpty
            ? .empty
            : "<ram:DefinedTradeContact><ram:PersonName>\(recipient.contact)</ram:PersonName></ram:DefinedTradeContact>"
        return """
            <ram:BuyerTradeParty><ram:Name>\(recipient.name)</ram:Name>\(contact)
            \(ciiAddress(recipient.street, recipient.town, recipient.postcode, recipient.country))
            \(buyerVATNumber.map(ciiTaxRegistration))
            </ram:BuyerTradeParty>
            """
    }

    private func ciiAddress(_ street: String, _ town: String, _ postcode: String, _ country: Country) -> XML {
        """
        <ram:PostalTradeAddress>\(element("ram:PostcodeCode", postcode))\(element("ram:LineOne", street))\
        \(element("ram:CityName", town))<ram:CountryID>\(country.code)</ram:CountryID></ram:PostalTradeAddress>
        """
    }

    private func ciiTaxRegistration(_ number: String) -> XML {
        "<ram:SpecifiedTaxRegistration><ram:ID schemeID=\"VA\">\(number)</ram:ID></ram:SpecifiedTaxRegistration>"
    }

    private var ciiMeans: XML {
        var reference: XML = .empty
        var detail: XML = .empty
        switch means {
        case .transfer(let iban, let text, _):
            reference = "<ram:PaymentReference>\(text)</ram:PaymentReference>"
            detail = """
                <ram:PayeePartyCreditorFinancialAccount><ram:IBANID>\(iban.description)</ram:IBANID>\
                </ram:PayeePartyCreditorFinancialAccount>
                """
        case .card(let card):
            detail = """
                <ram:ApplicableTradeSettlementFinancialCard><ram:ID>\(card.last4)</ram:ID>\
                </ram:ApplicableTradeSettlementFinancialCard>
                """
        case .online, .clearing, .undefined: break
        }
        return """
            \(reference)<ram:InvoiceCurrencyCode>\(document.currency.rawValue)</ram:InvoiceCurrencyCode>
            <ram:SpecifiedTradeSettlementPaymentMeans><ram:TypeCode>\(means.code)</ram:TypeCode>\(detail)\
            </ram:SpecifiedTradeSettlementPaymentMeans>
            """
    }

    private func ciiTax(_ tax: Tax) -> XML {
        """
        <ram:ApplicableTradeTax><ram:CalculatedAmount>\(tax.amount.plain)</ram:CalculatedAmount><ram:TypeCode>VAT</ram:TypeCode>\
        \(element("ram:ExemptionReason", tax.reason ?? ""))<ram:BasisAmount>\(tax.base.plain)</ram:BasisAmount>\
        <ram:CategoryCode>\(tax.category.rawValue)</ram:CategoryCode>\
        \(element("ram:ExemptionReasonCode", tax.category.reasonCode ?? ""))\
        <ram:RateApplicablePercent>\(tax.rate.plain)</ram:RateApplicablePercent></ram:ApplicableTradeTax>
        """
    }

    private var ciiTotals: XML {
        let rounding: XML =
            document.rounding.isZero ? .empty : "<ram:RoundingAmount>\(document.rounding.plain)</ram:RoundingAmount>"
        let prepaid: XML =
            paid.isZero ? .empty : "<ram:TotalPrepaidAmount>\(paid.plain)</ram:TotalPrepaidAmount>"
        return """
            <ram:SpecifiedTradeSettlementHeaderMonetarySummation>
            <ram:LineTotalAmount>\(document.net.plain)</ram:LineTotalAmount>
            <ram:TaxBasisTotalAmount>\(document.net.plain)</ram:TaxBasisTotalAmount>
            <ram:TaxTotalAmount currencyID="\(document.currency.rawValue)">\(document.vat.plain)</ram:TaxTotalAmount>
            \(rounding)<ram:GrandTotalAmount>\(gross.plain)</ram:GrandTotalAmount>
            \(prepaid)<ram:DuePayableAmount>\(due.plain)</ram:DuePayableAmount>
            </ram:SpecifiedTradeSettlementHeaderMonetarySummation>
            """
    }
}
