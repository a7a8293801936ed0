import CPango

/// A font file, of which documents take subsets.
///
/// Nearly all of them are written in the letters of Western and Central Europe alone. A subset with these is made once and is
/// the same in each file, 14 kB: making and packing others for each document took a quarter of its time.
final class Typeface {
    let face: OpaquePointer
    let name: String
    /// What viewers want to know before they look into the font (ISO 32000-1, 9.8).
    let descriptor: String
    /// In thousandths of the size, by glyph.
    private let widths: [Double]
    /// The glyphs that are always there, with their text.
    private let letters: [UInt32: String]
    /// The glyph of a blank.
    let blank: UInt32?
    /// Their text once more, packed to be compared quickly, by glyph; 0 for others.
    private let spellings: [UInt32]
    /// Whether it has colours, as emoji have: what is in its tables of shapes is not what is to be seen.
    let isColourful: Bool
    /// With the letters; nil where a viewer could not draw it as we have set it.
    private let common: Subset?

    private init(_ face: OpaquePointer) {
        self.face = face
        name = Typeface.name(of: face)
        let font = hb_font_create(face)
        // Hundredths of a thousandth of the size, as widths are printed with two decimals.
        hb_font_set_scale(font, 100_000, 100_000)
        let widths = (0..<hb_face_get_glyph_count(face)).map { Double(hb_font_get_glyph_h_advance(font, $0)) / 100 }
        var letters: [UInt32: String] = [:]
        for (character, text) in Typeface.alphabet {
            var glyph: UInt32 = 0
            // A blank that does not break has the glyph of one that does, in some fonts.
            if hb_font_get_nominal_glyph(font, character, &glyph) != 0, letters[glyph] == nil { letters[glyph] = text }
        }
        descriptor = Typeface.descriptor(face, font)
        hb_font_destroy(font)
        self.widths = widths
        self.letters = letters
        blank = letters.first { $0.value == " " }?.key
        spellings = (0..<UInt32(widths.count)).map { glyph in letters[glyph].map { Typeface.packed($0.utf8) } ?? 0 }
        isColourful = ["COLR", "CBDT", "sbix", "SVG "].contains { Typeface.hasTable($0, in: face) }
        let isPlainTrueType =
            Typeface.hasTable("glyf", in: face) && hb_ot_var_has_data(face) == 0 && !isColourful
        common = isPlainTrueType ? Subset(of: face, named: name, letters, widths) : nil
    }

    /// Kept with the face, which Pango keeps for its thread.
    static func of(_ face: OpaquePointer) -> Typeface {
        if let known = hb_face_get_user_data(face, key) {
            return Unmanaged<Typeface>.fromOpaque(known).takeUnretainedValue()
        }
        let typeface = Typeface(face)
        let kept = Unmanaged.passRetained(typeface).toOpaque()
        let isKept = hb_face_set_user_data(
            face, key, kept, { if let kept = $0 { Unmanaged<Typeface>.fromOpaque(kept).release() } }, 1)
        precondition(isKept != 0, "HarfBuzz has no memory for a typeface.")
        return typeface
    }

    /// Only its address means something.
    private nonisolated(unsafe) static let key = UnsafeMutablePointer<hb_user_data_key_t>.allocate(capacity: 1)

    /// What the Swiss QR-bill can say (Implementation Guidelines, 4.1.1), marks of print, and two letters in one.
    private static let alphabet: [(character: UInt32, text: String)] = {
        let ranges: [ClosedRange<UInt32>] = [
            0x20...0x7E, 0xA0...0x17F, 0x218...0x21B, 0x2010...0x203A, 0x20AC...0x20AC, 0x2212...0x2212,
        ]
        return ranges.joined().compactMap { value in Unicode.Scalar(value).map { (value, String($0)) } }
            + [(0xFB01, "fi"), (0xFB02, "fl")]
    }()
}

extension Typeface {
    /// Whether documents can take a subset of it. What they cannot, which is rare, is drawn as shapes.
    var isEmbeddable: Bool { common != nil }

    /// Of a glyph, in thousandths of the size. What the font's own tables call for and it does not have is as wide as nothing.
    func width(of glyph: UInt32) -> Double { glyph < widths.count ? widths[Int(glyph)] : 0 }

    /// Of one that is always there: what it stands for.
    func letter(of glyph: UInt32) -> String? { letters[glyph] }

    /// Whether a glyph is always there and stands for that text.
    func spells(_ glyph: UInt32, _ text: some Collection<UInt8>) -> Bool {
        guard glyph < spellings.count, (1...4).contains(text.count) else { return false }
        return spellings[Int(glyph)] == Typeface.packed(text)
    }

    private static func packed(_ text: some Sequence<UInt8>) -> UInt32 { text.reduce(0) { $0 << 8 | UInt32($1) } }

    /// - Parameter others: glyphs besides those that are always there, with the text that they stand for.
    /// - Returns: nil for one that cannot be embedded.
    func subset(with others: [UInt32: String]) -> Subset? {
        if others.isEmpty { return common }
        return Subset(of: face, named: name, letters.merging(others) { letter, _ in letter }, widths) ?? common
    }
}
