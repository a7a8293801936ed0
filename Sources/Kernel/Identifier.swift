/// A row's key that knows what it belongs to: a `PersonID` cannot be passed where an `OrganizationID` is expected.
/// Every identifier lives here, so that a room can speak of another room's things without importing the room.
package struct Identifier<Subject>: RawRepresentable, Hashable, Comparable, Sendable, Codable, CustomStringConvertible,
    LosslessStringConvertible
{
    package let rawValue: Int64

    package init(rawValue: Int64) {
        self.rawValue = rawValue
    }

    /// Reads a key from a path or a form: a positive decimal number of at most 18 digits, no sign, no blanks.
    package init?(_ text: String) {
        guard (1...18).contains(text.utf8.count), text.utf8.allSatisfy({ (48...57).contains($0) }),
            let value = Int64(text), value > 0
        else { return nil }
        rawValue = value
    }

    package var description: String { String(rawValue) }

    package static func < (left: Self, right: Self) -> Bool { left.rawValue < right.rawValue }
}

/// What identifiers can belong to. The cases are never made: the types only tell identifiers apart.
package enum Subject {
    package enum Person {}
    package enum SignUp {}
    package enum Session {}
    package enum Device {}
    package enum Token {}
    package enum Organization {}
    package enum Invitation {}
    package enum Team {}
    package enum Partnership {}
    package enum ClientRequest {}
    package enum AccessRequest {}
    package enum Document {}
    package enum Payment {}
    package enum PaymentProfile {}
    package enum LedgerTransaction {}
    package enum TransferReference {}
    package enum Refund {}
    package enum Dispute {}
    package enum DeskRequest {}
    package enum BillingAddress {}
    package enum Withdrawal {}
    package enum PayoutFile {}
    package enum BankImport {}
    package enum BankEntry {}
    package enum Order {}
    package enum Product {}
    package enum Cancellation {}
    package enum Event {}
    package enum Delivery {}
    package enum Message {}
    package enum NewsItem {}
    package enum NewsSubscriber {}
    package enum NewsRequest {}
}

package typealias PersonID = Identifier<Subject.Person>
package typealias SignUpID = Identifier<Subject.SignUp>
package typealias SessionID = Identifier<Subject.Session>
package typealias DeviceID = Identifier<Subject.Device>
package typealias TokenID = Identifier<Subject.Token>
package typealias OrganizationID = Identifier<Subject.Organization>
package typealias InvitationID = Identifier<Subject.Invitation>
package typealias TeamID = Identifier<Subject.Team>
package typealias PartnershipID = Identifier<Subject.Partnership>
package typealias ClientRequestID = Identifier<Subject.ClientRequest>
package typealias AccessRequestID = Identifier<Subject.AccessRequest>
package typealias DocumentID = Identifier<Subject.Document>
package typealias PaymentID = Identifier<Subject.Payment>
package typealias PaymentProfileID = Identifier<Subject.PaymentProfile>
package typealias LedgerTransactionID = Identifier<Subject.LedgerTransaction>
package typealias TransferReferenceID = Identifier<Subject.TransferReference>
package typealias RefundID = Identifier<Subject.Refund>
package typealias DisputeID = Identifier<Subject.Dispute>
package typealias DeskRequestID = Identifier<Subject.DeskRequest>
package typealias BillingAddressID = Identifier<Subject.BillingAddress>
package typealias WithdrawalID = Identifier<Subject.Withdrawal>
package typealias PayoutFileID = Identifier<Subject.PayoutFile>
package typealias BankImportID = Identifier<Subject.BankImport>
package typealias BankEntryID = Identifier<Subject.BankEntry>
package typealias OrderID = Identifier<Subject.Order>
package typealias ProductID = Identifier<Subject.Product>
package typealias CancellationID = Identifier<Subject.Cancellation>
package typealias EventID = Identifier<Subject.Event>
package typealias DeliveryID = Identifier<Subject.Delivery>
package typealias MessageID = Identifier<Subject.Message>
package typealias NewsItemID = Identifier<Subject.NewsItem>
package typealias NewsSubscriberID = Identifier<Subject.NewsSubscriber>
package typealias NewsRequestID = Identifier<Subject.NewsRequest>
