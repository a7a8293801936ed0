import CPango

/// Glyphs for which no font can be embedded, or which no font has, drawn by Cairo: as shapes, or as a picture where there are
/// none or they have colours.
extension PDF {
    func draw(
        _ glyphs: Glyphs, _ font: UnsafeMutablePointer<PangoFont>, isColourful: Bool, size: Double,
        at origin: (x: Double, y: Double)
    ) {
        content.begin(standingFor: String(glyphs.text))
        standIn(for: glyphs, size: size, at: origin)
        glyphs.withString { string in
            if isColourful || !drawShapes(of: string, font, at: origin) { drawPicture(of: string, font, at: origin) }
        }
        content.end()
    }

    /// An invisible blank of the same width: viewers find and copy only what has letters.
    private func standIn(for glyphs: Glyphs, size: Double, at origin: (x: Double, y: Double)) {
        guard glyphs.width > 0, let font = pango_context_load_font(typesetter, descriptions.description(Font(size)))
        else { return }
        defer { g_object_unref(font) }
        guard let (typeface, _) = PDF.typeface(of: font), typeface.isEmbeddable, let blank = typeface.blank else {
            return
        }
        content.put(text: "q BT 3 Tr/F\(index(of: typeface)) ")
        content.put("Tf", size)
        content.put("Tz", glyphs.width / (typeface.width(of: blank) * size / 1000) * 100)
        content.put("Td", at: origin)
        content.put(text: "<")
        content.put(glyph: blank)
        content.put(text: ">Tj ET Q\n")
    }

    /// - Returns: whether there are any.
    private func drawShapes(
        of string: UnsafeMutablePointer<PangoGlyphString>, _ font: UnsafeMutablePointer<PangoFont>,
        at origin: (x: Double, y: Double)
    ) -> Bool {
        let surface = cairo_image_surface_create(CAIRO_FORMAT_A8, 1, 1)
        let context = cairo_create(surface)
        defer {
            cairo_destroy(context)
            cairo_surface_destroy(surface)
        }
        // Cairo rounds to a 256th, which is too coarse for a letter.
        cairo_scale(context, 256, 256)
        pango_cairo_glyph_string_path(context, font, string)
        guard let path = cairo_copy_path(context) else { return false }
        defer { cairo_path_destroy(path) }
        guard path.pointee.num_data > 0 else { return false }
        draw(path.pointee, at: origin)
        return true
    }

    private func draw(_ path: cairo_path_t, at origin: (x: Double, y: Double)) {
        var index = 0
        while index < path.num_data {
            let element = path.data + index
            func point(_ number: Int) -> (x: Double, y: Double) {
                (origin.x + element[number].point.x, origin.y + element[number].point.y)
            }
            switch element.pointee.header.type {
            case CAIRO_PATH_MOVE_TO: content.put("m", at: point(1))
            case CAIRO_PATH_LINE_TO: content.put("l", at: point(1))
            case CAIRO_PATH_CURVE_TO: content.put("c", at: point(1), point(2), point(3))
            default: content.put("h")
            }
            index += Int(element.pointee.header.length)
        }
        content.put("f")
    }

    private func drawPicture(
        of string: UnsafeMutablePointer<PangoGlyphString>, _ font: UnsafeMutablePointer<PangoFont>,
        at origin: (x: Double, y: Double)
    ) {
        var box = PangoRectangle()
        pango_glyph_string_extents(string, font, &box, nil)
        guard box.width > 0, box.height > 0 else { return }
        /// 288 dots to the inch.
        let pixelsPerPoint = 4.0
        // No more than a page, however long the text is.
        let width = (min(PDF.points(box.width), PDF.width) * pixelsPerPoint).rounded(.up)
        let height = (min(PDF.points(box.height), PDF.height) * pixelsPerPoint).rounded(.up)
        let picture = Picture(width: Int(width), height: Int(height)) { context in
            cairo_scale(context, pixelsPerPoint, pixelsPerPoint)
            cairo_translate(context, -PDF.points(box.x), -PDF.points(box.y))
            pango_cairo_show_glyph_string(context, font, string)
        }
        draw(
            picture, x: origin.x + PDF.points(box.x), y: origin.y + PDF.points(box.y),
            widthMax: width / pixelsPerPoint, heightMax: height / pixelsPerPoint)
    }
}
