package import Foundation
import Kernel

/// Our own files: one stylesheet, one script, the icons. Read once at start, named by their content and kept by browsers for
/// ever.
package struct Assets: Sendable {
    package struct File: Sendable {
        package let bytes: [UInt8]
        package let contentType: String
    }

    /// By the path after `/assets/`: `app.3f2a….css`.
    private let files: [String: File]
    package let stylesheet: Link
    package let script: Link
    package let favicon: Link

    /// - Parameter folder: `Public`, with `css/order.txt` naming the parts of the stylesheet in their order.
    /// - Throws: `AssetError` where a file is missing.
    package init(folder: URL) throws(AssetError) {
        var files: [String: File] = [:]
        let parts = String(decoding: try Assets.read(folder.appendingPathComponent("css/order.txt")), as: UTF8.self)
        var css: [UInt8] = []
        for name in parts.split(separator: "\n").map({ String($0).trimmed }) where !name.isEmpty && !name.hasPrefix("#")
        {
            css += Assets.withoutComments(try Assets.read(folder.appendingPathComponent("css/\(name)")))
        }
        stylesheet = Assets.add("app", "css", css, "text/css; charset=utf-8", to: &files)
        script = Assets.add(
            "app", "js", try Assets.read(folder.appendingPathComponent("js/app.js")), "text/javascript; charset=utf-8",
            to: &files)
        files[Sprite.fileName] = File(
            bytes: try Assets.read(folder.appendingPathComponent("icons.svg")), contentType: "image/svg+xml")
        favicon = Assets.add(
            "favicon", "svg", try Assets.read(folder.appendingPathComponent("favicon.svg")), "image/svg+xml",
            to: &files)
        self.files = files
    }

    package func file(_ name: String) -> File? { files[name] }

    private static func add(
        _ name: String, _ ending: String, _ bytes: [UInt8], _ contentType: String, to files: inout [String: File]
    ) -> Link {
        let fileName = "\(name).\(fingerprint(of: bytes)).\(ending)"
        files[fileName] = File(bytes: bytes, contentType: contentType)
        return "/assets/\(fileName)"
    }

    /// The first 64 bits of the SHA-256, in hexadecimal.
    package static func fingerprint(of bytes: [UInt8]) -> String {
        Keys.sha256(bytes).prefix(8).map { String($0 >> 4, radix: 16) + String($0 & 15, radix: 16) }.joined()
    }

    private static func read(_ file: URL) throws(AssetError) -> [UInt8] {
        guard let data = try? Data(contentsOf: file) else { throw .missing(file.path) }
        return Array(data)
    }

    /// Comments are for us; they need not travel.
    private static func withoutComments(_ css: [UInt8]) -> [UInt8] {
        var text = String(decoding: css, as: UTF8.self)
        while let start = text.range(of: "/*"), let end = text.range(of: "*/", range: start.upperBound..<text.endIndex)
        {
            text.removeSubrange(start.lowerBound..<end.upperBound)
        }
        return text.split(separator: "\n").map { String($0).trimmed }.filter { !$0.isEmpty }.joined(separator: "\n")
            .utf8
            .map { $0 }
    }
}

package enum AssetError: Error {
    case missing(String)
}
