import Foundation
import Testing
import Web

@Suite struct AssetsTests {
    /// A folder `Public` for one test.
    private func folder(_ change: (URL) throws -> Void = { _ in }) throws -> URL {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("public-\(UUID().uuidString)")
        let files = [
            "css/order.txt": "# the order matters\nb.css\n\n  a.css  \n", "css/a.css": "a { color: red; }\n",
            "css/b.css": "/* first\n   of all */\nb {\n    color: blue;\n}\n", "js/app.js": "'use strict'\n",
            "icons.svg": "<svg/>", "favicon.svg": "<svg id='f'/>",
        ]
        for (path, text) in files {
            let file = folder.appendingPathComponent(path)
            try FileManager.default.createDirectory(
                at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
            try Data(text.utf8).write(to: file)
        }
        try change(folder)
        return folder
    }

    private func name(_ link: Link) -> String { String(link.text.dropFirst("/assets/".count)) }

    @Test func `The stylesheet is its parts in their order, without comments`() throws {
        let folder = try folder()
        defer { try? FileManager.default.removeItem(at: folder) }
        let assets = try Assets(folder: folder)
        let file = try #require(assets.file(name(assets.stylesheet)))
        #expect(String(decoding: file.bytes, as: UTF8.self).hasPrefix("b {\ncolor: blue;\n}"))
        #expect(String(decoding: file.bytes, as: UTF8.self).hasSuffix("a { color: red; }"))
        #expect(file.contentType == "text/css; charset=utf-8")
        #expect(assets.file(name(assets.script))?.contentType == "text/javascript; charset=utf-8")
        #expect(assets.file(name(assets.favicon))?.contentType == "image/svg+xml")
    }

    @Test func `A file's name changes with its content and with nothing else`() throws {
        let first = try folder()
        let same = try folder()
        let other = try folder { try Data("'use strict';\n".utf8).write(to: $0.appendingPathComponent("js/app.js")) }
        defer { for folder in [first, same, other] { try? FileManager.default.removeItem(at: folder) } }
        let assets = try Assets(folder: first)
        #expect(try Assets(folder: same).script == assets.script)
        #expect(try Assets(folder: other).script != assets.script)
        #expect(try Assets(folder: other).stylesheet == assets.stylesheet)
        #expect(Assets.fingerprint(of: Array("abc".utf8)) == "ba7816bf8f01cfea", "FIPS 180-4, the example abc")
    }

    @Test(arguments: ["../icons.svg", "app.css", "", "app.0000000000000000.js"])
    func `What was not read at the start is not there`(name: String) throws {
        let folder = try folder()
        defer { try? FileManager.default.removeItem(at: folder) }
        #expect(try Assets(folder: folder).file(name) == nil)
    }

    @Test(arguments: ["css/order.txt", "css/a.css", "js/app.js", "icons.svg", "favicon.svg"])
    func `A file that is missing stops the start`(path: String) throws {
        let folder = try folder { try FileManager.default.removeItem(at: $0.appendingPathComponent(path)) }
        defer { try? FileManager.default.removeItem(at: folder) }
        #expect(throws: AssetError.self) { try Assets(folder: folder) }
    }
}
