package import Kernel

/// A logo ready to be stored and served (BRAND-2, BRAND-4): whole, never cut, small, upright, encoded anew as PNG, so that
/// clear parts stay clear and nothing of the upload is left but its pixels.
package struct LogoImage: Hashable, Sendable {
    package let bytes: [UInt8]
    package let contentType = "image/png"

    /// What a logo is drawn for.
    package enum Kind: String, Sendable, CaseIterable {
        /// Beside the name of the organisation, or in place of its initials.
        case square
        /// In place of the name.
        case wide
    }

    package static let bytesMax = 2 * 1024 * 1024
    package static let sidePixelsMax = 4000
    package static let sidePixelsMin = 16
    package static let squareSidePixels = 256
    package static let wideWidthPixels = 640
    package static let wideHeightPixels = 128

    /// Scales an uploaded PNG, JPEG or WebP down to what its kind takes; a smaller one is not blown up, and one that is no
    /// square gets clear margins where a square is wanted. Works for up to a second with up to 130 MB: see `PictureDesk`.
    /// - Throws: a `Problem` of the field: an SVG, too many bytes or pixels, too few pixels, none of the three formats by
    ///   its content, cut off or damaged.
    package static func make(_ kind: Kind, from upload: [UInt8], field: String) throws(Problem) -> LogoImage {
        if isMarkup(upload) { throw .field(field, "accounts.logo.svg", code: "validation_rule_mimes") }
        let limits = PictureLimits(
            field: field, bytesMax: bytesMax, sidePixelsMin: sidePixelsMin, sidePixelsMax: sidePixelsMax,
            pixelsMax: sidePixelsMax * sidePixelsMax)
        let header = try limits.header(of: upload)
        guard let source = PictureRaster(decoding: upload, as: header.format),
            source.width == header.width, source.height == header.height
        else { throw limits.damaged }
        let isOnItsSide = header.orientation >= 5
        let file = Size(width: header.width, height: header.height)
        // As large as it will be seen, and then as it lies in the file, for it is turned last.
        let seen = size(kind, of: isOnItsSide ? file.turned : file)
        let side = max(seen.width, seen.height)
        let surface = kind == .square ? Size(width: side, height: side) : seen
        let drawn = isOnItsSide ? seen.turned : seen
        let bed = isOnItsSide ? surface.turned : surface
        guard
            let raster = source.fitted(width: drawn.width, height: drawn.height, on: (bed.width, bed.height))?
                .turnedUpright(from: header.orientation), let bytes = raster.png()
        else { throw limits.damaged }
        return LogoImage(bytes: bytes)
    }

    private struct Size {
        let width: Int
        let height: Int

        var turned: Size { Size(width: height, height: width) }
    }

    /// As large as it fits, and never larger than it was.
    private static func size(_ kind: Kind, of seen: Size) -> Size {
        let box =
            switch kind {
            case .square: Size(width: squareSidePixels, height: squareSidePixels)
            case .wide: Size(width: wideWidthPixels, height: wideHeightPixels)
            }
        if seen.width <= box.width, seen.height <= box.height { return seen }
        // Which side is the first to touch, without fractions: width / box.width against height / box.height.
        if seen.width * box.height >= seen.height * box.width {
            return Size(width: box.width, height: max(1, seen.height * box.width / seen.width))
        }
        return Size(width: max(1, seen.width * box.height / seen.height), height: box.height)
    }

    /// SVG and other markup, which can carry scripts: told by its beginning, whatever the file is called.
    private static func isMarkup(_ upload: [UInt8]) -> Bool {
        let blanks: Set<UInt8> = [0x09, 0x0A, 0x0D, 0x20, 0xEF, 0xBB, 0xBF]
        return upload.prefix(1000).first { !blanks.contains($0) } == UInt8(ascii: "<")
    }
}
