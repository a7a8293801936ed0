import CPango

extension PDF {
    /// A shade of grey or a colour.
    package struct Ink: Hashable, Sendable {
        let red, green, blue: Double

        package init(red: Double, green: Double, blue: Double) {
            self.red = red
            self.green = green
            self.blue = blue
        }

        package init(grey: Double) { self.init(red: grey, green: grey, blue: grey) }

        package static let black = Ink(grey: 0)
        package static let white = Ink(grey: 1)
    }

    func use(_ ink: Ink) { cairo_set_source_rgb(context, ink.red, ink.green, ink.blue) }

    /// - Parameter dash: lengths of what is drawn and of what is left out; none for a whole line.
    package func line(
        from start: (x: Double, y: Double), to end: (x: Double, y: Double), thickness: Double = 0.5, ink: Ink = .black,
        dash: [Double] = []
    ) {
        lines([start, end], thickness: thickness, ink: ink, dash: dash)
    }

    /// One stroke through all points.
    package func lines(
        _ points: [(x: Double, y: Double)], thickness: Double = 0.5, ink: Ink = .black, dash: [Double] = []
    ) {
        guard let first = points.first else { return }
        use(ink)
        cairo_set_line_width(context, thickness)
        cairo_set_dash(context, dash, Int32(dash.count), 0)
        cairo_move_to(context, first.x, first.y)
        for point in points.dropFirst() { cairo_line_to(context, point.x, point.y) }
        cairo_stroke(context)
    }

    package func circle(x: Double, y: Double, radius: Double, thickness: Double, ink: Ink = .black) {
        use(ink)
        cairo_set_line_width(context, thickness)
        cairo_set_dash(context, nil, 0, 0)
        cairo_new_sub_path(context)
        cairo_arc(context, x, y, radius, 0, 2 * Double.pi)
        cairo_stroke(context)
    }

    package func fill(x: Double, y: Double, width: Double, height: Double, ink: Ink = .black) {
        use(ink)
        cairo_rectangle(context, x, y, width, height)
        cairo_fill(context)
    }

    /// A QR code as a picture of black and white, which Cairo keeps as one bit a pixel: no renderer leaves seams between its
    /// modules, and it takes a tenth of the time that a rectangle for each run of them takes. Its quiet zone is not drawn.
    package func draw(_ code: QRCode, x: Double, y: Double, side: Double) {
        let pixels = code.width * QRCode.pixelsPerModule
        paint(
            code.pixels, width: pixels, height: pixels, CAIRO_FORMAT_RGB24, x: x, y: y, scale: side / Double(pixels),
            filter: CAIRO_FILTER_NEAREST)
    }

    /// A picture, as large as it can be inside of a box, at its top left.
    /// - Returns: its width and height there.
    @discardableResult
    package func draw(
        _ picture: Picture, x: Double, y: Double, widthMax: Double, heightMax: Double
    ) -> (width: Double, height: Double) {
        let scale = min(widthMax / Double(picture.width), heightMax / Double(picture.height))
        paint(
            picture.pixels, width: picture.width, height: picture.height, CAIRO_FORMAT_ARGB32, x: x, y: y, scale: scale)
        return (Double(picture.width) * scale, Double(picture.height) * scale)
    }

    /// - Parameter pixels: four bytes each, row by row.
    private func paint(
        _ pixels: [UInt8], width: Int, height: Int, _ format: cairo_format_t, x: Double, y: Double, scale: Double,
        filter: cairo_filter_t = CAIRO_FILTER_GOOD
    ) {
        var pixels = pixels
        pixels.withUnsafeMutableBytes { buffer in
            let source = cairo_image_surface_create_for_data(
                buffer.bindMemory(to: UInt8.self).baseAddress, format, Int32(width), Int32(height), Int32(width * 4))
            cairo_save(context)
            cairo_translate(context, x, y)
            cairo_scale(context, scale, scale)
            cairo_set_source_surface(context, source, 0, 0)
            cairo_pattern_set_filter(cairo_get_source(context), filter)
            cairo_paint(context)
            cairo_restore(context)
            // Copies what the page still needs of it.
            cairo_surface_finish(source)
            cairo_surface_destroy(source)
        }
    }
}
