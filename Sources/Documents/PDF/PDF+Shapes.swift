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
        content.stroke(with: ink, thickness: thickness, dash: dash)
        content.put("m", at: first)
        for point in points.dropFirst() { content.put("l", at: point) }
        content.put("S")
    }

    package func circle(x: Double, y: Double, radius: Double, thickness: Double, ink: Ink = .black) {
        content.stroke(with: ink, thickness: thickness)
        // How far a curve is drawn out to be a quarter of a circle, to a fiftieth of a per cent.
        let pull = radius * 0.5523
        content.put("m", at: (x + radius, y))
        content.put("c", at: (x + radius, y + pull), (x + pull, y + radius), (x, y + radius))
        content.put("c", at: (x - pull, y + radius), (x - radius, y + pull), (x - radius, y))
        content.put("c", at: (x - radius, y - pull), (x - pull, y - radius), (x, y - radius))
        content.put("c", at: (x + pull, y - radius), (x + radius, y - pull), (x + radius, y))
        content.put("s")
    }

    package func fill(x: Double, y: Double, width: Double, height: Double, ink: Ink = .black) {
        content.fill(with: ink)
        content.put("re", x, PDF.height - y - height, width, height)
        content.put("f")
    }

    /// A QR code as a picture of one bit a pixel: no renderer leaves seams between its modules. Its quiet zone is not drawn.
    package func draw(_ code: QRCode, x: Double, y: Double, side: Double) {
        let pixels = code.width * QRCode.pixelsPerModule
        let name = embed(
            PDFFile.Packed(code.pixels), "/Width \(pixels)/Height \(pixels)/ColorSpace/DeviceGray/BitsPerComponent 1")
        paint(name, x: x, y: y, width: side, height: side)
    }

    /// A picture, as large as it can be inside of a box, at its top left.
    /// - Returns: its width and height there.
    @discardableResult
    package func draw(
        _ picture: Picture, x: Double, y: Double, widthMax: Double, heightMax: Double
    ) -> (width: Double, height: Double) {
        let scale = min(widthMax / Double(picture.width), heightMax / Double(picture.height))
        let size = (width: Double(picture.width) * scale, height: Double(picture.height) * scale)
        let format = "/Width \(picture.width)/Height \(picture.height)/BitsPerComponent 8/Interpolate true"
        let mask = picture.opacity.map { embed($0, "\(format)/ColorSpace/DeviceGray") }
        paint(
            embed(picture.colours, "\(format)/ColorSpace/DeviceRGB", mask: mask), x: x, y: y, width: size.width,
            height: size.height)
        return size
    }

    private func paint(_ picture: Int, x: Double, y: Double, width: Double, height: Double) {
        // A picture is a square of one by one, from its bottom left.
        content.put(text: "q ")
        content.put("cm", width, 0, 0, height, x, PDF.height - y - height)
        content.put(text: "/X\(picture) Do Q\n")
    }
}
