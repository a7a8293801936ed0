package import Storage

/// What a subscriber wants done because of an event. Unique by event, kind and target: said twice, it is done once, and
/// the first to say it decides what the payload is.
package struct Dispatch: Sendable, Equatable {
    /// Which `Channel` carries it: `email`.
    package let kind: String
    /// Whom it goes to, as the channel knows them: an address.
    package let target: String
    /// JSON, read by the channel. Kept until delivered, then erased; so the only place for a link with a secret.
    package let payload: String

    package init(kind: String, target: String, payload: String) {
        self.kind = kind
        self.target = target
        self.payload = payload
    }

    package static func email(_ mail: Mail) -> Dispatch {
        Dispatch(kind: "email", target: mail.to, payload: JSONText.encode(mail))
    }
}

/// A room's answer to an event. It reads and decides; it writes nothing and sends nothing, for the relay runs it inside a
/// transaction, and again if that did not commit.
package struct Subscription: Sendable {
    /// The name of the event: `InvoiceIssued`.
    package let event: String
    package let dispatches: @Sendable (RecordedEvent, Connection) throws -> [Dispatch]

    package init(
        _ event: String, _ dispatches: @escaping @Sendable (RecordedEvent, Connection) throws -> [Dispatch]
    ) {
        self.event = event
        self.dispatches = dispatches
    }
}
