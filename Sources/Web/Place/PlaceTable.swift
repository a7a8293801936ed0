import Kernel

/// Ranges of addresses and the country of each, in arrays beside each other: half a million ranges take 12 MB.
struct PlaceTable<Number: FixedWidthInteger & Sendable>: Sendable {
    private var starts: [Number] = []
    private var ends: [Number] = []
    /// Two letters as one number.
    private var countries: [UInt16] = []

    var count: Int { starts.count }

    /// Reads lines of `first,last,CH`, ascending; `#` begins a comment, `??` is no country.
    /// - Parameter number: reads an end of a range; nil for what is none, whose line is passed over.
    init(_ text: [UInt8], _ number: (ArraySlice<UInt8>) -> Number?) {
        for line in text.split(separator: UInt8(ascii: "\n")) where line.first != UInt8(ascii: "#") {
            let parts = line.split(separator: UInt8(ascii: ","), omittingEmptySubsequences: false)
            guard parts.count == 3, parts[2].count == 2, parts[2].allSatisfy({ (65...90).contains($0) }),
                let start = number(parts[0]), let end = number(parts[1]), start <= end, start >= ends.last ?? 0
            else { continue }
            starts.append(start)
            ends.append(end)
            countries.append(UInt16(parts[2][parts[2].startIndex]) << 8 | UInt16(parts[2][parts[2].startIndex + 1]))
        }
    }

    func country(of address: Number) -> Country? {
        var low = 0
        var high = starts.count
        while low < high {
            let middle = (low + high) / 2
            if starts[middle] <= address { low = middle + 1 } else { high = middle }
        }
        guard low > 0, ends[low - 1] >= address else { return nil }
        let letters = countries[low - 1]
        return Country(String(decoding: [UInt8(letters >> 8), UInt8(letters & 255)], as: UTF8.self))
    }
}
