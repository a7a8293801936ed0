import CPango

extension Typeface {
    /// What a file embeds of a typeface. Glyphs keep their numbers.
    struct Subset {
        let name: String
        let program: PDFFile.Packed
        let programLength: Int
        /// `3[277.83 277.83 354.98]5[…]` (ISO 32000-1, 9.7.4.3).
        let widths: String
        /// Which text each glyph stands for, for whoever searches or copies.
        let texts: PDFFile.Packed

        /// - Returns: nil for a font that is not what it should be.
        init?(of face: OpaquePointer, named name: String, _ letters: [UInt32: String], _ widths: [Double]) {
            let glyphs = letters.keys.filter { $0 < widths.count }.sorted()
            guard let program = Subset.program(of: face, glyphs) else { return nil }
            self.program = PDFFile.Packed(program)
            programLength = program.count
            self.widths = Subset.list(glyphs, widths)
            texts = PDFFile.Packed(Array(Subset.map(of: glyphs, letters).utf8))
            self.name = "\(Subset.mark(of: glyphs))+\(name)"
        }

        /// Without what only screens and layout need, as nothing is laid out any more.
        private static func program(of face: OpaquePointer, _ glyphs: [UInt32]) -> [UInt8]? {
            let input = hb_subset_input_create_or_fail()
            defer { hb_subset_input_destroy(input) }
            hb_subset_input_set_flags(
                input,
                HB_SUBSET_FLAGS_RETAIN_GIDS.rawValue | HB_SUBSET_FLAGS_NO_HINTING.rawValue
                    | HB_SUBSET_FLAGS_NOTDEF_OUTLINE.rawValue)
            hb_set_add_sorted_array(hb_subset_input_glyph_set(input), glyphs, UInt32(glyphs.count))
            var count: UInt32 = 256
            var tables = [hb_tag_t](repeating: 0, count: Int(count))
            hb_face_get_table_tags(face, 0, &count, &tables)
            let needed = Set(["glyf", "head", "hhea", "hmtx", "loca", "maxp"].map(Typeface.tag))
            let dropped = hb_subset_input_set(input, HB_SUBSET_SETS_DROP_TABLE_TAG)
            for table in tables.prefix(Int(count)) where !needed.contains(table) { hb_set_add(dropped, table) }
            guard let subset = hb_subset_or_fail(face, input) else { return nil }
            defer { hb_face_destroy(subset) }
            return Typeface.bytes(of: hb_face_reference_blob(subset))
        }

        private static func list(_ glyphs: [UInt32], _ widths: [Double]) -> String {
            var text = ""
            var last: UInt32?
            for glyph in glyphs {
                if let last, glyph == last + 1 { text += " " } else { text += last == nil ? "\(glyph)[" : "]\(glyph)[" }
                text += "\(widths[Int(glyph)])"
                last = glyph
            }
            return last == nil ? "" : "\(text)]"
        }

        /// A CMap (ISO 32000-1, 9.10.3). It has at most a hundred entries in a row.
        private static func map(of glyphs: [UInt32], _ letters: [UInt32: String]) -> String {
            let entries = glyphs.compactMap { glyph -> String? in
                guard let text = letters[glyph], !text.isEmpty else { return nil }
                return "<\(PDFFile.hex([UInt16(glyph)]))><\(PDFFile.hex(text.utf16))>"
            }
            let rows = stride(from: 0, to: entries.count, by: 100).map { start in
                let row = entries[start..<min(start + 100, entries.count)]
                return "\(row.count) beginbfchar\n\(row.joined(separator: "\n"))\nendbfchar\n"
            }
            return """
                /CIDInit /ProcSet findresource begin
                12 dict begin
                begincmap
                /CIDSystemInfo <</Registry(Adobe)/Ordering(UCS)/Supplement 0>> def
                /CMapName /Adobe-Identity-UCS def
                /CMapType 2 def
                1 begincodespacerange
                <0000><FFFF>
                endcodespacerange
                \(rows.joined())endcmap
                CMapName currentdict /CMap defineresource pop
                end
                end
                """
        }

        /// Six letters that tell subsets of the same font apart (ISO 32000-1, 9.6.4).
        private static func mark(of glyphs: [UInt32]) -> String {
            var sum = glyphs.reduce(UInt64(5381)) { $0 &* 33 &+ UInt64($1) }
            return String(
                (0..<6).map { _ in
                    defer { sum /= 26 }
                    return Character(Unicode.Scalar(UInt8(ascii: "A") + UInt8(sum % 26)))
                })
        }
    }
}
