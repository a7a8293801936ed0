import FoundationEssentials
package import Kernel

/// A mail as it goes over the wire (RFC 5322, MIME of RFC 2045 to 2047): text and HTML side by side, lines end with CRLF and
/// have at most 76 characters where they are ours to break. The same mail, key and instant give the same bytes.
struct Message: Equatable {
    let headers: [Header]
    let body: String

    /// - Parameter key: names the delivery; it becomes the `Message-ID`, so that a second one is recognisable as the same.
    init(_ mail: Mail, to recipient: EmailAddress, from sender: Sender, key: String, sentAt: Instant) {
        let name = key.filter { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "-" || $0 == ".") }.prefix(40)
        // "=_" cannot occur in quoted-printable text or in base 64, so no part can contain a boundary (RFC 2045, 6.7).
        let boundary = "=_kontor_\(name)"
        let both = mail.attachments.isEmpty ? boundary : "=_both_\(name)"
        let bothType = "multipart/alternative; boundary=\"\(both)\""
        var headers = [
            Header("Date", raw: sentAt.mailDate),
            Header("From", name: sender.name, address: sender.address),
            Header("To", name: mail.toName, address: recipient),
            Header("Subject", text: mail.subject),
            Header("Message-ID", raw: "<\(name)@\(sender.domain)>"),
            Header("MIME-Version", raw: "1.0"),
            // RFC 3834: vacation notices are not sent back to us.
            Header("Auto-Submitted", raw: "auto-generated"),
        ]
        if let unsubscribe = mail.unsubscribe {
            headers += [
                Header("List-Unsubscribe", raw: "<\(unsubscribe)>"),
                Header("List-Unsubscribe-Post", raw: "List-Unsubscribe=One-Click"),
            ]
        }
        headers.append(
            Header(
                "Content-Type",
                raw: mail.attachments.isEmpty ? bothType : "multipart/mixed; boundary=\"\(boundary)\""))
        self.headers = headers
        let texts = """
            \(Message.part("text/plain", mail.text, boundary: both))\
            \(Message.part("text/html", mail.html, boundary: both))\
            --\(both)--\r\n
            """
        guard !mail.attachments.isEmpty else {
            body = texts
            return
        }
        let files = mail.attachments.map { Message.part($0, boundary: boundary) }.joined()
        body = "--\(boundary)\r\nContent-Type: \(bothType)\r\n\r\n\(texts)\(files)--\(boundary)--\r\n"
    }

    var bytes: [UInt8] {
        Array("\(headers.map { "\($0.line)\r\n" }.joined())\r\n\(body)".utf8)
    }

    private static func part(_ type: String, _ content: String, boundary: String) -> String {
        """
        --\(boundary)\r
        Content-Type: \(type); charset=utf-8\r
        Content-Transfer-Encoding: quoted-printable\r
        \r
        \(QuotedPrintable.encode(content))\r\n
        """
    }
}

extension Message {
    fileprivate static func part(_ attachment: Attachment, boundary: String) -> String {
        let content = Data(attachment.bytes).base64EncodedString(options: [.lineLength76Characters])
        return """
            --\(boundary)\r
            Content-Type: \(attachment.mediaType)\r
            Content-Transfer-Encoding: base64\r
            Content-Disposition: attachment;\(attachment.parameter)\r
            \r
            \(content)\r\n
            """
    }
}

extension Attachment {
    /// Two tokens of RFC 2045 (5.1); a type that is something else is not told.
    fileprivate var mediaType: String {
        let parts = type.split(separator: "/", omittingEmptySubsequences: false)
        let isType = parts.count == 2 && parts.allSatisfy { !$0.isEmpty && $0.utf8.allSatisfy(Attachment.isToken) }
        return isType && type.utf8.count <= 60 ? type : "application/octet-stream"
    }

    /// The name as RFC 2231 writes it, in portions of a line each: any letter of any language, and no line break.
    fileprivate var parameter: String {
        var portions = [""]
        for scalar in name.unicodeScalars.prefix(200) {
            let written = String(scalar).utf8.map { byte in
                Attachment.isPlain(byte) ? String(UnicodeScalar(byte)) : Attachment.percent(byte)
            }.joined()
            if portions[portions.count - 1].utf8.count + written.utf8.count > 50 { portions.append("") }
            portions[portions.count - 1] += written
        }
        if portions.count == 1 { return " filename*=utf-8''\(portions[0])" }
        return portions.enumerated().map { index, portion in
            "\r\n filename*\(index)*=\(index == 0 ? "utf-8''" : "")\(portion)"
        }.joined(separator: ";")
    }

    private static func percent(_ byte: UInt8) -> String {
        "%\(byte < 16 ? "0" : "")\(String(byte, radix: 16, uppercase: true))"
    }

    private static func isPlain(_ byte: UInt8) -> Bool {
        switch byte {
        case 48...57, 65...90, 97...122, UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"): true
        default: false
        }
    }

    private static func isToken(_ byte: UInt8) -> Bool { isPlain(byte) || byte == UInt8(ascii: "+") }
}

/// Who all mail comes from.
package struct Sender: Sendable, Equatable {
    package let address: EmailAddress
    package let name: String

    package init(address: EmailAddress, name: String) {
        self.address = address
        self.name = name
    }

    var domain: Substring { address.description.drop { $0 != "@" }.dropFirst() }
}

extension Instant {
    /// `Fri, 20 Nov 2026 08:14:00 +0000` (RFC 5322, 3.3).
    var mailDate: String {
        let text = description
        let day = Day(number: Int((epochSeconds >= 0 ? epochSeconds : epochSeconds - 86_399) / 86_400))
        let parts = day.parts
        let weekdays = ["Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"]
        let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
        let weekday = weekdays[((day.number % 7) + 7) % 7]
        let time = text.dropFirst(11).prefix(8)
        return "\(weekday), \(parts.day) \(months[parts.month - 1]) \(parts.year) \(time) +0000"
    }
}
