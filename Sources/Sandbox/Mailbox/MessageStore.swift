import Kernel
import Storage

extension Migration {
    static let sandboxMessages = Migration(
        "sandbox-001-messages",
        """
        CREATE TABLE sandbox_message (
            id IDENTITY,
            key TEXT NOT NULL UNIQUE,
            channel TEXT NOT NULL,
            recipient TEXT NOT NULL,
            recipient_key TEXT NOT NULL,
            subject TEXT NOT NULL,
            text TEXT NOT NULL,
            html TEXT NOT NULL,
            sent_at BIGINT NOT NULL
        );
        CREATE INDEX sandbox_message_of_recipient ON sandbox_message (recipient_key, id);
        CREATE TABLE sandbox_mailbox (id BIGINT PRIMARY KEY);
        INSERT INTO sandbox_mailbox (id) VALUES (1);
        """)
}

/// Which messages somebody asks for who waits for new ones.
enum MessagesAfter: Hashable, Sendable {
    case all
    case id(Int64)
    case instant(Instant)

    /// - Returns: nil unless it is empty, the id of a message, or an RFC 3339 instant.
    init?(_ text: String) {
        if text.isEmpty {
            self = .all
        } else if text.utf8.count <= 18, text.utf8.allSatisfy({ (48...57).contains($0) }), let id = Int64(text) {
            self = .id(id)
        } else if let instant = Instant(rfc3339: text) {
            self = .instant(instant)
        } else {
            return nil
        }
    }
}

extension Message {
    private static let select: SQL = "SELECT id, channel, recipient, subject, text, html, sent_at FROM sandbox_message"

    private init(_ row: Row) throws {
        id = try row["id"]
        channel = try row["channel"]
        recipient = try row["recipient"]
        subject = try row["subject"]
        text = try row["text"]
        html = try row["html"]
        sentAt = try row["sent_at"]
    }

    static func find(_ id: MessageID, in connection: Connection) throws -> Message? {
        try connection.row("\(select) WHERE id = \(id)").map(Message.init)
    }

    /// Newest first.
    /// - Parameter recipient: the whole address, whatever its case; empty for everybody.
    static func newest(
        to recipient: String, after: MessagesAfter, limit: Int, in connection: Connection
    ) throws -> [Message] {
        let toRecipient: SQL = recipient.isEmpty ? "1 = 1" : "recipient_key = \(recipient.lowercased())"
        let newer: SQL =
            switch after {
            case .all: "1 = 1"
            case .id(let id): "id > \(id)"
            case .instant(let instant): "sent_at > \(instant)"
            }
        return try connection.rows(
            "\(select) WHERE \(toRecipient) AND \(newer) ORDER BY id DESC LIMIT \(limit)"
        ).map(Message.init)
    }

    /// Newest first, how many there are, and which page of them.
    /// - Parameter part: a part of the address; empty for everybody.
    static func page(
        ofRecipientsContaining part: String, size: Int, number: Int, in connection: Connection
    ) throws -> (messages: [Message], total: Int) {
        let pattern = Dialect.containing(part.lowercased())
        let matches: SQL = part.isEmpty ? "1 = 1" : connection.dialect.matches("recipient_key", pattern)
        let count = try connection.row("SELECT count(*) AS total FROM sandbox_message WHERE \(matches)")
        let total: Int = try count?["total"] ?? 0
        let messages = try connection.rows(
            "\(select) WHERE \(matches) ORDER BY id DESC LIMIT \(size) OFFSET \((number - 1) * size)"
        ).map(Message.init)
        return (messages, total)
    }

    /// Keeps what would have gone out; the second time with the same key nothing happens.
    static func keep(
        key: String, channel: String, recipient: String, subject: String, text: String, html: String,
        at sentAt: Instant, in connection: Connection
    ) throws {
        // Ids become visible in their order, so that who asks for what is newer than one misses none.
        try connection.lock("sandbox_mailbox", Identifier<Message>(rawValue: 1))
        try connection.execute(
            """
            INSERT INTO sandbox_message (key, channel, recipient, recipient_key, subject, text, html, sent_at)
            VALUES (\(key), \(channel), \(recipient), \(recipient.lowercased()), \(subject), \(text), \(html), \(sentAt))
            ON CONFLICT (key) DO NOTHING
            """)
    }
}
