import CZlib

/// The objects of a PDF file and where each of them stands (ISO 32000-1, 7.5). What is in them is said by others.
///
/// Our own, as Cairo's PDF surface spends half of a document's time on playing every stroke twice and on building and packing
/// the same subsets of the same two fonts again (docs/benchmarks.md), and Debian has no other library for it that is kept well
/// and takes glyphs. Reading PDF is nowhere ours.
struct PDFFile {
    /// How others name an object: `4 0 R`.
    struct Reference: Hashable, CustomStringConvertible {
        fileprivate let number: Int
        var description: String { "\(number) 0 R" }
    }

    // The second line says that the rest is not text.
    private var bytes = Array("%PDF-1.5\n%".utf8) + [0xE2, 0xE3, 0xCF, 0xD3, 0x0A]
    /// Of each object, by its number less one; nil while it is only promised.
    private var offsets: [Int?] = []

    /// An object that others may name before it is there.
    mutating func promise() -> Reference {
        offsets.append(nil)
        return Reference(number: offsets.count)
    }

    mutating func add(_ body: String, as promised: Reference? = nil) -> Reference {
        let reference = begin(promised)
        bytes.append(contentsOf: "\(body)\nendobj\n".utf8)
        return reference
    }

    /// - Parameter entries: of its dictionary, besides its length.
    mutating func add(_ stream: Packed, _ entries: String = "") -> Reference {
        let reference = begin(nil)
        bytes.append(contentsOf: "<</Length \(stream.bytes.count)/Filter/FlateDecode\(entries)>>stream\n".utf8)
        bytes.append(contentsOf: stream.bytes)
        bytes.append(contentsOf: "\nendstream\nendobj\n".utf8)
        return reference
    }

    private mutating func begin(_ promised: Reference?) -> Reference {
        let reference = promised ?? promise()
        offsets[reference.number - 1] = bytes.count
        bytes.append(contentsOf: "\(reference.number) 0 obj\n".utf8)
        return reference
    }

    /// The whole file, with the table of its objects at the end.
    mutating func finish(catalog: Reference, info: Reference) -> [UInt8] {
        let table = bytes.count
        // Each entry has exactly twenty bytes.
        var lines = "xref\n0 \(offsets.count + 1)\n0000000000 65535 f \n"
        for offset in offsets {
            guard let offset else { preconditionFailure("An object was promised and is not there.") }
            let digits = String(offset)
            lines += "\(String(repeating: "0", count: 10 - digits.count))\(digits) 00000 n \n"
        }
        lines += "trailer\n<</Size \(offsets.count + 1)/Root \(catalog)/Info \(info)>>\nstartxref\n\(table)\n%%EOF\n"
        bytes.append(contentsOf: lines.utf8)
        return bytes
    }

    /// A text as a value, whatever its characters (7.9.2.2).
    static func string(_ text: String) -> String { "<FEFF\(hex(text.utf16))>" }

    /// Four digits each.
    static func hex(_ units: some Sequence<UInt16>) -> String {
        units.map { unit in
            let digits = String(unit, radix: 16, uppercase: true)
            return String(repeating: "0", count: 4 - digits.count) + digits
        }.joined()
    }
}

extension PDFFile {
    /// Bytes as zlib packs them.
    struct Packed: Hashable {
        let bytes: [UInt8]

        init(_ plain: [UInt8]) {
            var length = compressBound(uLong(plain.count))
            bytes = [UInt8](unsafeUninitializedCapacity: Int(length)) { buffer, count in
                let status = compress(buffer.baseAddress, &length, plain, uLong(plain.count))
                precondition(status == Z_OK, "zlib has no memory for \(plain.count) bytes.")
                count = Int(length)
            }
        }
    }
}
