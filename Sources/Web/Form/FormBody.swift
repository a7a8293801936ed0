package import Kernel

/// Reading what browsers post: `application/x-www-form-urlencoded` (WHATWG URL, 5) and `multipart/form-data` (RFC 7578).
package enum FormBody {
    /// Fields beyond this many are a mistake or an attack.
    static let fieldsMax = 500

    /// - Throws: 400 where escapes or UTF-8 are broken, or where there are too many fields.
    package static func urlEncoded(_ text: String) throws(Problem) -> [String: [String]] {
        var values: [String: [String]] = [:]
        let pairs = text.split(separator: "&", maxSplits: fieldsMax)
        guard pairs.count <= fieldsMax else {
            throw Problem(.malformed, code: "malformed_form", word: "problem.malformed_form")
        }
        for pair in pairs {
            let parts = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard let name = decode(parts[0]), let value = parts.count == 2 ? decode(parts[1]) : "" else {
                throw Problem(.malformed, code: "malformed_form", word: "problem.malformed_form")
            }
            values[name, default: []].append(value)
        }
        return values
    }

    package static func decode(_ text: Substring) -> String? {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(text.utf8.count)
        var iterator = text.utf8.makeIterator()
        while let byte = iterator.next() {
            switch byte {
            case UInt8(ascii: "+"): bytes.append(32)
            case UInt8(ascii: "%"):
                guard let high = iterator.next().flatMap(hexValue), let low = iterator.next().flatMap(hexValue) else {
                    return nil
                }
                bytes.append(high << 4 | low)
            default: bytes.append(byte)
            }
        }
        return String(validating: bytes, as: UTF8.self)
    }

    private static func hexValue(_ byte: UInt8) -> UInt8? {
        switch byte {
        case 48...57: byte - 48
        case 65...70: byte - 55
        case 97...102: byte - 87
        default: nil
        }
    }

    /// - Throws: 400 where a part has no name or the boundary is missing.
    package static func multipart(_ body: [UInt8], boundary: String) throws(Problem) -> Form {
        let malformed = Problem(.malformed, code: "malformed_form", word: "problem.malformed_form")
        guard (1...70).contains(boundary.utf8.count) else { throw malformed }
        let delimiter = Array("--\(boundary)".utf8)
        let blankLine = Array("\r\n\r\n".utf8)
        var values: [String: [String]] = [:]
        var uploads: [String: Form.Upload] = [:]
        guard var position = body.firstRange(of: delimiter, from: 0)?.upperBound else { throw malformed }
        while !body[position...].starts(with: Array("--".utf8)) {
            guard let head = body.firstRange(of: blankLine, from: position),
                let next = body.firstRange(of: Array("\r\n".utf8) + delimiter, from: head.upperBound - 2),
                let header = String(validating: body[position..<head.lowerBound], as: UTF8.self),
                let name = parameter("name", in: header), values.count < fieldsMax
            else { throw malformed }
            let content = Array(body[min(head.upperBound, next.lowerBound)..<next.lowerBound])
            if let fileName = parameter("filename", in: header) {
                if !content.isEmpty { uploads[name] = Form.Upload(fileName: fileName, bytes: content) }
            } else {
                guard let text = String(validating: content, as: UTF8.self) else { throw malformed }
                values[name, default: []].append(text)
            }
            position = next.upperBound
        }
        return Form(values: values, uploads: uploads)
    }

    /// A quoted parameter of a part's `Content-Disposition`.
    private static func parameter(_ name: String, in header: String) -> String? {
        for line in header.split(separator: "\r\n") where line.lowercased().hasPrefix("content-disposition:") {
            for piece in line.split(separator: ";").dropFirst() {
                let pair = piece.split(separator: "=", maxSplits: 1).map { String($0).trimmed }
                if pair.count == 2, pair[0].lowercased() == name { return pair[1].filter { $0 != "\"" } }
            }
        }
        return nil
    }
}

extension [UInt8] {
    fileprivate func firstRange(of pattern: [UInt8], from start: Int) -> Range<Int>? {
        guard let first = pattern.first, count >= pattern.count else { return nil }
        var position = start
        while position <= count - pattern.count {
            guard let hit = self[position...].firstIndex(of: first), hit <= count - pattern.count else { return nil }
            if self[hit..<(hit + pattern.count)].elementsEqual(pattern) { return hit..<(hit + pattern.count) }
            position = hit + 1
        }
        return nil
    }
}
