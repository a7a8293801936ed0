package import Kernel

/// Writes JSON in the order it is told, with explicit keys. Replies are written for the reader; there is no reflection.
/// Measured against `JSONEncoder` in `docs/benchmarks.md`.
package struct JSONWriter: Sendable {
    package private(set) var bytes: [UInt8] = []
    private var needsComma = false

    package init() {
        bytes.reserveCapacity(512)
    }

    package mutating func object(_ body: (inout JSONWriter) -> Void) {
        open(UInt8(ascii: "{"))
        body(&self)
        close(UInt8(ascii: "}"))
    }

    package mutating func array<C: Collection>(_ items: C, _ body: (inout JSONWriter, C.Element) -> Void) {
        open(UInt8(ascii: "["))
        for item in items { body(&self, item) }
        close(UInt8(ascii: "]"))
    }

    package mutating func field(_ name: StaticString, _ value: String) {
        key(name)
        string(value)
    }

    package mutating func field(_ name: StaticString, _ value: String?) {
        key(name)
        if let value { string(value) } else { null() }
    }

    package mutating func field(_ name: StaticString, _ value: some BinaryInteger) {
        key(name)
        integer(Int64(value))
    }

    package mutating func field<Subject>(_ name: StaticString, _ id: Identifier<Subject>?) {
        key(name)
        if let id { integer(id.rawValue) } else { null() }
    }

    /// Instants are epoch seconds in the public API.
    package mutating func field(_ name: StaticString, _ instant: Instant?) {
        key(name)
        if let instant { integer(instant.epochSeconds) } else { null() }
    }

    package mutating func field(_ name: StaticString, _ flag: Bool) {
        key(name)
        boolean(flag)
    }

    package mutating func null(_ name: StaticString) {
        key(name)
        null()
    }

    package mutating func object(_ name: StaticString, _ body: (inout JSONWriter) -> Void) {
        key(name)
        object(body)
    }

    package mutating func array<C: Collection>(
        _ name: StaticString, _ items: C, _ body: (inout JSONWriter, C.Element) -> Void
    ) {
        key(name)
        array(items, body)
    }

    package mutating func string(_ text: String) {
        separate()
        bytes.append(UInt8(ascii: "\""))
        escape(text)
        bytes.append(UInt8(ascii: "\""))
        needsComma = true
    }

    package mutating func integer(_ number: Int64) {
        separate()
        bytes.append(contentsOf: String(number).utf8)
        needsComma = true
    }

    package mutating func boolean(_ flag: Bool) { raw(flag ? "true" : "false") }

    package mutating func null() { raw("null") }

    /// The name of a value that the caller writes next.
    package mutating func key(_ name: StaticString) {
        separate()
        bytes.append(UInt8(ascii: "\""))
        name.withUTF8Buffer { bytes.append(contentsOf: $0) }
        bytes.append(UInt8(ascii: "\""))
        bytes.append(UInt8(ascii: ":"))
        needsComma = false
    }

    private mutating func raw(_ text: StaticString) {
        separate()
        text.withUTF8Buffer { bytes.append(contentsOf: $0) }
        needsComma = true
    }

    private mutating func separate() {
        if needsComma { bytes.append(UInt8(ascii: ",")) }
    }

    private mutating func open(_ bracket: UInt8) {
        separate()
        bytes.append(bracket)
        needsComma = false
    }

    private mutating func close(_ bracket: UInt8) {
        bytes.append(bracket)
        needsComma = true
    }

    private mutating func escape(_ text: String) {
        var text = text
        text.withUTF8 { utf8 in
            for byte in utf8 {
                switch byte {
                case UInt8(ascii: "\""): bytes += [UInt8(ascii: "\\"), UInt8(ascii: "\"")]
                case UInt8(ascii: "\\"): bytes += [UInt8(ascii: "\\"), UInt8(ascii: "\\")]
                case 10: bytes += [UInt8(ascii: "\\"), UInt8(ascii: "n")]
                case 0..<32:
                    let hex = Array("0123456789abcdef".utf8)
                    bytes.append(contentsOf: "\\u00".utf8)
                    bytes += [hex[Int(byte >> 4)], hex[Int(byte & 15)]]
                default: bytes.append(byte)
                }
            }
        }
    }
}
