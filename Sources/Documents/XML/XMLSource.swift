import CXML2

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// XML read from its beginning to its end, piece by piece, however long it is: memory holds one piece at a time.
///
/// For files of others: a document type or an entity is refused (nobody's schema needs them here, and they are how files read
/// other files or grow without end), nothing is fetched, and depth and length are limited.
package final class XMLSource {
    package enum Piece: Equatable, Sendable {
        case start(String)
        case text(String)
        case end(String)
    }

    /// Deeper than any message of ISO 20022, shallow enough that nobody's stack runs out.
    package static let depthMax = 40
    /// Of one text: names and remittance texts are far below.
    package static let textLengthMax = 100_000
    /// Of a whole file: a year of a large company's statements.
    package static let bytesMax = 2_000_000_000

    private let reader: xmlTextReaderPtr
    private let failure = Failure()
    /// Of a source in memory: the library reads from it, so it has to stay where it is.
    private let memory: UnsafeMutablePointer<CChar>?
    private let file: Int32?
    /// Of an element that ends where it begins.
    private var pendingEnd: String?
    package private(set) var depth = 0

    /// What the library found wrong last, with its line.
    private final class Failure {
        var message: String?
        var line = 0
    }

    private static let options = Int32(
        XML_PARSE_NONET.rawValue | XML_PARSE_NOCDATA.rawValue | XML_PARSE_COMPACT.rawValue)

    package init(bytes: [UInt8]) throws(XMLTrouble) {
        guard !bytes.isEmpty else { throw XMLTrouble(line: 1, "The file is empty.") }
        guard bytes.count <= Int(Int32.max) else { throw XMLTrouble(line: 1, "The file is too large.") }
        let memory = UnsafeMutablePointer<CChar>.allocate(capacity: bytes.count)
        bytes.withUnsafeBytes {
            UnsafeMutableRawPointer(memory).copyMemory(from: $0.baseAddress!, byteCount: bytes.count)
        }
        guard let reader = xmlReaderForMemory(memory, Int32(bytes.count), nil, nil, XMLSource.options) else {
            memory.deallocate()
            throw XMLTrouble(line: 1, "The file cannot be read.")
        }
        self.reader = reader
        self.memory = memory
        file = nil
        listen()
    }

    package init(path: String) throws(XMLTrouble) {
        let file = open(path, O_RDONLY | O_CLOEXEC)
        guard file >= 0 else { throw XMLTrouble(line: 0, "The file cannot be opened.") }
        var facts = stat()
        if fstat(file, &facts) == 0, facts.st_mode & S_IFMT == S_IFREG, facts.st_size == 0 {
            close(file)
            throw XMLTrouble(line: 1, "The file is empty.")
        }
        guard let reader = xmlReaderForFd(file, nil, nil, XMLSource.options) else {
            close(file)
            throw XMLTrouble(line: 0, "The file cannot be read.")
        }
        self.reader = reader
        self.file = file
        memory = nil
        listen()
    }

    deinit {
        xmlFreeTextReader(reader)
        memory?.deallocate()
        if let file { close(file) }
    }

    private func listen() {
        xmlTextReaderSetErrorHandler(
            reader,
            { context, message, severity, locator in
                guard let context, severity == XML_PARSER_SEVERITY_ERROR else { return }
                let failure = Unmanaged<Failure>.fromOpaque(context).takeUnretainedValue()
                // The first one is the cause, the others follow from it.
                if failure.message != nil { return }
                failure.message = message.map { String(cString: $0) }
                failure.line = Int(xmlTextReaderLocatorLineNumber(locator))
            }, Unmanaged.passUnretained(failure).toOpaque())
    }

    /// Where the reading is, from 1.
    package var line: Int { Int(xmlTextReaderGetParserLineNumber(reader)) }

    /// The namespace of the element that was just begun.
    package var namespace: String? { xmlTextReaderConstNamespaceUri(reader).map { String(cString: $0) } }

    /// An attribute of the element that was just begun.
    package func attribute(_ name: String) -> String? {
        guard xmlTextReaderMoveToAttribute(reader, name) == 1 else { return nil }
        defer { xmlTextReaderMoveToElement(reader) }
        return xmlTextReaderConstValue(reader).map { String(cString: $0) }
    }

    /// - Returns: nil at the end of the document.
    package func next() throws(XMLTrouble) -> Piece? {
        if let name = pendingEnd {
            pendingEnd = nil
            depth -= 1
            return .end(name)
        }
        while true {
            switch xmlTextReaderRead(reader) {
            case 1: break
            case 0: return nil
            default: throw trouble()
            }
            switch xmlTextReaderNodeType(reader) {
            case Int32(XML_READER_TYPE_ELEMENT.rawValue):
                let name = String(cString: xmlTextReaderConstLocalName(reader))
                guard depth < XMLSource.depthMax else {
                    throw XMLTrouble(line: line, "The elements are nested too deeply.")
                }
                depth += 1
                if xmlTextReaderIsEmptyElement(reader) == 1 { pendingEnd = name }
                return .start(name)
            case Int32(XML_READER_TYPE_END_ELEMENT.rawValue):
                depth -= 1
                return .end(String(cString: xmlTextReaderConstLocalName(reader)))
            case Int32(XML_READER_TYPE_TEXT.rawValue), Int32(XML_READER_TYPE_CDATA.rawValue):
                guard let value = xmlTextReaderConstValue(reader) else { continue }
                let length = strnlen(
                    UnsafeRawPointer(value).assumingMemoryBound(to: CChar.self), XMLSource.textLengthMax + 1)
                guard length <= XMLSource.textLengthMax else { throw XMLTrouble(line: line, "A text is too long.") }
                return .text(String(cString: value))
            case Int32(XML_READER_TYPE_DOCUMENT_TYPE.rawValue):
                throw XMLTrouble(line: line, "A document type is not accepted.")
            case Int32(XML_READER_TYPE_ENTITY_REFERENCE.rawValue), Int32(XML_READER_TYPE_ENTITY.rawValue):
                throw XMLTrouble(line: line, "An entity is not accepted.")
            default:
                // Comments, blanks, processing instructions. Here the file may grow without a piece to show for it.
                break
            }
            if xmlTextReaderByteConsumed(reader) > XMLSource.bytesMax {
                throw XMLTrouble(line: line, "The file is too large.")
            }
        }
    }

    private func trouble() -> XMLTrouble {
        var text = (failure.message ?? "It is no XML.").split(separator: "\n").first.map(String.init) ?? "It is no XML."
        if text.count > 200 { text = "\(text.prefix(200))…" }
        return XMLTrouble(line: failure.message == nil ? line : failure.line, text)
    }
}

