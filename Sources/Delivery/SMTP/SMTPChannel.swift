// The thread is Foundation's.
import Foundation
package import Kernel
import Storage

/// E-mail over a mail server (RFC 5321), by libcurl. A reply of 4xx, and whatever happens to the connection, is temporary; a
/// reply of 5xx to the message is permanent, one to our login is not: mail waits until the configuration is right.
package struct SMTPChannel: Channel {
    package let kind = "email"
    private let configuration: SMTPConfiguration

    package init(_ configuration: SMTPConfiguration) {
        self.configuration = configuration
    }

    package func deliver(
        _ payload: String, to target: String, key: String, sentAt: Instant
    ) async throws(DeliveryFailure) {
        guard let mail = try? JSONText.decode(Mail.self, payload) else {
            throw .permanent("The payload is not a mail.")
        }
        guard let recipient = EmailAddress(target) else { throw .permanent("The target is not an e-mail address.") }
        let message = Message(mail, to: recipient, from: configuration.sender, key: key, sentAt: sentAt)
        let transfer = SMTPTransfer(configuration: configuration, recipient: recipient, bytes: message.bytes)
        let result = await withCheckedContinuation { continuation in
            // curl waits on the network: on a thread of its own, for the cooperative pool has one per core.
            Thread.detachNewThread { continuation.resume(returning: transfer.perform()) }
        }
        try result.get()
    }
}
