import Foundation

/// The project's own files, read from where this file stands.
enum Tree {
    struct File: Sendable, CustomStringConvertible {
        /// From the root of the project: `Sources/Kernel/Money.swift`.
        let path: String
        let text: String
        var description: String { path }
        /// Without the lines that are comments.
        var code: String { lines.filter { !$0.contains(/^\s*\/\//) }.joined(separator: "\n") }
        var lines: [Substring] { text.split(separator: "\n", omittingEmptySubsequences: false) }

        /// `Kernel` for `Sources/Kernel/Money.swift`.
        var target: String { String(path.split(separator: "/")[1]) }
    }

    static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()

    /// What is built or kept here, and is not the project's text.
    private static let foreign: Set = [".build", ".git", ".kontor", ".swiftpm", ".venv", "__pycache__", "node_modules"]

    /// Every text file of the project.
    static let files: [File] = {
        var files: [File] = []
        var folders = [""]
        while let folder = folders.popLast() {
            let names =
                (try? FileManager.default.contentsOfDirectory(atPath: root.appendingPathComponent(folder).path)) ?? []
            for name in names.sorted() where !foreign.contains(name) {
                let path = folder.isEmpty ? name : "\(folder)/\(name)"
                var isFolder: ObjCBool = false
                let file = root.appendingPathComponent(path)
                guard FileManager.default.fileExists(atPath: file.path, isDirectory: &isFolder) else { continue }
                if isFolder.boolValue {
                    folders.append(path)
                } else if let data = try? Data(contentsOf: file), let text = String(validating: data, as: UTF8.self) {
                    files.append(File(path: path, text: text))
                }
            }
        }
        return files.sorted { $0.path < $1.path }
    }()

    static func files(below folder: String, ending: String) -> [File] {
        files.filter { $0.path.hasPrefix("\(folder)/") && $0.path.hasSuffix(".\(ending)") }
    }

    static let sources = files(below: "Sources", ending: "swift")

    static func bytes(_ path: String) throws -> [UInt8] {
        Array(try Data(contentsOf: root.appendingPathComponent(path)))
    }
}
