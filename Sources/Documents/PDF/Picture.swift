import CPango

extension PDF {
    /// A picture for a page, decoded and packed once.
    package struct Picture: Hashable, Sendable {
        package let width: Int
        package let height: Int
        /// Red, green, blue of each pixel, row by row.
        let colours: PDFFile.Packed
        /// Of each pixel; nil where all of them are opaque.
        let opacity: PDFFile.Packed?

        /// It is in each document, which is to stay small.
        package static let pixelsMax = 300_000

        package enum Mistake: Error, Hashable {
            case notPNG
            case tooLarge(width: Int, height: Int)
        }

        /// - Throws: `Mistake`.
        package init(png: [UInt8]) throws(Mistake) {
            // The size stands right behind the signature, and is read before anything is decoded (PNG, 11.2.2).
            let signature: [UInt8] = [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]
            guard png.count > 33, png.starts(with: signature) else { throw .notPNG }
            func number(at index: Int) -> Int { png[index..<index + 4].reduce(0) { $0 << 8 | Int($1) } }
            let (width, height) = (number(at: 16), number(at: 20))
            guard width > 0, height > 0 else { throw .notPNG }
            guard width <= Picture.pixelsMax, height <= Picture.pixelsMax, width * height <= Picture.pixelsMax else {
                throw .tooLarge(width: width, height: height)
            }
            guard let decoded = Picture.decode(png) else { throw .notPNG }
            // Drawn once more, for a picture without transparency has no alpha in it.
            self.init(width: width, height: height) { context in
                cairo_set_source_surface(context, decoded, 0, 0)
                cairo_paint(context)
            }
            cairo_surface_destroy(decoded)
        }

        /// What Cairo draws on something transparent.
        init(width: Int, height: Int, _ draw: (_ context: OpaquePointer?) -> Void) {
            self.width = width
            self.height = height
            // Blue, green, red, opacity of each pixel, row by row.
            var pixels = [UInt8](repeating: 0, count: width * height * 4)
            pixels.withUnsafeMutableBytes { buffer in
                let target = cairo_image_surface_create_for_data(
                    buffer.bindMemory(to: UInt8.self).baseAddress, CAIRO_FORMAT_ARGB32, Int32(width), Int32(height),
                    Int32(width * 4))
                let context = cairo_create(target)
                draw(context)
                cairo_destroy(context)
                cairo_surface_destroy(target)
            }
            colours = PDFFile.Packed(Picture.colours(of: pixels))
            let opacity = stride(from: 3, to: pixels.count, by: 4).map { pixels[$0] }
            self.opacity = opacity.allSatisfy { $0 == .max } ? nil : PDFFile.Packed(opacity)
        }

        private static func colours(of pixels: [UInt8]) -> [UInt8] {
            var colours: [UInt8] = []
            colours.reserveCapacity(pixels.count / 4 * 3)
            for start in stride(from: 0, to: pixels.count, by: 4) {
                // Cairo has them multiplied by their opacity.
                let opacity = max(Int(pixels[start + 3]), 1)
                for part in [2, 1, 0] {
                    colours.append(UInt8(min((Int(pixels[start + part]) * 255 + opacity / 2) / opacity, 255)))
                }
            }
            return colours
        }

        private static func decode(_ png: [UInt8]) -> OpaquePointer? {
            let reader = Reader(png)
            let decoded = withExtendedLifetime(reader) {
                cairo_image_surface_create_from_png_stream(
                    { closure, data, length in
                        guard let closure, let data else { return CAIRO_STATUS_READ_ERROR }
                        let reader = Unmanaged<Reader>.fromOpaque(closure).takeUnretainedValue()
                        return reader.read(UnsafeMutableBufferPointer(start: data, count: Int(length)))
                    }, Unmanaged.passUnretained(reader).toOpaque())
            }
            if cairo_surface_status(decoded) == CAIRO_STATUS_SUCCESS { return decoded }
            cairo_surface_destroy(decoded)
            return nil
        }

        private final class Reader {
            private var rest: ArraySlice<UInt8>

            init(_ bytes: [UInt8]) {
                rest = bytes[...]
            }

            func read(_ buffer: UnsafeMutableBufferPointer<UInt8>) -> cairo_status_t {
                guard rest.count >= buffer.count else { return CAIRO_STATUS_READ_ERROR }
                _ = buffer.update(fromContentsOf: rest.prefix(buffer.count))
                rest = rest.dropFirst(buffer.count)
                return CAIRO_STATUS_SUCCESS
            }
        }
    }
}
