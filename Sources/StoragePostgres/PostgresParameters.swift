import Storage

/// The values of a statement as libpq wants them: text ends in a NUL, bytes go as they are. The server finds the types.
struct PostgresParameters {
    private var bytes: [UInt8] = []
    private var starts: [Int?] = []
    private var lengths: [Int32] = []
    private var formats: [Int32] = []

    var count: Int { starts.count }

    /// - Returns: nil where a text has a NUL, at which libpq would cut it off without a word.
    init?(_ values: [Value]) {
        for value in values {
            switch value {
            case .null: add([UInt8]?.none, isBinary: false)
            case .integer(let number): add(String(number).utf8, isBinary: false)
            case .boolean(let flag): add((flag ? "t" : "f").utf8, isBinary: false)
            case .bytes(let value): add(value, isBinary: true)
            case .text(let text):
                if text.utf8.contains(0) { return nil }
                add(text.utf8, isBinary: false)
            }
        }
    }

    private mutating func add(_ value: (some Collection<UInt8>)?, isBinary: Bool) {
        starts.append(value == nil ? nil : bytes.count)
        lengths.append(Int32(value?.count ?? 0))
        formats.append(isBinary ? 1 : 0)
        guard let value else { return }
        bytes.append(contentsOf: value)
        bytes.append(0)
    }

    func withPointers<T>(
        _ body: (UnsafePointer<UnsafePointer<CChar>?>?, UnsafePointer<Int32>?, UnsafePointer<Int32>?) -> T
    ) -> T {
        bytes.withUnsafeBytes { buffer in
            let characters = buffer.bindMemory(to: CChar.self).baseAddress
            let pointers = starts.map { start in start.flatMap { offset in characters.map { $0 + offset } } }
            return pointers.withUnsafeBufferPointer { pointers in
                lengths.withUnsafeBufferPointer { lengths in
                    formats.withUnsafeBufferPointer { formats in
                        body(pointers.baseAddress, lengths.baseAddress, formats.baseAddress)
                    }
                }
            }
        }
    }
}
