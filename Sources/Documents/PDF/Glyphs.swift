import CPango

/// Glyphs of a run as Pango has set it, from left to right: all of them, or neighbours among them.
struct Glyphs {
    /// The place of one that has no shape.
    static let empty: UInt32 = 0x0FFF_FFFF
    private static let unknown: UInt32 = 0x1000_0000

    private let range: Range<Int>
    private let run: UnsafeBufferPointer<PangoGlyphInfo>
    /// Where the characters of each glyph of the run begin.
    private let starts: UnsafeMutablePointer<Int32>
    private let characters: UnsafeRawBufferPointer
    let isRightToLeft: Bool

    init(_ run: PangoGlyphItem, of layout: OpaquePointer) {
        let string = run.glyphs.pointee
        self.run = UnsafeBufferPointer(start: string.glyphs, count: Int(string.num_glyphs))
        range = self.run.indices
        starts = string.log_clusters
        let item = run.item.pointee
        characters = UnsafeRawBufferPointer(
            start: pango_layout_get_text(layout) + Int(item.offset), count: Int(item.length))
        isRightToLeft = item.analysis.level % 2 == 1
    }

    private init(_ range: Range<Int>, of glyphs: Glyphs) {
        self.range = range
        run = glyphs.run
        starts = glyphs.starts
        characters = glyphs.characters
        isRightToLeft = glyphs.isRightToLeft
    }

    var each: Slice<UnsafeBufferPointer<PangoGlyphInfo>> { run[range] }

    /// The characters that all of them stand for.
    var text: Slice<UnsafeRawBufferPointer> {
        let (first, follower) =
            isRightToLeft ? (range.upperBound - 1, range.lowerBound - 1) : (range.lowerBound, range.upperBound)
        guard range.contains(first) else { return characters[0..<0] }
        let start = Int(starts[first])
        let end = run.indices.contains(follower) ? Int(starts[follower]) : characters.count
        return characters[start..<max(start, end)]
    }

    var width: Double { PDF.points(each.reduce(0) { $0 + $1.geometry.width }) }

    /// Some that no font has: Pango draws boxes for them.
    var hasUnknown: Bool { each.contains { $0.glyph & Glyphs.unknown != 0 } }

    /// Neighbours that stand for the same characters together: one for one, mostly.
    var clusters: some Sequence<Glyphs> {
        sequence(state: range.lowerBound) { index in
            guard index < range.upperBound else { return nil }
            let first = index
            repeat { index += 1 } while index < range.upperBound && starts[index] == starts[first]
            return Glyphs(first..<index, of: self)
        }
    }

    /// In turn those that a font has, and those that none has.
    var parts: [Glyphs] {
        guard hasUnknown else { return [self] }
        var parts: [Glyphs] = []
        for cluster in clusters {
            if let last = parts.last, last.hasUnknown == cluster.hasUnknown {
                parts[parts.count - 1] = Glyphs(last.range.lowerBound..<cluster.range.upperBound, of: self)
            } else {
                parts.append(cluster)
            }
        }
        return parts
    }

    /// As Pango wants them.
    func withString<Result>(_ body: (UnsafeMutablePointer<PangoGlyphString>) -> Result) -> Result {
        var string = PangoGlyphString()
        string.num_glyphs = Int32(range.count)
        string.glyphs = UnsafeMutablePointer(mutating: run.baseAddress).map { $0 + range.lowerBound }
        string.log_clusters = starts + range.lowerBound
        return body(&string)
    }
}

extension String {
    /// The characters of a text that Pango has.
    init(_ text: Slice<UnsafeRawBufferPointer>) { self.init(decoding: text, as: UTF8.self) }
}
