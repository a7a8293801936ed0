import Kernel
import Storage

/// What would have gone out.
struct Message: Sendable {
    let id: MessageID
    /// The kind of its channel: `email`.
    let channel: String
    let recipient: String
    let subject: String
    let text: String
    /// Empty for what has none.
    let html: String
    let sentAt: Instant
    let attachments: [MessageAttachment]

    /// All http and https addresses of the text, in order, each once.
    var links: [String] {
        MessagePiece.pieces(of: text).reduce(into: []) { links, piece in
            if case .link(let link) = piece, !links.contains(link) { links.append(link) }
        }
    }

    /// All 6-digit codes of the text, in order, each once. What is part of a link is none.
    var codes: [String] {
        MessagePiece.pieces(of: text).reduce(into: []) { codes, piece in
            guard case .plain(let plain) = piece else { return }
            for code in Message.codes(in: plain) where !codes.contains(code) { codes.append(code) }
        }
    }

    /// Six digits that stand alone: not a part of a longer number, a word, an amount or a document's number.
    private static func codes(in text: String) -> [String] {
        let characters = Array(text)
        var codes: [String] = []
        var start = 0
        while start < characters.count {
            guard characters[start].isDigit else {
                start += 1
                continue
            }
            var end = start
            while end < characters.count, characters[end].isDigit { end += 1 }
            let before = Array(characters[..<start].suffix(2).reversed())
            let after = Array(characters[end...].prefix(2))
            if end - start == 6, !continues(before), !continues(after) { codes.append(String(characters[start..<end])) }
            start = end
        }
        return codes
    }

    /// Whether a number goes on here: with a letter, or with a separator and what it separates.
    /// - Parameter neighbours: the two characters beside it, the nearer one first.
    private static func continues(_ neighbours: [Character]) -> Bool {
        guard let nearest = neighbours.first else { return false }
        if nearest.isLetter || nearest.isNumber || nearest == "_" { return true }
        return ".,-/'’".contains(nearest) && neighbours.count == 2 && (neighbours[1].isLetter || neighbours[1].isNumber)
    }
}

/// A file that went along. Its content is read when somebody opens it.
struct MessageAttachment: Hashable, Sendable {
    let id: Identifier<MessageAttachment>
    let name: String
    let type: String
    /// In bytes.
    let size: Int
}

/// A text, told apart into addresses and what is between them.
enum MessagePiece: Hashable, Sendable {
    case plain(String)
    case link(String)

    static func pieces(of text: String) -> [MessagePiece] {
        var pieces: [MessagePiece] = []
        var plainStart = text.startIndex
        var position = text.startIndex
        while position < text.endIndex {
            guard let end = endOfLink(in: text, at: position) else {
                position = text.index(after: position)
                continue
            }
            if plainStart < position { pieces.append(.plain(String(text[plainStart..<position]))) }
            pieces.append(.link(String(text[position..<end])))
            position = end
            plainStart = end
        }
        if plainStart < text.endIndex { pieces.append(.plain(String(text[plainStart...]))) }
        return pieces
    }

    /// - Returns: nil where no address begins.
    private static func endOfLink(in text: String, at start: String.Index) -> String.Index? {
        let rest = text[start...]
        guard let scheme = ["https://", "http://"].first(where: { rest.hasPrefix($0) }) else { return nil }
        let whole = rest.prefix { !$0.isWhitespace && !"<>\"".contains($0) }
        var link = whole
        // The sentence around an address is not part of it; a closing bracket is, if it was opened there.
        while let last = link.last {
            let isOpen = last == ")" && link.filter { $0 == "(" }.count >= link.filter { $0 == ")" }.count
            guard ".,;:!?'’»”)]}".contains(last), !isOpen else { break }
            link = link.dropLast()
        }
        return link.count > scheme.count ? link.endIndex : nil
    }
}

extension Character {
    fileprivate var isDigit: Bool { isASCII && isNumber }
}
