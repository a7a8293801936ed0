import CPango

/// A typeface in one document, and which glyphs it needs of it besides those that are always there.
struct EmbeddedFont {
    let typeface: Typeface
    private var others: [UInt32: String] = [:]

    init(_ typeface: Typeface) {
        self.typeface = typeface
    }

    /// Notes what is needed to draw a cluster.
    /// - Returns: whether its glyphs, one by one, are read as its text by whoever copies or searches.
    mutating func use(_ cluster: Glyphs) -> Bool {
        if cluster.each.count == 1, let glyph = cluster.each.first?.glyph {
            if typeface.spells(glyph, cluster.text) || glyph == Glyphs.empty { return true }
            return use(glyph, String(cluster.text))
        }
        let characters = String(cluster.text).unicodeScalars.map(String.init)
        let isOneEach = characters.count == cluster.each.count
        var isRead = isOneEach
        for (index, glyph) in cluster.each.map(\.glyph).enumerated() where glyph != Glyphs.empty {
            let place = cluster.isRightToLeft ? characters.count - 1 - index : index
            if !use(glyph, isOneEach ? characters[place] : "") { isRead = false }
        }
        return isRead
    }

    private mutating func use(_ glyph: UInt32, _ text: String) -> Bool {
        if let letter = typeface.letter(of: glyph) {
            // All blanks are read as blanks: who searches types no others.
            return letter == text || letter == " " && text.allSatisfy(\.isWhitespace)
        }
        if let known = others[glyph], !known.isEmpty { return known == text }
        others[glyph] = text
        return true
    }

    var subset: Typeface.Subset? { typeface.subset(with: others) }
}

extension PDFFile {
    /// The objects of a font whose text is written as numbers of glyphs (ISO 32000-1, 9.7).
    mutating func add(_ font: EmbeddedFont) -> Reference {
        guard let subset = font.subset else { preconditionFailure("This font is drawn as shapes.") }
        let program = add(subset.program, "/Length1 \(subset.programLength)")
        let texts = add(subset.texts)
        let descriptor = add(
            "<</Type/FontDescriptor/FontName/\(subset.name)\(font.typeface.descriptor)/FontFile2 \(program)>>")
        let glyphs = add(
            """
            <</Type/Font/Subtype/CIDFontType2/BaseFont/\(subset.name)/FontDescriptor \(descriptor)/CIDToGIDMap/Identity\
            /CIDSystemInfo<</Registry(Adobe)/Ordering(Identity)/Supplement 0>>/W[\(subset.widths)]>>
            """)
        return add(
            """
            <</Type/Font/Subtype/Type0/BaseFont/\(subset.name)/Encoding/Identity-H/DescendantFonts[\(glyphs)]\
            /ToUnicode \(texts)>>
            """)
    }
}
