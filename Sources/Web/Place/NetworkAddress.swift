/// An address of the Internet as a number, for looking it up in tables of ranges.
enum NetworkAddress: Hashable {
    case v4(UInt32)
    /// The upper 64 bits: what is given out to somebody is never less than that.
    case v6(UInt64)

    /// Reads `192.0.2.1`, `2001:db8::1`, and `::ffff:192.0.2.1`, which is the first kind in the clothes of the second.
    init?(_ text: String) {
        let bytes = Array(text.utf8)
        self.init(bytes[...])
    }

    init?(_ bytes: ArraySlice<UInt8>) {
        if bytes.contains(UInt8(ascii: ":")) {
            guard let groups = NetworkAddress.groups(bytes) else { return nil }
            if groups[0..<5].allSatisfy({ $0 == 0 }), groups[5] == 0xffff {
                self = .v4(UInt32(groups[6]) << 16 | UInt32(groups[7]))
            } else {
                self = .v6(groups[0..<4].reduce(0) { $0 << 16 | UInt64($1) })
            }
        } else {
            guard let number = NetworkAddress.dotted(bytes) else { return nil }
            self = .v4(number)
        }
    }

    private static func dotted(_ bytes: ArraySlice<UInt8>) -> UInt32? {
        let parts = bytes.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        guard parts.count == 4 else { return nil }
        var number: UInt32 = 0
        for part in parts {
            guard (1...3).contains(part.count), let value = decimal(part), value < 256 else { return nil }
            number = number << 8 | UInt32(value)
        }
        return number
    }

    /// The eight groups of RFC 4291, section 2.2.
    private static func groups(_ bytes: ArraySlice<UInt8>) -> [UInt16]? {
        var groups: [UInt16] = []
        var gap: Int?
        var position = bytes.startIndex
        let colon = UInt8(ascii: ":")
        if bytes.count >= 2, bytes[position] == colon {
            guard bytes[position + 1] == colon else { return nil }
            gap = 0
            position += 2
        }
        while position < bytes.endIndex {
            let end = bytes[position...].firstIndex(of: colon) ?? bytes.endIndex
            let part = bytes[position..<end]
            if end == bytes.endIndex, part.contains(UInt8(ascii: ".")) {
                guard let number = dotted(part) else { return nil }
                groups += [UInt16(number >> 16), UInt16(number & 0xffff)]
                break
            }
            guard let group = hexadecimal(part) else { return nil }
            groups.append(group)
            if end == bytes.endIndex { break }
            position = end + 1
            guard position < bytes.endIndex else { return nil }
            if bytes[position] == colon {
                guard gap == nil else { return nil }
                gap = groups.count
                position += 1
            }
        }
        guard let gap else { return groups.count == 8 ? groups : nil }
        guard groups.count < 8 else { return nil }
        return groups[..<gap] + [UInt16](repeating: 0, count: 8 - groups.count) + groups[gap...]
    }

    private static func hexadecimal(_ digits: ArraySlice<UInt8>) -> UInt16? {
        guard (1...4).contains(digits.count) else { return nil }
        var number: UInt16 = 0
        for digit in digits {
            switch digit {
            case 48...57: number = number << 4 | UInt16(digit - 48)
            case 65...70: number = number << 4 | UInt16(digit - 55)
            case 97...102: number = number << 4 | UInt16(digit - 87)
            default: return nil
            }
        }
        return number
    }

    static func decimal(_ digits: ArraySlice<UInt8>) -> UInt64? {
        guard (1...10).contains(digits.count) else { return nil }
        var number: UInt64 = 0
        for digit in digits {
            guard (48...57).contains(digit) else { return nil }
            number = number * 10 + UInt64(digit - 48)
        }
        return number
    }
}
