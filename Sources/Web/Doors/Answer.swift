import Kernel

/// What a handler answers. A POST answers a redirect (303), or its form again.
package struct Answer: Sendable {
    enum Body: Sendable {
        case page(Page)
        case redirect(Link)
        case bytes([UInt8], contentType: String)
    }

    let body: Body
    package var status: Int
    package var cookies: [Cookie] = []
    package var headers: [(name: String, value: String)] = []

    package static func page(_ page: Page, status: Int = 200) -> Answer { Answer(body: .page(page), status: status) }

    /// 303: go there by GET.
    /// - Parameter notice: a word for the next page to say, such as `profile.saved`.
    package static func redirect(_ link: Link, notice: String? = nil) -> Answer {
        var answer = Answer(body: .redirect(link), status: 303)
        if let notice { answer.cookies.append(.notice(notice)) }
        return answer
    }

    package static func reply(_ reply: Reply) -> Answer {
        Answer(body: .bytes(reply.bytes, contentType: "application/json"), status: reply.status)
    }

    package static func json(status: Int = 200, _ body: (inout JSONWriter) -> Void) -> Answer {
        var writer = JSONWriter()
        body(&writer)
        return Answer(body: .bytes(writer.bytes, contentType: "application/json"), status: status)
    }

    package static func text(_ text: String, contentType: String = "text/plain; charset=utf-8", status: Int = 200)
        -> Answer
    {
        Answer(body: .bytes(Array(text.utf8), contentType: contentType), status: status)
    }

    package static func bytes(_ bytes: [UInt8], contentType: String, status: Int = 200) -> Answer {
        Answer(body: .bytes(bytes, contentType: contentType), status: status)
    }

    /// A file to keep: the browser offers to save it under its name (RFC 6266), and never shows it as a page of ours.
    package static func file(_ bytes: [UInt8], name: String, contentType: String) -> Answer {
        let plain = name.unicodeScalars.map { scalar -> String in
            let isPlain =
                scalar.isASCII && scalar.value >= 32 && scalar.value != 127 && !"\"\\%".unicodeScalars.contains(scalar)
            return isPlain ? String(scalar) : "_"
        }.joined()
        let encoded = name.utf8.map { byte -> String in
            switch byte {
            case 48...57, 65...90, 97...122, UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"):
                String(UnicodeScalar(byte))
            default: "%\(byte < 16 ? "0" : "")\(String(byte, radix: 16, uppercase: true))"
            }
        }.joined()
        let extended = plain == name ? "" : "; filename*=UTF-8''\(encoded)"
        return .bytes(bytes, contentType: contentType)
            .header("Content-Disposition", "attachment; filename=\"\(plain)\"\(extended)")
            .header("Cache-Control", "no-store")
    }

    /// A part of a page, for a script that refreshes it.
    package static func fragment(_ html: HTML) -> Answer {
        Answer(body: .bytes(html.bytes, contentType: "text/html; charset=utf-8"), status: 200)
    }

    /// Never kept by a browser or a proxy, whoever sees it.
    package func header(_ name: String, _ value: String) -> Answer {
        var answer = self
        answer.headers.append((name, value))
        return answer
    }

    package func cookie(_ cookie: Cookie) -> Answer {
        var answer = self
        answer.cookies.append(cookie)
        return answer
    }
}

/// A cookie to set. Written with the `__Host-` prefix and Secure where the public address is https.
package struct Cookie: Sendable {
    let name: String
    let value: String
    /// Nil: until the browser closes. Zero: gone now.
    let maxAge: Duration?

    package init(_ name: String, _ value: String, maxAge: Duration?) {
        self.name = name
        self.value = value
        self.maxAge = maxAge
    }

    package static let sessionName = "kontor-session"
    package static let browserName = "kontor-browser"
    package static let deviceName = "kontor-device"
    package static let languageName = "kontor-language"
    package static let noticeName = "kontor-notice"

    package static func session(_ secret: String, maxAge: Duration) -> Cookie {
        Cookie(sessionName, secret, maxAge: maxAge)
    }

    package static let noSession = Cookie(sessionName, "", maxAge: .zero)

    static func notice(_ word: String) -> Cookie { Cookie(noticeName, word, maxAge: .seconds(60)) }
}
