import FoundationEssentials

/// A letter, ready to go: words chosen, filled in and escaped by the room that writes it.
package struct Mail: Sendable, Codable, Equatable {
    /// The bare address.
    package let to: String
    /// Empty where it is not known.
    package let toName: String
    package let subject: String
    package let text: String
    /// A whole document. It says the same as `text`.
    package let html: String
    /// Together at most `attachmentsBytesMax`.
    package let attachments: [Attachment]
    /// Where a mail program may end the subscription this is sent for, by a post without asking further (RFC 2369, RFC 8058);
    /// nil for mail that is not sent to a list.
    package let unsubscribe: String?

    /// What most mail servers take, with a third on top for base 64: who has more to give sends a link.
    package static let attachmentsBytesMax = 10_000_000

    package init(
        to: String, toName: String, subject: String, text: String, html: String, attachments: [Attachment] = [],
        unsubscribe: String? = nil
    ) {
        self.to = to
        self.toName = toName
        self.subject = subject
        self.text = text
        self.html = html
        self.attachments = attachments
        self.unsubscribe = unsubscribe
    }

    package init(from decoder: any Decoder) throws {
        let values = try decoder.container(keyedBy: CodingKeys.self)
        to = try values.decode(String.self, forKey: .to)
        toName = try values.decode(String.self, forKey: .toName)
        subject = try values.decode(String.self, forKey: .subject)
        text = try values.decode(String.self, forKey: .text)
        html = try values.decode(String.self, forKey: .html)
        // Mail that waits from before there were any does not name them.
        attachments = try values.decodeIfPresent([Attachment].self, forKey: .attachments) ?? []
        unsubscribe = try values.decodeIfPresent(String.self, forKey: .unsubscribe)
    }

    package func attaching(_ attachments: [Attachment]) -> Mail {
        Mail(
            to: to, toName: toName, subject: subject, text: text, html: html, attachments: attachments,
            unsubscribe: unsubscribe)
    }
}

/// A file that goes along with a mail.
package struct Attachment: Sendable, Codable, Equatable {
    /// `invoice-2026-00042.pdf`
    package let name: String
    /// `application/pdf`
    package let type: String
    package let bytes: [UInt8]

    package init(name: String, type: String, bytes: [UInt8]) {
        self.name = name
        self.type = type
        self.bytes = bytes
    }

    private enum CodingKeys: String, CodingKey {
        case name, type, bytes
    }

    package init(from decoder: any Decoder) throws {
        let values = try decoder.container(keyedBy: CodingKeys.self)
        name = try values.decode(String.self, forKey: .name)
        type = try values.decode(String.self, forKey: .type)
        bytes = Array(try values.decode(Data.self, forKey: .bytes))
    }

    package func encode(to encoder: any Encoder) throws {
        var values = encoder.container(keyedBy: CodingKeys.self)
        try values.encode(name, forKey: .name)
        try values.encode(type, forKey: .type)
        // As base 64; a list of numbers would be three times as long.
        try values.encode(Data(bytes), forKey: .bytes)
    }
}
