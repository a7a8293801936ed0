import CPango

/// Glyphs as Pango has set them, written as text of an embedded font: of a letter, its number and where it stands.
extension PDF {
    /// - Parameter origin: of its first glyph, on the baseline.
    func show(_ run: PangoGlyphItem, of layout: OpaquePointer, at origin: (x: Double, y: Double)) {
        guard let font = run.item.pointee.analysis.font, let (typeface, size) = PDF.typeface(of: font) else { return }
        var x = origin.x
        for part in Glyphs(run, of: layout).parts {
            if typeface.isEmbeddable, !part.hasUnknown {
                write(part, font: index(of: typeface), size: size, at: (x, origin.y))
            } else {
                draw(part, font, isColourful: typeface.isColourful, size: size, at: (x, origin.y))
            }
            x += part.width
        }
    }

    /// - Returns: with its size in points.
    static func typeface(of font: UnsafeMutablePointer<PangoFont>) -> (Typeface, Double)? {
        guard let shaped = pango_font_get_hb_font(font), let face = hb_font_get_face(shaped) else { return nil }
        var size: Int32 = 0
        hb_font_get_scale(shaped, &size, nil)
        return (Typeface.of(face), PDF.points(size))
    }

    /// Of an embedded font.
    func index(of typeface: Typeface) -> Int {
        if let index = fonts.firstIndex(where: { $0.typeface === typeface }) { return index }
        fonts.append(EmbeddedFont(typeface))
        return fonts.count - 1
    }

    private func write(_ glyphs: Glyphs, font: Int, size: Double, at origin: (x: Double, y: Double)) {
        /// Where the next glyph would stand by itself, and how high the row is; none before the first.
        var pen: (x: Double, y: Double)?
        var x = origin.x
        var isShowing = false
        func stop() {
            if isShowing { content.put(text: ">]TJ ") }
            isShowing = false
        }
        content.put(text: "BT/F\(font) ")
        content.put("Tf", size)
        for cluster in glyphs.clusters {
            let isRead = fonts[font].use(cluster)
            if !isRead {
                stop()
                content.begin(standingFor: String(cluster.text))
            }
            for information in cluster.each {
                let (glyph, geometry) = (information.glyph, information.geometry)
                let place = (x: x + PDF.points(geometry.x_offset), y: origin.y + PDF.points(geometry.y_offset))
                x += PDF.points(geometry.width)
                guard glyph != Glyphs.empty else { continue }
                var gap = 0.0
                if let now = pen, now.y == place.y {
                    // Kerning, mostly. What is below a thousandth of the size is left, and made good with what follows.
                    gap = ((now.x - place.x) / size * 1000).rounded()
                    pen?.x -= gap * size / 1000
                } else {
                    stop()
                    if pen == nil { content.put("Td", at: place) } else { content.put("Tm", to: place) }
                    pen = place
                }
                if gap != 0 {
                    content.put(text: isShowing ? ">\(Int(gap))<" : "[\(Int(gap))<")
                } else if !isShowing {
                    content.put(text: "[<")
                }
                isShowing = true
                content.put(glyph: glyph)
                pen?.x += fonts[font].typeface.width(of: glyph) * size / 1000
            }
            if !isRead {
                stop()
                content.end()
            }
        }
        stop()
        content.put("ET")
    }
}
