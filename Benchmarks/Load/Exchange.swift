import Foundation

/// One request over a connection of its own, on the calling thread: enough to ask whether a server is there, and to sign in.
struct Exchange {
    let status: Int
    let text: String

    static func send(
        _ method: String, _ path: String, port: Int, headers: [String: String] = [:], body: String = ""
    ) throws -> Exchange {
        let connection = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        defer { close(connection) }
        var address = loopback(port)
        let result = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(connection, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        guard result == 0 else { throw BenchError("Nobody listens on port \(port).") }
        var head = "\(method) \(path) HTTP/1.1\r\nhost: 127.0.0.1:\(port)\r\nconnection: close\r\n"
        for (name, value) in headers { head += "\(name): \(value)\r\n" }
        let request = Array("\(head)content-length: \(body.utf8.count)\r\n\r\n\(body)".utf8)
        guard Foundation.send(connection, request, request.count, Int32(MSG_NOSIGNAL)) == request.count else {
            throw BenchError("The request was not taken.")
        }
        var answer: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 16 * 1024)
        while true {
            let count = recv(connection, &buffer, buffer.count, 0)
            if count <= 0 { break }
            answer += buffer[..<count]
        }
        let text = String(decoding: answer, as: UTF8.self)
        guard let status = Int(text.dropFirst("HTTP/1.1 ".count).prefix(3)) else {
            throw BenchError("The answer is none: \(text.prefix(100))")
        }
        return Exchange(status: status, text: text)
    }

    static func loopback(_ port: Int) -> sockaddr_in {
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        address.sin_port = UInt16(port).bigEndian
        return address
    }
}
