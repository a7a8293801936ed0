import Foundation
import Kernel
package import Web

/// The folder that keeps what belongs to this installation: the key file, and the database where it is SQLite.
package struct DataDirectory: Sendable {
    package let path: String

    /// Makes the folder where there is none.
    /// - Throws: `StartError` where it cannot be written to.
    package init(_ path: String) throws(StartError) {
        self.path = path
        // Whatever this process writes is for its owner only: the database holds what people told us.
        umask(0o077)
        do {
            try FileManager.default.createDirectory(
                atPath: path, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        } catch {
            throw .cannotCreate("The data directory \(path) cannot be made. Choose another with --data.")
        }
        guard FileManager.default.isWritableFile(atPath: path) else {
            throw .cannotCreate("The data directory \(path) cannot be written to. Choose another with --data.")
        }
    }

    /// Looks without making anything.
    package static func check(_ path: String) throws(StartError) {
        guard FileManager.default.isWritableFile(atPath: path) else {
            throw .cannotCreate("The data directory \(path) is not there or cannot be written to.")
        }
    }

    package var databaseFile: String { "\(path)/kontor.sqlite" }

    /// The keys of this installation, from a file of 32 random bytes that only its owner can read, made at first start.
    package func keys(_ random: (Int) -> [UInt8]) throws(StartError) -> Keys {
        let file = "\(path)/kontor.key"
        if let data = FileManager.default.contents(atPath: file) {
            guard data.count == 32 else {
                throw .data("The key file \(file) does not have 32 bytes. Put the right one back from the backup.")
            }
            return Keys(root: Array(data))
        }
        let root = random(32)
        // Made under another name and then moved, so that a killed process leaves no half of a key.
        let draft = "\(file).new"
        guard
            FileManager.default.createFile(
                atPath: draft, contents: Data(root), attributes: [.posixPermissions: 0o600]), rename(draft, file) == 0
        else { throw .cannotCreate("The key file \(file) cannot be written.") }
        return Keys(root: root)
    }
}
