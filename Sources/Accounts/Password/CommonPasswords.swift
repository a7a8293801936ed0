import Foundation

/// The passwords that guessers try first. The list is the system's: `password.lst` of Debian's package `john-data`.
package struct CommonPasswords: Sendable {
    private let entries: Set<String>
    private let longest: Int

    package static let debianPath = "/usr/share/john/password.lst"
    /// Fewer would not be worth the name (NIST SP 800-63B-4 and OWASP ASVS 5, 6.2.4 ask for the top 3,000).
    static let entriesMin = 3_000

    package init(_ passwords: some Sequence<String>) {
        entries = Set(passwords.lazy.filter { !$0.isEmpty }.compactMap { PasswordText($0)?.string })
        longest = entries.lazy.map { $0.unicodeScalars.count }.max() ?? 0
    }

    package var count: Int { entries.count }

    /// Reads the list once, at start: a password per line, `#!` begins a comment.
    /// - Throws: `CommonPasswordsMissing`, a sentence for the operator, where there is no list or too short a one.
    package static func common(at path: String = debianPath) throws(CommonPasswordsMissing) -> CommonPasswords {
        guard let data = FileManager.default.contents(atPath: path) else {
            throw CommonPasswordsMissing(path: path, found: nil)
        }
        let lines = data.split { $0 == UInt8(ascii: "\n") || $0 == UInt8(ascii: "\r") }
        let list = CommonPasswords(
            lines.lazy.filter { !$0.starts(with: "#!".utf8) }.map { String(decoding: $0, as: UTF8.self) })
        guard list.count >= entriesMin else { throw CommonPasswordsMissing(path: path, found: list.count) }
        return list
    }

    /// Whether a password is one of the list, alone or repeated, with digits, punctuation or blanks around it.
    func contains(_ text: PasswordText) -> Bool {
        let whole = [text, text.trimmed]
        return (whole + whole.compactMap(\.repeatedPart)).contains(where: isEntryWithTail)
    }

    /// `abc123!!2026` ends in what was added to `abc123`, and only the list knows where the addition begins: so every
    /// beginning that leaves nothing but digits and punctuation behind is looked up.
    private func isEntryWithTail(_ text: PasswordText) -> Bool {
        [text.scalars[...], text.scalars.drop { !PasswordText.isLetter($0) }].contains { scalars in
            let base =
                (scalars.lastIndex(where: PasswordText.isLetter) ?? scalars.startIndex - 1) + 1 - scalars.startIndex
            guard base <= longest else { return false }
            return (max(base, 1)...max(base, 1, min(longest, scalars.count))).contains {
                entries.contains(PasswordText.string(scalars.prefix($0)))
            }
        }
    }
}

/// The list of common passwords is not there. It is needed: without it anyone may choose the worst of them.
package struct CommonPasswordsMissing: Error, Hashable, CustomStringConvertible {
    package let path: String
    /// How many entries there are, if the file can be read at all.
    package let found: Int?

    package var description: String {
        let remedy = "It comes with the Debian package john-data: apt-get install john-data."
        guard let found else { return "The list of common passwords cannot be read: \(path). \(remedy)" }
        return "The list of common passwords has \(found) entries instead of \(CommonPasswords.entriesMin) or more: "
            + "\(path). \(remedy)"
    }
}
