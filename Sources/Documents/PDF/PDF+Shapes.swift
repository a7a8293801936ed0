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

    /// A QR code as one shape, so that no renderer leaves seams between its modules. Its quiet zone is not drawn.
    package func draw(_ code: QRCode, x: Double, y: Double, side: Double) {
        let module = side / Double(code.width)
        use(.black)
        for run in code.runs {
            cairo_rectangle(
                context, x + Double(run.column) * module, y + Double(run.row) * module, Double(run.length) * module,
                module)
        }
        cairo_fill(context)
    }

    /// A picture, as large as it can be inside of a box, at its top left.
    /// - Returns: its width and height there.
    @discardableResult
    package func draw(
        _ picture: Picture, x: Double, y: Double, widthMax: Double, heightMax: Double
    ) -> (width: Double, height: Double) {
        let scale = min(widthMax / Double(picture.width), heightMax / Double(picture.height))
        var pixels = picture.pixels
        pixels.withUnsafeMutableBytes { buffer in
            let source = cairo_image_surface_create_for_data(
                buffer.bindMemory(to: UInt8.self).baseAddress, CAIRO_FORMAT_ARGB32, Int32(picture.width),
                Int32(picture.height), Int32(picture.width * 4))
            cairo_save(context)
            cairo_translate(context, x, y)
            cairo_scale(context, scale, scale)
            cairo_set_source_surface(context, source, 0, 0)
            cairo_paint(context)
            cairo_restore(context)
            // Copies what the page still needs of it.
            cairo_surface_finish(source)
            cairo_surface_destroy(source)
        }
        return (Double(picture.width) * scale, Double(picture.height) * scale)
    }
}
