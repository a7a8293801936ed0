package import Kernel

/// A profile picture ready to be stored and served (ACC-13, ACC-14): square, small, upright, and encoded anew, so
/// that nothing of the upload is left but its pixels. Cameras write the place and the owner's name into a file.
package struct PictureImage: Hashable, Sendable {
    package let bytes: [UInt8]
    /// `image/jpeg`, or `image/png` where something is transparent.
    package let contentType: String
    /// The upload was smaller than recommended on one side: worth a warning, not a refusal (ACC-14).
    package let isSmall: Bool

    package static let recommendedMinPixels = 210
    package static let sidePixelsMin = 16
    package static let sidePixelsMax = 10_000
    /// 40 megapixels: what good cameras make. Decoding takes up to 8 bytes a pixel, so about 320 MB at worst.
    package static let pixelsMax = 40_000_000
    package static let bytesMax = 8 * 1024 * 1024

    private static let jpegQuality: Int32 = 85

    /// Cuts the square out of the middle of an uploaded PNG, JPEG or WebP and scales it down to `sidePixels`; a smaller
    /// one is not blown up. Works for up to some seconds on the calling thread, with up to 320 MB: call it off the
    /// threads that serve requests, and one at a time.
    /// - Throws: a `Problem` of the field `picture`: too many bytes or pixels, too few pixels, not one of the three
    ///   formats by its content, cut off or damaged.
    package static func square(from upload: [UInt8], sidePixels: Int = 256) throws(Problem) -> PictureImage {
        precondition(sidePixels > 0, "A picture has at least one pixel.")
        let limits = PictureLimits(
            field: "picture", bytesMax: bytesMax, sidePixelsMin: sidePixelsMin, sidePixelsMax: sidePixelsMax,
            pixelsMax: pixelsMax)
        let header = try limits.header(of: upload)
        let damaged = limits.damaged
        guard let source = PictureRaster(decoding: upload, as: header.format),
            source.width == header.width, source.height == header.height
        else { throw damaged }
        let side = min(header.width, header.height, sidePixels)
        guard let square = source.centreSquare(sidePixels: side)?.turnedUpright(from: header.orientation) else {
            throw damaged
        }
        let isTransparent = square.isTransparent
        guard let bytes = isTransparent ? square.png() : square.jpeg(quality: jpegQuality) else { throw damaged }
        return PictureImage(
            bytes: bytes, contentType: isTransparent ? "image/png" : "image/jpeg",
            isSmall: min(header.width, header.height) < recommendedMinPixels)
    }

}
