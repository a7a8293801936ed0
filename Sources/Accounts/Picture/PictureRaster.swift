import CGD

/// Pixels in libgd's hands, red, green, blue and alpha, freed with their last user.
final class PictureRaster {
    private let image: gdImagePtr

    /// libgd's complaints would go to standard error.
    private static let quietly: Void = kontor_gd_be_quiet()

    private init?(_ image: gdImagePtr?) {
        PictureRaster.quietly
        guard let image else { return nil }
        self.image = image
    }

    /// - Returns: nil where the file cannot be read as that format. Look at its header first: this allocates all pixels.
    convenience init?(decoding bytes: [UInt8], as format: PictureHeader.Format) {
        PictureRaster.quietly
        let decoded = bytes.withUnsafeBytes { buffer -> gdImagePtr? in
            // libgd takes a mutable pointer but only reads.
            let data = UnsafeMutableRawPointer(mutating: buffer.baseAddress)
            let count = Int32(clamping: buffer.count)
            return switch format {
            case .png: late_gdImageCreateFromPngPtr(count, data)
            // Warnings are ignored, as browsers do: cameras leave stray bytes between segments.
            case .jpeg: late_gdImageCreateFromJpegPtrEx(count, data, 1)
            case .webp: late_gdImageCreateFromWebpPtr(count, data)
            }
        }
        self.init(decoded)
        guard late_gdImagePaletteToTrueColor(image) != 0 else { return nil }
    }

    deinit { late_gdImageDestroy(image) }

    var width: Int { Int(image.pointee.sx) }
    var height: Int { Int(image.pointee.sy) }

    /// 0xAARRGGBB, where alpha is 0 for opaque and 127 for fully transparent.
    func pixel(x: Int, y: Int) -> Int32 { late_gdImageGetTrueColorPixel(image, Int32(x), Int32(y)) }

    /// The largest square in the middle, resampled.
    func centreSquare(sidePixels: Int) -> PictureRaster? {
        let side = min(width, height)
        guard let square = PictureRaster.empty(width: sidePixels, height: sidePixels) else { return nil }
        late_gdImageCopyResampled(
            square.image, image, 0, 0, Int32((width - side) / 2), Int32((height - side) / 2), Int32(sidePixels),
            Int32(sidePixels), Int32(side), Int32(side))
        return square
    }

    /// All of it, resampled, in the middle of a clear surface that may be larger.
    func fitted(width: Int, height: Int, on surface: (width: Int, height: Int)) -> PictureRaster? {
        guard let fitted = PictureRaster.empty(width: surface.width, height: surface.height) else { return nil }
        late_gdImageFilledRectangle(
            fitted.image, 0, 0, Int32(surface.width - 1), Int32(surface.height - 1), PictureRaster.clear)
        late_gdImageCopyResampled(
            fitted.image, image, Int32((surface.width - width) / 2), Int32((surface.height - height) / 2), 0, 0,
            Int32(width), Int32(height), Int32(self.width), Int32(self.height))
        return fitted
    }

    /// Undoes how the camera was held.
    func turnedUpright(from orientation: Int) -> PictureRaster? {
        if orientation == 1 { return self }
        let isOnItsSide = orientation >= 5
        guard
            let turned = PictureRaster.empty(
                width: isOnItsSide ? height : width, height: isOnItsSide ? width : height)
        else { return nil }
        let (lastX, lastY) = (width - 1, height - 1)
        for y in 0..<turned.height {
            for x in 0..<turned.width {
                let (fromX, fromY) =
                    switch orientation {
                    case 2: (lastX - x, y)
                    case 3: (lastX - x, lastY - y)
                    case 4: (x, lastY - y)
                    case 5: (y, x)
                    case 6: (y, lastY - x)
                    case 7: (lastX - y, lastY - x)
                    case 8: (lastX - y, x)
                    default: (x, y)
                    }
                late_gdImageSetPixel(turned.image, Int32(x), Int32(y), pixel(x: fromX, y: fromY))
            }
        }
        return turned
    }

    var isTransparent: Bool {
        (0..<height).contains { y in (0..<width).contains { x in pixel(x: x, y: y) >> 24 & 0x7F != 0 } }
    }

    func png() -> [UInt8]? {
        var count: Int32 = 0
        return PictureRaster.taken(late_gdImagePngPtr(image, &count), count: count)
    }

    func jpeg(quality: Int32) -> [UInt8]? {
        var count: Int32 = 0
        return PictureRaster.taken(late_gdImageJpegPtr(image, &count, quality), count: count)
    }

    /// Black with the alpha of libgd at its most: nothing to see.
    private static let clear: Int32 = 127 << 24

    private static func empty(width: Int, height: Int) -> PictureRaster? {
        guard let raster = PictureRaster(late_gdImageCreateTrueColor(Int32(width), Int32(height))) else { return nil }
        // Pixels are copied with their transparency, not laid over the black that is there.
        late_gdImageAlphaBlending(raster.image, 0)
        late_gdImageSaveAlpha(raster.image, 1)
        return raster
    }

    private static func taken(_ data: UnsafeMutableRawPointer?, count: Int32) -> [UInt8]? {
        guard let data else { return nil }
        defer { late_gdFree(data) }
        return count > 0 ? Array(UnsafeRawBufferPointer(start: data, count: Int(count))) : nil
    }
}
