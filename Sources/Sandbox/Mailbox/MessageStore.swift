import Delivery
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

extension Migration {
    static let sandboxAttachments = Migration(
        "sandbox-attachments",
        """
        CREATE TABLE sandbox_attachment (
            id IDENTITY,
            message_id BIGINT NOT NULL REFERENCES sandbox_message (id),
            name TEXT NOT NULL,
            type TEXT NOT NULL,
            size BIGINT NOT NULL,
            bytes BYTES NOT NULL
        );
        CREATE INDEX sandbox_attachment_of_message ON sandbox_attachment (message_id);
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

    private init(_ row: Row, _ attachments: [MessageID: [MessageAttachment]]) throws {
        let id: MessageID = try row["id"]
        self.id = id
        channel = try row["channel"]
        recipient = try row["recipient"]
        subject = try row["subject"]
        text = try row["text"]
        html = try row["html"]
        sentAt = try row["sent_at"]
        self.attachments = attachments[id] ?? []
    }

    private static func messages(_ query: SQL, in connection: Connection) throws -> [Message] {
        let rows = try connection.rows(query)
        let ids: [MessageID] = try rows.map { try $0["id"] }
        var attachments: [MessageID: [MessageAttachment]] = [:]
        let files = try connection.rows(
            "SELECT id, message_id, name, type, size FROM sandbox_attachment WHERE message_id IN \(ids) ORDER BY id")
        for file in files {
            let message: MessageID = try file["message_id"]
            attachments[message, default: []].append(
                MessageAttachment(
                    id: try file["id"], name: try file["name"], type: try file["type"], size: try file["size"]))
        }
        return try rows.map { try Message($0, attachments) }
    }

    static func find(_ id: MessageID, in connection: Connection) throws -> Message? {
        try messages("\(select) WHERE id = \(id)", in: connection).first
    }

    /// What is in a file that went along with the message.
    static func bytes(
        of attachment: Identifier<MessageAttachment>, of message: MessageID, in connection: Connection
    ) throws -> (name: String, type: String, bytes: [UInt8])? {
        try connection.row(
            """
            SELECT name, type, bytes FROM sandbox_attachment WHERE id = \(attachment) AND message_id = \(message)
            """
        ).map { (name: try $0["name"], type: try $0["type"], bytes: try $0["bytes"]) }
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
        return try messages(
            "\(select) WHERE \(toRecipient) AND \(newer) ORDER BY id DESC LIMIT \(limit)", in: connection)
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
        let messages = try messages(
            "\(select) WHERE \(matches) ORDER BY id DESC LIMIT \(size) OFFSET \((number - 1) * size)", in: connection)
        return (messages, total)
    }

    /// Keeps what would have gone out; the second time with the same key nothing happens.
    static func keep(
        key: String, channel: String, recipient: String, subject: String, text: String, html: String,
        attachments: [Attachment] = [], at sentAt: Instant, in connection: Connection
    ) throws {
        // Ids become visible in their order, so that who asks for what is newer than one misses none.
        try connection.lock("sandbox_mailbox", Identifier<Message>(rawValue: 1))
        let kept = try connection.row(
            """
            INSERT INTO sandbox_message (key, channel, recipient, recipient_key, subject, text, html, sent_at)
            VALUES (\(key), \(channel), \(recipient), \(recipient.lowercased()), \(subject), \(text), \(html), \(sentAt))
            ON CONFLICT (key) DO NOTHING
            RETURNING id
            """)
        guard let message: MessageID = try kept?["id"] else { return }
        for attachment in attachments {
            try connection.execute(
                """
                INSERT INTO sandbox_attachment (message_id, name, type, size, bytes)
                VALUES (\(message), \(attachment.name), \(attachment.type), \(attachment.bytes.count), \(attachment.bytes))
                """)
        }
    }
}
