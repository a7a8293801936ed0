import Delivery
import Foundation
import Kernel
import Testing

/// `Tests/Servers/mail_server.py` as a process of its own: Debian's `python3-aiosmtpd`.
struct MailServer {
    /// What it noted of a message, read by Python's parser and not by ours.
    struct Note: Decodable {
        let sender: String
        let recipients: [String]
        let hello: String
        let isEncrypted: Bool
        let login: String?
        let headers: [String: String]
        let defects: [String]
        let text: String
        let html: String
        /// Name, type and base 64 of each.
        let attachments: [[String]]
    }

    enum Trouble: Error {
        case doesNotStart(String)
    }

    let port: Int
    let directory: URL
    private let process: Process
    private let input: Pipe

    /// Runs a server while the closure runs.
    static func run(
        _ arguments: [String] = [], in directory: URL? = nil, port: Int = 0, _ body: (MailServer) async throws -> Void
    ) async throws {
        let place = try directory ?? makeDirectory()
        let server = try await MailServer(arguments, in: place, port: port)
        do {
            try await body(server)
        } catch {
            server.stop()
            throw error
        }
        server.stop()
        if directory == nil { try FileManager.default.removeItem(at: place) }
    }

    private init(_ arguments: [String], in directory: URL, port: Int) async throws {
        let portFile = directory.appending(path: "port")
        try? FileManager.default.removeItem(at: portFile)
        process = Process()
        input = Pipe()
        let complaints = Pipe()
        // Debian's own interpreter, which finds Debian's packages; another one may come first in the path.
        process.executableURL = URL(filePath: "/usr/bin/python3")
        process.arguments =
            [
                URL(filePath: #filePath).appending(path: "../../Servers/mail_server.py").standardized.path(),
                "--directory", directory.path(), "--port", "\(port)",
            ] + arguments
        process.standardInput = input
        process.standardError = complaints
        try process.run()
        for _ in 0..<200 {
            if let text = try? String(contentsOf: portFile, encoding: .utf8), let port = Int(text) {
                self.port = port
                self.directory = directory
                return
            }
            guard process.isRunning else { break }
            try await Task.sleep(for: .milliseconds(50))
        }
        process.terminate()
        let complaint = try complaints.fileHandleForReading.readToEnd().map { String(decoding: $0, as: UTF8.self) }
        throw Trouble.doesNotStart(complaint ?? "It said nothing. Is python3-aiosmtpd installed?")
    }

    private func stop() {
        try? input.fileHandleForWriting.close()
        process.waitUntilExit()
    }

    var notes: [Note] {
        get throws {
            let file = directory.appending(path: "messages")
            guard FileManager.default.fileExists(atPath: file.path()) else { return [] }
            return try String(contentsOf: file, encoding: .utf8).split(separator: "\n").map {
                try JSONDecoder().decode(Note.self, from: Data($0.utf8))
            }
        }
    }

    static func makeDirectory() throws -> URL {
        let directory = FileManager.default.temporaryDirectory.appending(path: "kontor-mail-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
        return directory
    }

    /// A certificate for `localhost`, signed by itself, with its key in the same file.
    static func makeCertificate(in directory: URL) throws -> String {
        let file = directory.appending(path: "certificate.pem").path()
        let openssl = Process()
        openssl.executableURL = URL(filePath: "/usr/bin/openssl")
        openssl.arguments = [
            "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2",
            "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost", "-keyout", file, "-out", "\(file).crt",
        ]
        openssl.standardError = FileHandle.nullDevice
        try openssl.run()
        openssl.waitUntilExit()
        try #require(openssl.terminationStatus == 0)
        let both =
            try String(contentsOfFile: file, encoding: .utf8) + String(contentsOfFile: "\(file).crt", encoding: .utf8)
        try both.write(toFile: file, atomically: true, encoding: .utf8)
        return file
    }
}
