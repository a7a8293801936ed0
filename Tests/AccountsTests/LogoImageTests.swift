import Kernel
import TestSupport
import Testing

@testable import Accounts

@Suite("A logo")
struct LogoImageTests {
    static func problem(_ upload: [UInt8], _ kind: LogoImage.Kind = .square) -> Problem? {
        do throws(Problem) {
            _ = try LogoImage.make(kind, from: upload, field: kind.rawValue)
            return nil
        } catch {
            return error
        }
    }

    static func raster(_ logo: LogoImage) throws -> PictureRaster {
        try #require(PictureRaster(decoding: logo.bytes, as: .png))
    }

    @Test(
        "is scaled down to what its kind takes, whole, and never blown up",
        arguments: [
            (LogoImage.Kind.square, 300, 300, 256, 256), (.square, 60, 60, 60, 60), (.square, 512, 64, 256, 256),
            (.wide, 700, 140, 640, 128), (.wide, 1280, 20, 640, 10), (.wide, 150, 150, 128, 128),
            (.wide, 320, 64, 320, 64), (.wide, 3000, 16, 640, 3),
        ])
    func sizes(_ kind: LogoImage.Kind, _ width: Int, _ height: Int, _ newWidth: Int, _ newHeight: Int) throws {
        let upload = PictureSamples.png(width: width, height: height) { _, _ in PictureSamples.red }
        let raster = try Self.raster(try LogoImage.make(kind, from: upload, field: "logo"))
        #expect(raster.width == newWidth)
        #expect(raster.height == newHeight)
    }

    @Test("that is no square gets clear margins, and nothing is cut off")
    func margins() throws {
        let upload = PictureSamples.png(width: 400, height: 100) { x, _ in
            x < 200 ? PictureSamples.red : PictureSamples.blue
        }
        let raster = try Self.raster(try LogoImage.make(.square, from: upload, field: "logo"))
        func alpha(_ x: Int, _ y: Int) -> Int32 { raster.pixel(x: x, y: y) >> 24 & 0x7F }
        #expect(alpha(128, 10) == 127)
        #expect(alpha(128, 245) == 127)
        #expect(alpha(10, 128) == 0)
        #expect(raster.pixel(x: 10, y: 128) >> 16 & 255 > 200)
        #expect(raster.pixel(x: 245, y: 128) & 255 > 200)
    }

    @Test("keeps what is clear, and loses everything else that came with the file")
    func clean() throws {
        let upload = PictureSamples.png(width: 40, height: 40) { x, _ in
            x < 20 ? PictureSamples.clear : PictureSamples.green
        }
        let logo = try LogoImage.make(.square, from: upload, field: "logo")
        let raster = try Self.raster(logo)
        #expect(raster.pixel(x: 5, y: 20) >> 24 & 0x7F == 127)
        #expect(raster.pixel(x: 35, y: 20) >> 24 & 0x7F == 0)
        #expect(String(decoding: upload, as: UTF8.self).contains("Secret Owner"))
        #expect(!String(decoding: logo.bytes, as: UTF8.self).contains("Secret Owner"))
        #expect(logo.contentType == "image/png")
    }

    @Test("from a camera stands upright", arguments: 1...8)
    func upright(_ orientation: Int) throws {
        let upload = try PictureSamples.jpeg(side: 64, orientation: orientation)
        let logo = try LogoImage.make(.wide, from: upload, field: "logo")
        let picture = try PictureImage.square(from: upload, sidePixels: 64)
        let (mine, theirs) = (try Self.raster(logo), try #require(PictureRaster(decoding: picture.bytes, as: .jpeg)))
        for (x, y) in [(16, 16), (48, 16), (48, 48), (16, 48)] {
            let (left, right) = (mine.pixel(x: x, y: y), theirs.pixel(x: x, y: y))
            #expect((left >> 16 & 255 > 128) == (right >> 16 & 255 > 128), "\(x) \(y)")
            #expect((left & 255 > 128) == (right & 255 > 128), "\(x) \(y)")
        }
    }

    @Test(
        "may be WebP",
        arguments: [PictureSamples.webpLossy, PictureSamples.webpLossless, PictureSamples.webpTransparent])
    func webp(_ upload: [UInt8]) throws {
        let raster = try Self.raster(try LogoImage.make(.wide, from: upload, field: "logo"))
        #expect(raster.width == 24)
        #expect(raster.height == 20)
    }

    @Test(
        "is never an SVG, whatever it is called or begins with",
        arguments: [
            "<svg onload=\"alert(1)\">", "\u{FEFF}  <?xml version=\"1.0\"?><svg/>",
            "\n<!DOCTYPE html><script></script>",
        ])
    func svg(_ text: String) {
        #expect(Self.problem(Array(text.utf8))?.word == "accounts.logo.svg")
    }

    @Test("says at its field what is wrong with it")
    func refused() {
        let small = PictureSamples.png(width: 15, height: 40) { _, _ in PictureSamples.red }
        let cut = Array(PictureSamples.quarters(side: 64).dropLast(40))
        let padding = [UInt8](repeating: 0, count: LogoImage.bytesMax)
        let cases: [(upload: [UInt8], word: String)] = [
            (PictureSamples.pngHeader(width: 20_000, height: 20_000), "accounts.picture.too_large"),
            (PictureSamples.pngHeader(width: 4001, height: 100), "accounts.picture.too_large"),
            (small, "accounts.picture.too_small"), (cut, "accounts.picture.damaged"),
            (PictureSamples.pngHeader(width: 100, height: 100), "accounts.picture.damaged"),
            (Array("GIF89a and more".utf8), "accounts.picture.unknown_format"), ([], "accounts.picture.unknown_format"),
            (PictureSamples.quarters(side: 64) + padding, "accounts.picture.file_too_large"),
        ]
        for (upload, word) in cases {
            let problem = Self.problem(upload, .wide)
            #expect(problem?.word == word)
            #expect(problem?.field == "wide")
        }
        #expect(Self.problem(PictureSamples.png(width: 16, height: 16) { _, _ in PictureSamples.red }) == nil)
    }
}
