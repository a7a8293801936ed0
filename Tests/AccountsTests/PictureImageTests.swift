import Kernel
import TestSupport
import Testing

@testable import Accounts

@Suite("A profile picture")
struct PictureImageTests {
    /// The colours of the four quarters of a finished picture, clockwise from the top left, by their first letters.
    static func quarters(_ picture: PictureImage) throws -> String {
        let format: PictureHeader.Format = picture.contentType == "image/png" ? .png : .jpeg
        let raster = try #require(PictureRaster(decoding: picture.bytes, as: format))
        let near = raster.width / 4
        let far = raster.width - 1 - near
        return [(near, near), (far, near), (far, far), (near, far)].map { x, y in
            let pixel = raster.pixel(x: x, y: y)
            if pixel >> 24 & 0x7F > 120 { return "-" }
            return switch (pixel >> 16 & 255 > 128, pixel >> 8 & 255 > 128, pixel & 255 > 128) {
            case (true, false, false): "r"
            case (false, true, false): "g"
            case (false, false, true): "b"
            case (true, true, true): "w"
            default: "?"
            }
        }.joined()
    }

    static func side(_ picture: PictureImage) throws -> Int {
        let header = try PictureHeader(of: picture.bytes)
        #expect(header.width == header.height)
        return header.width
    }

    static func problem(_ upload: [UInt8]) -> Problem? {
        do throws(Problem) {
            _ = try PictureImage.square(from: upload)
            return nil
        } catch {
            return error
        }
    }

    @Test("becomes a JPEG of the size asked for, in the same colours")
    func png() throws {
        let picture = try PictureImage.square(from: PictureSamples.quarters(side: 300))
        #expect(picture.contentType == "image/jpeg")
        #expect(try Self.side(picture) == 256)
        #expect(try Self.quarters(picture) == "rgbw")
        #expect(!picture.isSmall)
    }

    @Test("is cut out of the middle")
    func crop() throws {
        func color(_ along: Int, _ across: Int) -> PictureSamples.Color {
            // Green margins of 50 pixels at both ends of the long side; red then blue between them.
            (50..<350).contains(along) ? (along < 200 ? PictureSamples.red : PictureSamples.blue) : PictureSamples.green
        }
        let wide = PictureSamples.png(width: 400, height: 300) { x, y in color(x, y) }
        let tall = PictureSamples.png(width: 300, height: 400) { x, y in color(y, x) }
        #expect(try Self.quarters(PictureImage.square(from: wide)) == "rbbr")
        #expect(try Self.quarters(PictureImage.square(from: tall)) == "rrbb")
    }

    @Test("is not blown up, and is called small, below 210 pixels", arguments: [(209, true), (210, false), (16, true)])
    func small(pixels: Int, isSmall: Bool) throws {
        let picture = try PictureImage.square(from: PictureSamples.quarters(side: pixels))
        #expect(picture.isSmall == isSmall)
        #expect(try Self.side(picture) == pixels)
    }

    @Test("stays transparent where it was, as a PNG")
    func transparent() throws {
        let upload = PictureSamples.png(width: 300, height: 300) { x, _ in
            x < 150 ? PictureSamples.red : PictureSamples.clear
        }
        let picture = try PictureImage.square(from: upload)
        #expect(picture.contentType == "image/png")
        #expect(try Self.quarters(picture) == "r--r")
    }

    @Test(
        "is turned upright by the camera's orientation",
        arguments: [
            (1, "rgbw"), (2, "grwb"), (3, "bwrg"), (4, "wbgr"), (5, "rwbg"), (6, "wrgb"), (7, "bgrw"), (8, "gbwr"),
        ])
    func orientation(orientation: Int, quarters: String) throws {
        for littleEndian in [false, true] {
            let upload = try PictureSamples.jpeg(side: 64, orientation: orientation, littleEndian: littleEndian)
            #expect(try Self.quarters(PictureImage.square(from: upload)) == quarters)
        }
    }

    @Test("is taken as it lies when the orientation is nonsense")
    func strangeOrientation() throws {
        let upload = try PictureSamples.jpeg(side: 64, orientation: 9)
        #expect(try Self.quarters(PictureImage.square(from: upload)) == "rgbw")
    }

