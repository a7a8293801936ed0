import Foundation
import Testing
import Web

@Suite struct SourcesTests {
    /// Lines of code, without what a comment says.
    private func lines(matching pattern: Regex<Substring>) -> [String] {
        Tree.sources.flatMap { file in
            file.lines.enumerated().filter { _, line in
                !line.contains(/^\s*\/\//) && line.contains(pattern)
            }.map { "\(file.path):\($0.offset + 1) \($0.element.prefix(100))" }
        }
    }

    @Test func `No source file is longer than 300 lines`() {
        #expect(Tree.sources.count > 150)
        let long = Tree.sources.filter { $0.lines.count > 301 }.map { "\($0.path): \($0.lines.count - 1)" }
        #expect(long.isEmpty, "Which noun wants to move out?")
    }

    @Test func `Nothing is left for later`() {
        let marks = Tree.sources.filter { $0.text.contains(/\b(?:TODO|FIXME|XXX|HACK)\b/) }
        #expect(marks.isEmpty)
    }

    @Test func `Nothing stops the program without a sentence`() {
        #expect(lines(matching: /\bfatalError\(|\btry!/).isEmpty)
    }

    @Test func `Nothing is public; front doors are package`() {
        #expect(lines(matching: /^\s*public\s/).isEmpty)
    }

    @Test func `Nobody asks a global clock`() {
        let allowed: Set<String> = ["Sources/Kernel/MachineClock.swift"]
        let asking = Tree.sources.filter {
            $0.text.contains(/\bDate\(\)|\bDate\.now\b|\btime\(nil\)/) && !allowed.contains($0.path)
        }
        #expect(asking.isEmpty)
    }

    @Test func `No file names a path of one machine`() {
        // Put together, so that this file does not name them either.
        let paths = ["work", "root", "tmp/lab"].map { "/\($0)" }
        let naming = Tree.files.filter { file in
            paths.contains { path in file.text.contains("\(path)/") || file.text.contains("\(path)-") }
        }
        #expect(naming.isEmpty)
        #expect(Tree.files.contains { $0.path == "Package.swift" })
    }
}

@Suite struct PublicTests {
    private static let icons = Set(
        (Tree.files.first { $0.path == "Public/icons.svg" }?.text ?? "").matches(of: /<symbol[^>]* id="([^"]+)"/).map {
            String($0.1)
        })

    @Test func `Every icon that is named is drawn`() throws {
        #expect(PublicTests.icons.count > 20)
        let named = Tree.sources.flatMap { file in
            file.text.matches(of: /\bicon(?:\(|: )"([^"\\]+)"/).map { (file.path, String($0.1)) }
        }
        #expect(named.count > 20)
        #expect(named.filter { !PublicTests.icons.contains($0.1) }.map { "\($0.0): \($0.1)" }.isEmpty)
        let data = Tree.files(below: "Sources", ending: "json").flatMap { file in
            file.text.matches(of: /"icon"\s*:\s*"([^"]+)"/).map { (file.path, String($0.1)) }
        }
        #expect(data.filter { !PublicTests.icons.contains($0.1) }.map { "\($0.0): \($0.1)" }.isEmpty)
    }

    @Test func `No icon is drawn twice`() throws {
        let text = try #require(Tree.files.first { $0.path == "Public/icons.svg" }).text
        let ids = text.matches(of: /\bid="([^"]+)"/).map { String($0.1) }
        #expect(ids.count == Set(ids).count)
    }

    @Test func `The icons are served under their fingerprint`() throws {
        let fingerprint = Assets.fingerprint(of: try Tree.bytes("Public/icons.svg"))
        #expect(
            Sprite.fingerprint == fingerprint,
            "Write \"\(fingerprint)\" as Sprite.fingerprint in Sources/Web/HTML/Components/Icon.swift.")
    }

    @Test func `Every stylesheet has its place in the order, and the order names no other`() throws {
        let order = try #require(Tree.files.first { $0.path == "Public/css/order.txt" }).lines
            .map { $0.trimmingCharacters(in: .whitespaces) }.filter { !$0.isEmpty && !$0.hasPrefix("#") }
        let files = Tree.files(below: "Public/css", ending: "css").map {
            String($0.path.dropFirst("Public/css/".count))
        }
        #expect(order.sorted() == files.sorted())
    }

    @Test func `The script stays under 12 KB and the styles under 40 KB`() throws {
        #expect(try Tree.bytes("Public/js/app.js").count < 12 * 1024)
        let css = try Tree.files(below: "Public/css", ending: "css").reduce(0) { try $0 + Tree.bytes($1.path).count }
        #expect(css < 40 * 1024)
    }

    @Test func `Nothing of a third party is asked for`() {
        let namespaces = ["http://www.w3.org/2000/svg", "http://www.w3.org/1999/xlink"]
        let asking = Tree.files.filter { $0.path.hasPrefix("Public/") }.filter { file in
            let text = namespaces.reduce(file.text) { $0.replacing($1, with: "") }
            return text.contains(/https?:\/\/|["'(]\/\/[a-z]/)
        }
        #expect(asking.isEmpty)
    }
}
