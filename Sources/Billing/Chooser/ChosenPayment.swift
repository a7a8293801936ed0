package import Kernel

/// How the customer pays, as the form said it. A card has been handed to the processor already.
package enum ChosenPayment: Sendable {
    /// - Parameter fromPrepaid: what the prepaid account gives; the instrument brings the rest (PAYM-8).
    case processed(Instrument, keeps: Bool, fromPrepaid: Money?)
    case prepaid
    /// A pro forma tells how; what is paid for waits for the money (PAYM-5).
    case transfer
    /// Provided at once, against an invoice that is open until its day.
    case onAccount

    /// A card that was typed just now, for all of it.
    package static func card(_ token: CardToken) -> ChosenPayment {
        .processed(.card(token), keeps: false, fromPrepaid: nil)
    }
}
