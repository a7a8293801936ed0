import CCurl
import Kernel

/// One message to one recipient over one connection. Blocks its thread.
struct SMTPTransfer: Sendable {
    let configuration: SMTPConfiguration
    let recipient: EmailAddress
    let bytes: [UInt8]

    /// libcurl wants to be told once per process, before the first use.
    private static let isReady: Bool = late_curl_global_init(Int(CURL_GLOBAL_DEFAULT)) == CURLE_OK

    func perform() -> Result<Void, DeliveryFailure> {
        guard SMTPTransfer.isReady, let handle = late_curl_easy_init() else {
            return .failure(.temporary("libcurl cannot start."))
        }
        defer { late_curl_easy_cleanup(handle) }
        let conversation = Conversation(sending: bytes)
        let recipients = late_curl_slist_append(nil, recipient.description)
        defer { late_curl_slist_free_all(recipients) }
        prepare(handle)
        kontor_curl_recipients(handle, recipients)
        let code = withExtendedLifetime(conversation) {
            let pointer = Unmanaged.passUnretained(conversation).toOpaque()
            kontor_curl_reader(
                handle,
                { buffer, size, count, pointer in
                    guard let buffer, let pointer else { return 0 }
                    let conversation = Unmanaged<Conversation>.fromOpaque(pointer).takeUnretainedValue()
                    return conversation.read(into: UnsafeMutableRawBufferPointer(start: buffer, count: size * count))
                }, pointer, curl_off_t(bytes.count))
            kontor_curl_replies(
                handle,
                { buffer, size, count, pointer in
                    guard let buffer, let pointer else { return 0 }
                    let conversation = Unmanaged<Conversation>.fromOpaque(pointer).takeUnretainedValue()
                    conversation.heard(UnsafeRawBufferPointer(start: buffer, count: size * count))
                    return size * count
                }, pointer)
            return late_curl_easy_perform(handle)
        }
        guard code != CURLE_OK else { return .success(()) }
        let reason = conversation.refusal ?? String(cString: late_curl_easy_strerror(code))
        return .failure(SMTPTransfer.failure(code, reply: kontor_curl_response(handle), reason: reason))
    }

    /// - Parameter reply: the last reply code of the server, 0 where there was none.
    static func failure(_ code: CURLcode, reply: Int, reason: String) -> DeliveryFailure {
        // RFC 4954, 6: what the server says about our login, and not about the message.
        let isAboutLogin = code == CURLE_LOGIN_DENIED || [530, 534, 535, 538].contains(reply)
        let isAboutEncryption = code == CURLE_USE_SSL_FAILED
        guard (500...599).contains(reply), !isAboutLogin, !isAboutEncryption else { return .temporary(reason) }
        return .permanent(reason)
    }

    private func prepare(_ handle: UnsafeMutableRawPointer) {
        kontor_curl_text(handle, CURLOPT_URL, configuration.url)
        kontor_curl_text(handle, CURLOPT_PROTOCOLS_STR, "smtp,smtps")
        // What the environment says about proxies is not for us.
        kontor_curl_text(handle, CURLOPT_PROXY, "")
        // Without it curl uses signals for time-outs, in a process with many threads.
        kontor_curl_number(handle, CURLOPT_NOSIGNAL, 1)
        kontor_curl_number(handle, CURLOPT_TIMEOUT, configuration.timeoutSeconds)
        kontor_curl_number(handle, CURLOPT_CONNECTTIMEOUT, configuration.timeoutSeconds)
        kontor_curl_number(handle, CURLOPT_UPLOAD, 1)
        kontor_curl_text(handle, CURLOPT_MAIL_FROM, configuration.sender.address.description)
        switch configuration.security {
        case .implicit, .startTLSRequired: kontor_curl_encryption(handle, CURLUSESSL_ALL)
        case .startTLSIfOffered: kontor_curl_encryption(handle, CURLUSESSL_TRY)
        case .none: kontor_curl_encryption(handle, CURLUSESSL_NONE)
        }
        if let file = configuration.authoritiesFile { kontor_curl_text(handle, CURLOPT_CAINFO, file) }
        if let login = configuration.login {
            kontor_curl_text(handle, CURLOPT_USERNAME, login.user)
            kontor_curl_text(handle, CURLOPT_PASSWORD, login.password.secret)
        }
    }
}

/// What curl asks for and hears. Used on the one thread that performs the transfer.
private final class Conversation {
    private let sending: [UInt8]
    private var position = 0
    /// The server's last line of 4xx or 5xx, without control characters: the best reason there is.
    private(set) var refusal: String?

    init(sending: [UInt8]) {
        self.sending = sending
    }

    func read(into buffer: UnsafeMutableRawBufferPointer) -> Int {
        let count = min(buffer.count, sending.count - position)
        buffer.copyBytes(from: sending[position..<position + count])
        position += count
        return count
    }

    func heard(_ buffer: UnsafeRawBufferPointer) {
        guard let first = buffer.first, first == UInt8(ascii: "4") || first == UInt8(ascii: "5") else { return }
        refusal = String(decoding: buffer.filter { $0 >= 32 }, as: UTF8.self)
    }
}
