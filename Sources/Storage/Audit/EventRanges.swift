/// A set of event ids as text has it: `1-500,502`. Ascending, no two ranges touch.
struct EventRanges: Sendable, Hashable, CustomStringConvertible {
    private(set) var ranges: [ClosedRange<Int64>] = []

    init() {}

    /// - Parameter ids: in any order.
    init(_ ids: [Int64]) {
        for id in ids.sorted() { append(id...id) }
    }

    /// - Returns: nil for what `description` would not write.
    init?(_ text: String) {
        for part in text.split(separator: ",", omittingEmptySubsequences: false) {
            let ends = part.split(separator: "-", omittingEmptySubsequences: false).map { Int64($0) }
            guard let first = ends.first ?? nil, let last = ends.last ?? nil, ends.count <= 2, first > 0, first <= last,
                ranges.last.map({ $0.upperBound + 1 < first }) ?? true
            else { return nil }
            ranges.append(first...last)
        }
        if description != text { return nil }
    }

    var description: String {
        ranges.map { $0.count == 1 ? "\($0.lowerBound)" : "\($0.lowerBound)-\($0.upperBound)" }.joined(separator: ",")
    }

    var isEmpty: Bool { ranges.isEmpty }
    var last: Int64 { ranges.last?.upperBound ?? 0 }

    /// How many ids are in it. Ranges from a row that was tampered with may be as wide as numbers go.
    var count: Int64 {
        ranges.reduce(0) { sum, range in
            let (total, isTooMuch) = sum.addingReportingOverflow(range.upperBound - range.lowerBound + 1)
            return isTooMuch ? .max : total
        }
    }

    /// All of them, for sets that are known to be small.
    var ids: [Int64] { ranges.flatMap { Array($0) } }

    func contains(_ id: Int64) -> Bool {
        let place = position(of: id)
        return place < ranges.count && ranges[place].contains(id)
    }

    /// The ranges that lie within two ids.
    func clamped(to limits: ClosedRange<Int64>) -> EventRanges {
        var clamped = EventRanges()
        clamped.ranges = ranges.filter { $0.overlaps(limits) }.map { $0.clamped(to: limits) }
        return clamped
    }

    mutating func insert(_ range: ClosedRange<Int64>) {
        if range.lowerBound > last { return append(range) }
        // Everything that the new range touches becomes one with it.
        let start = position(of: range.lowerBound - 1)
        var merged = range
        var end = start
        while end < ranges.count, ranges[end].lowerBound - 1 <= merged.upperBound {
            merged = min(merged.lowerBound, ranges[end].lowerBound)...max(merged.upperBound, ranges[end].upperBound)
            end += 1
        }
        ranges.replaceSubrange(start..<end, with: [merged])
    }

    /// Forgets all ids up to one, so that memory stays flat.
    mutating func removeAll(upTo id: Int64) {
        let kept = ranges.drop { $0.upperBound <= id }
        ranges = kept.map { $0.lowerBound > id ? $0 : (id + 1)...$0.upperBound }
    }

    private mutating func append(_ range: ClosedRange<Int64>) {
        if let last = ranges.last, last.upperBound + 1 >= range.lowerBound {
            ranges[ranges.count - 1] = last.lowerBound...max(last.upperBound, range.upperBound)
        } else {
            ranges.append(range)
        }
    }

    /// The first range that does not end before an id.
    private func position(of id: Int64) -> Int {
        var low = 0
        var high = ranges.count
        while low < high {
            let middle = (low + high) / 2
            if ranges[middle].upperBound < id { low = middle + 1 } else { high = middle }
        }
        return low
    }
}
