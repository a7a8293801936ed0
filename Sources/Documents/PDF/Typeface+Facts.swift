import CPango

/// What a font's tables say of it.
extension Typeface {
    /// `LiberationSans-Bold`, of the characters that a name of PostScript may have.
    static func name(of face: OpaquePointer) -> String {
        var length: UInt32 = 64
        var text = [CChar](repeating: 0, count: Int(length))
        hb_ot_name_get_utf8(face, hb_ot_name_id_t(HB_OT_NAME_ID_POSTSCRIPT_NAME), nil, &length, &text)
        let name = text.prefix(Int(length)).map { Character(Unicode.Scalar(UInt8(bitPattern: $0))) }
            .filter { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "-") }
        return name.isEmpty ? "Font" : String(name)
    }

    static func descriptor(_ face: OpaquePointer, _ font: OpaquePointer?) -> String {
        func height(_ tag: hb_ot_metrics_tag_t) -> Int {
            var value: Int32 = 0
            hb_ot_metrics_get_position(font, tag, &value)
            return Int(value / 100)
        }
        let head = table("head", of: face)
        let unitsPerEm = Int(hb_face_get_upem(face))
        // The box around all glyphs, four signed numbers (OpenType, `head`).
        let box = stride(from: 36, to: 44, by: 2).map { index in
            head.count < 44
                ? 0 : Int(Int16(bitPattern: UInt16(head[index]) << 8 | UInt16(head[index + 1]))) * 1000 / unitsPerEm
        }
        return """
            /Flags 4/FontBBox[\(box.map(String.init).joined(separator: " "))]/ItalicAngle 0/StemV 80\
            /Ascent \(height(HB_OT_METRICS_TAG_HORIZONTAL_ASCENDER))\
            /Descent \(height(HB_OT_METRICS_TAG_HORIZONTAL_DESCENDER))\
            /CapHeight \(height(HB_OT_METRICS_TAG_CAP_HEIGHT))
            """
    }

    static func hasTable(_ name: String, in face: OpaquePointer) -> Bool {
        let table = hb_face_reference_table(face, tag(name))
        defer { hb_blob_destroy(table) }
        return hb_blob_get_length(table) > 0
    }

    static func table(_ name: String, of face: OpaquePointer) -> [UInt8] {
        bytes(of: hb_face_reference_table(face, tag(name)))
    }

    /// And lets go of them.
    static func bytes(of blob: OpaquePointer?) -> [UInt8] {
        defer { hb_blob_destroy(blob) }
        var length: UInt32 = 0
        guard let data = hb_blob_get_data(blob, &length) else { return [] }
        return Array(UnsafeRawBufferPointer(start: data, count: Int(length)))
    }

    static func tag(_ name: String) -> hb_tag_t { name.utf8.reduce(0) { $0 << 8 | UInt32($1) } }
}
