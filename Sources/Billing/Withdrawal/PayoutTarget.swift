package import Kernel
import Storage
import Web

/// Where money goes that we pay out. Personal: sealed where it is kept (`seal`), masked where it is told (`masked`).
package enum PayoutTarget: Hashable, Sendable {
    case bank(IBAN, holder: String)
    case payPal(EmailAddress)

    package enum Method: String, CaseIterable, Sendable, StoredAsText {
        case bank
        case payPal = "paypal"
    }

    package var method: Method {
        switch self {
        case .bank: .bank
        case .payPal: .payPal
        }
    }

    /// Enough to recognise it by, too little to use it.
    package var masked: String {
        switch self {
        case .bank(let iban, _):
            return "\(iban.description.prefix(4)) … \(iban.description.suffix(4))"
        case .payPal(let address):
            let parts = address.description.split(separator: "@")
            return "\(parts[0].prefix(1))…@\(parts[1])"
        }
    }

    /// What the Swiss rules for transfers allow (SIX, Implementation Guidelines for Credit Transfers, "Character set").
    static func isTransferable(_ text: String) -> Bool {
        text.unicodeScalars.allSatisfy { scalar in
            switch scalar.value {
            case 0x20...0x7e, 0xa0...0x17f, 0x218...0x21b, 0x20ac: true
            default: false
            }
        }
    }

    /// Characters of a name in a transfer.
    static let holderLengthMax = 70

    /// Reads an account that this currency can be sent to: francs within Switzerland and Liechtenstein, euros within SEPA.
    /// Elsewhere a transfer needs the bank's own address and costs fees that nobody could name beforehand.
    /// - Throws: a `Problem` on the field `iban`.
    package static func account(_ text: String, for currency: Currency) throws(Problem) -> IBAN {
        guard let iban = IBAN(text) else { throw .field("iban", "billing.withdrawal.iban_wrong") }
        if iban.isQR { throw .field("iban", "billing.withdrawal.iban_qr") }
        switch currency {
        case .chf where !["CH", "LI"].contains(iban.countryCode):
            throw .field("iban", "billing.withdrawal.iban_not_swiss")
        case .eur where !sepa.contains(iban.countryCode): throw .field("iban", "billing.withdrawal.iban_not_sepa")
        default: return iban
        }
    }

    /// Countries by the first two letters of their IBANs (EPC409-09, List of SEPA scheme countries).
    private static let sepa: Set<String> = [
        "AD", "AL", "AT", "BE", "BG", "CH", "CY", "CZ", "DE", "DK", "EE", "ES", "FI", "FR", "GB", "GI", "GR", "HR",
        "HU", "IE", "IS", "IT", "LI", "LT", "LU", "LV", "MC", "MD", "ME", "MK", "MT", "NL", "NO", "PL", "PT", "RO",
        "RS", "SE", "SI", "SK", "SM", "VA",
    ]
}

extension PayoutTarget {
    private static let purpose = "payout target"

    /// - Parameter context: the row it belongs to.
    func seal(_ keys: Keys, context: String) throws -> [UInt8] {
        let values =
            switch self {
            case .bank(let iban, let holder): ["iban": iban.description, "holder": holder]
            case .payPal(let address): ["paypal": address.description]
            }
        return try keys.seal(Array(JSONText.encode(values).utf8), for: PayoutTarget.purpose, context: context)
    }

    static func open(_ sealed: [UInt8], _ keys: Keys, context: String) throws -> PayoutTarget {
        let bytes = try keys.open(sealed, for: purpose, context: context)
        let values = JSONText.decode(String(decoding: bytes, as: UTF8.self))
        if let iban = values["iban"].flatMap({ IBAN($0) }), let holder = values["holder"] {
            return .bank(iban, holder: holder)
        }
        guard let address = values["paypal"].flatMap({ EmailAddress($0) }) else {
            throw StorageError.unreadable("A payout target (\(context)) is neither an account nor an address.")
        }
        return .payPal(address)
    }
}
