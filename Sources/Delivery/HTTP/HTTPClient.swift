import CCurl
// The thread is Foundation's.
import Foundation

/// Requests to services of others over HTTPS, by libcurl: a thread for each, certificates checked, no proxies, no redirects, and a
/// limit for everything.
package struct HTTPClient: Sendable {
    package struct Request: Sendable {
        package let method: String
        package let url: String
        package let headers: [(name: String, value: String)]
        package let body: [UInt8]

        package init(method: String, url: String, headers: [(name: String, value: String)], body: [UInt8] = []) {
            self.method = method
            self.url = url
            self.headers = headers
            self.body = body
        }
    }

    package struct Response: Sendable {
        package let status: Int
        package let body: [UInt8]
    }

    /// It is not known whether the other side heard it.
    package struct Failure: Error, CustomStringConvertible {
        package let description: String

        package init(description: String) { self.description = description }
    }

    /// Answers beyond this are a mistake of the other side.
    static let answerBytesMax = 4 * 1024 * 1024
    let timeoutSeconds: Int
    /// Plain HTTP too: for a stand-in beside us.
    let allowsPlain: Bool

    package init(timeoutSeconds: Int = 30, allowsPlain: Bool = false) {
        self.timeoutSeconds = timeoutSeconds
        self.allowsPlain = allowsPlain
    }

    package func send(_ request: Request) async throws(Failure) -> Response {
        let transfer = HTTPTransfer(request: request, timeoutSeconds: timeoutSeconds, allowsPlain: allowsPlain)
        let result = await withCheckedContinuation { continuation in
            // curl waits on the network: on a thread of its own, for the cooperative pool has one per core.
            Thread.detachNewThread { continuation.resume(returning: transfer.perform()) }
        }
        return try result.get()
    }
}

/// One request. Blocks its thread.
private struct HTTPTransfer: Sendable {
    let request: HTTPClient.Request
    let timeoutSeconds: Int
    let allowsPlain: Bool

    private static let isReady: Bool = late_curl_global_init(Int(CURL_GLOBAL_DEFAULT)) == CURLE_OK

    func perform() -> Result<HTTPClient.Response, HTTPClient.Failure> {
        guard HTTPTransfer.isReady, let handle = late_curl_easy_init() else {
            return .failure(HTTPClient.Failure(description: "libcurl cannot start."))
        }
        defer { late_curl_easy_cleanup(handle) }
        // An empty Expect spares a round trip before bodies.
        var headers = late_curl_slist_append(nil, "Expect:")
        for header in request.headers { headers = late_curl_slist_append(headers, "\(header.name): \(header.value)") }
        defer { late_curl_slist_free_all(headers) }
        kontor_curl_text(handle, CURLOPT_URL, request.url)
        kontor_curl_text(handle, CURLOPT_PROTOCOLS_STR, allowsPlain ? "http,https" : "https")
        kontor_curl_text(handle, CURLOPT_PROXY, "")
        kontor_curl_number(handle, CURLOPT_NOSIGNAL, 1)
        kontor_curl_number(handle, CURLOPT_TIMEOUT, timeoutSeconds)
        kontor_curl_number(handle, CURLOPT_CONNECTTIMEOUT, min(10, timeoutSeconds))
        kontor_curl_number(handle, CURLOPT_SSL_VERIFYPEER, 1)
        kontor_curl_number(handle, CURLOPT_SSL_VERIFYHOST, 2)
        kontor_curl_number(handle, CURLOPT_FOLLOWLOCATION, 0)
        kontor_curl_text(handle, CURLOPT_CUSTOMREQUEST, request.method)
        kontor_curl_headers(handle, headers)
        let answer = Answer()
        let code = withExtendedLifetime(answer) {
            kontor_curl_answer(
                handle,
                { buffer, size, count, pointer in
                    guard let buffer, let pointer else { return 0 }
                    let answer = Unmanaged<Answer>.fromOpaque(pointer).takeUnretainedValue()
                    return answer.heard(UnsafeRawBufferPointer(start: buffer, count: size * count))
                }, Unmanaged.passUnretained(answer).toOpaque())
            if request.body.isEmpty { return late_curl_easy_perform(handle) }
            return request.body.withUnsafeBytes { bytes in
                kontor_curl_body(handle, bytes.baseAddress, curl_off_t(bytes.count))
                return late_curl_easy_perform(handle)
            }
        }
        guard code == CURLE_OK else {
            return .failure(HTTPClient.Failure(description: String(cString: late_curl_easy_strerror(code))))
        }
        return .success(HTTPClient.Response(status: kontor_curl_response(handle), body: answer.bytes))
    }

    /// Used on the one thread that performs the transfer.
    private final class Answer {
        private(set) var bytes: [UInt8] = []

        func heard(_ buffer: UnsafeRawBufferPointer) -> Int {
            guard bytes.count + buffer.count <= HTTPClient.answerBytesMax else { return 0 }
            bytes.append(contentsOf: buffer)
            return buffer.count
        }
    }
}