/// Reading by elements: what an element holds, from its beginning to its end.
extension XMLSource {
    /// Calls `body` with each element inside the one that was just begun. It has to take that element whole: by `text`,
    /// `children` or `skip`.
    package func children<E: Error>(_ body: (String) throws(E) -> Void) throws {
        while let piece = try next() {
            switch piece {
            case .start(let name): try body(name)
            case .end: return
            case .text: continue
            }
        }
    }

    /// The text of the element that was just begun, without blanks around it.
    package func text() throws(XMLTrouble) -> String {
        var whole = ""
        while let piece = try next() {
            switch piece {
            case .text(let part): whole = whole.isEmpty ? part : whole + part
            case .start: try skip()
            case .end: return whole.trimmedBlanks
            }
        }
        return whole.trimmedBlanks
    }

    /// Passes over the element that was just begun.
    package func skip() throws(XMLTrouble) {
        let outside = depth - 1
        while depth > outside { if try next() == nil { return } }
    }
}

/// What is wrong with a file, and where.
package struct XMLTrouble: Error, Equatable, CustomStringConvertible {
    package let line: Int
    package let text: String

    package init(line: Int, _ text: String) {
        self.line = line
        self.text = text
    }

    package var description: String { line > 0 ? "line \(line): \(text)" : text }
}

extension String {
    fileprivate var trimmedBlanks: String {
        func isBlank(_ byte: UInt8) -> Bool { byte == 32 || (9...13).contains(byte) }
        guard let first = utf8.first, let last = utf8.last, isBlank(first) || isBlank(last) else { return self }
        let body = utf8.drop(while: isBlank)
        var end = body.endIndex
        while end > body.startIndex, isBlank(body[body.index(before: end)]) { end = body.index(before: end) }
        return String(body[..<end]) ?? ""
    }
}
