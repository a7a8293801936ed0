package import Kernel

/// A mail as it goes over the wire (RFC 5322, MIME of RFC 2045 to 2047): text and HTML side by side, lines end with CRLF and
/// have at most 76 characters where they are ours to break. The same mail, key and instant give the same bytes.
struct Message: Equatable {
    let headers: [Header]
    let body: String

    /// - Parameter key: names the delivery; it becomes the `Message-ID`, so that a second one is recognisable as the same.
    init(_ mail: Mail, to recipient: EmailAddress, from sender: Sender, key: String, sentAt: Instant) {
        let name = key.filter { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "-" || $0 == ".") }.prefix(40)
        // "=_" cannot occur in quoted-printable text, so no part can contain the boundary (RFC 2045, 6.7).
        let boundary = "=_kontor_\(name)"
        headers = [
            Header("Date", raw: sentAt.mailDate),
            Header("From", name: sender.name, address: sender.address),
            Header("To", name: mail.toName, address: recipient),
            Header("Subject", text: mail.subject),
            Header("Message-ID", raw: "<\(name)@\(sender.domain)>"),
            Header("MIME-Version", raw: "1.0"),
            // RFC 3834: vacation notices are not sent back to us.
            Header("Auto-Submitted", raw: "auto-generated"),
            Header("Content-Type", raw: "multipart/alternative; boundary=\"\(boundary)\""),
        ]
        body = """
            \(Message.part("text/plain", mail.text, boundary: boundary))\
            \(Message.part("text/html", mail.html, boundary: boundary))\
            --\(boundary)--\r\n
            """
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