    @Test("keeps nothing of what the file said about its owner")
    func metadata() throws {
        for upload in [PictureSamples.quarters(side: 64), try PictureSamples.jpeg(side: 64, orientation: 6)] {
            let secret = Array("Secret Owner".utf8)
            #expect(upload.firstRange(of: secret) != nil)
            let picture = try PictureImage.square(from: upload)
            #expect(picture.bytes.firstRange(of: secret) == nil)
            #expect(picture.bytes.firstRange(of: Array("Exif".utf8)) == nil)
        }
    }

    @Test("may come as WebP of all three kinds")
    func webp() throws {
        for upload in [PictureSamples.webpLossy, PictureSamples.webpLossless] {
            let picture = try PictureImage.square(from: upload)
            #expect(try Self.quarters(picture) == "rbbr")
            #expect(try Self.side(picture) == 20)
        }
        let transparent = try PictureImage.square(from: PictureSamples.webpTransparent)
        #expect(transparent.contentType == "image/png")
        #expect(try Self.quarters(transparent) == "r--r")
    }

    @Test(
        "is refused when its content is none of the three formats, whatever it is called",
        arguments: [
            [], Array("hello".utf8), Array("GIF89a\u{1}\0\u{1}\0".utf8), Array("%PDF-1.7".utf8),
            Array("<svg xmlns='http://www.w3.org/2000/svg'/>".utf8), Array("RIFF\0\0\0\0WAVEfmt ".utf8),
        ] as [[UInt8]])
    func unknownFormat(upload: [UInt8]) {
        #expect(Self.problem(upload)?.word == "accounts.picture.unknown_format")
        #expect(Self.problem(upload)?.field == "picture")
    }

    @Test("is refused wherever it was cut off")
    func truncated() throws {
        let uploads = [
            PictureSamples.quarters(side: 64), try PictureSamples.jpeg(side: 64, orientation: 1),
            PictureSamples.webpLossy, PictureSamples.webpLossless, PictureSamples.webpTransparent,
        ]
        for upload in uploads {
            #expect(Self.problem(upload) == nil)
            for length in stride(from: 12, to: upload.count - 1, by: max(1, upload.count / 97)) {
                let word = Self.problem(Array(upload.prefix(length)))?.word
                #expect(word == "accounts.picture.damaged", "\(length) of \(upload.count) bytes")
            }
        }
    }

    @Test("is refused or read, but never worse, when bytes of it are wrong")
    func scrambled() throws {
        let uploads = [
            PictureSamples.quarters(side: 32), try PictureSamples.jpeg(side: 32, orientation: 6),
            PictureSamples.webpLossy, PictureSamples.webpTransparent,
        ]
        var refused = 0
        for upload in uploads {
            for position in stride(from: 0, to: min(upload.count, 700), by: 3) {
                var broken = upload
                broken[position] ^= 0xFF
                if let problem = Self.problem(broken) {
                    #expect(problem.field == "picture")
                    refused += 1
                }
            }
        }
        #expect(refused > 100)
    }

    @Test(
        "is refused by what its header claims, before a pixel is decoded",
        arguments: [
            (20_000, 20_000, "accounts.picture.too_large"), (10_001, 100, "accounts.picture.too_large"),
            (100, 10_001, "accounts.picture.too_large"), (8_000, 5_001, "accounts.picture.too_large"),
            (4_294_967_295, 4_294_967_295, "accounts.picture.too_large"), (15, 400, "accounts.picture.too_small"),
            (400, 15, "accounts.picture.too_small"), (0, 0, "accounts.picture.too_small"),
            (8_000, 5_000, "accounts.picture.damaged"),
        ])
    func claims(width: Int, height: Int, word: String) {
        #expect(Self.problem(PictureSamples.pngHeader(width: width, height: height))?.word == word)
    }

    @Test("is refused over 8 MB")
    func tooManyBytes() {
        let padding = [UInt8](repeating: 0, count: PictureImage.bytesMax)
        #expect(Self.problem(PictureSamples.quarters(side: 64) + padding)?.word == "accounts.picture.file_too_large")
    }

    @Test("is refused when it is a JPEG of more passes than any camera makes")
    func manyScans() throws {
        let jpeg = try PictureSamples.jpeg(side: 32, orientation: 1)
        let start = try #require(jpeg.firstRange(of: [0xFF, 0xDA])).lowerBound
        let scan = jpeg[start..<jpeg.count - 2]
        let many = Array(jpeg[..<start]) + [[UInt8]](repeating: Array(scan), count: 65).joined() + [0xFF, 0xD9]
        #expect(Self.problem(many)?.word == "accounts.picture.damaged")
    }
}
