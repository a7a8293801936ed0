import Accounts
import Foundation

/// Small pictures made on the spot. PNG data is stored without compression, so its size is what it looks like.
package enum PictureSamples {
    /// Red, green, blue, alpha, each 0 to 255.
    package typealias Color = (UInt8, UInt8, UInt8, UInt8)

    package static let red: Color = (255, 0, 0, 255)
    package static let green: Color = (0, 255, 0, 255)
    package static let blue: Color = (0, 0, 255, 255)
    package static let white: Color = (255, 255, 255, 255)
    package static let clear: Color = (0, 0, 0, 0)

    package static func png(width: Int, height: Int, color: (_ x: Int, _ y: Int) -> Color) -> [UInt8] {
        var rows: [UInt8] = []
        for y in 0..<height {
            rows.append(0)
            for x in 0..<width {
                let (red, green, blue, alpha) = color(x, y)
                rows += [red, green, blue, alpha]
            }
        }
        return pngSignature + chunk("IHDR", big(width) + big(height) + [8, 6, 0, 0, 0]) + chunk("IDAT", stored(rows))
            + chunk("tEXt", Array("Author\0Secret Owner".utf8)) + chunk("IEND", [])
    }

    /// Only what a PNG says about itself: size and an end, and no pixel.
    package static func pngHeader(width: Int, height: Int) -> [UInt8] {
        pngSignature + chunk("IHDR", big(width) + big(height) + [8, 6, 0, 0, 0]) + chunk("IEND", [])
    }

    /// Red, green, blue and white quarters, clockwise from the top left.
    package static func quarters(side: Int) -> [UInt8] {
        png(width: side, height: side) { x, y in
            switch (x < side / 2, y < side / 2) {
            case (true, true): red
            case (false, true): green
            case (false, false): blue
            case (true, false): white
            }
        }
    }

    /// The quarters as a JPEG, with an Exif segment that gives the orientation, in one byte order or the other.
    package static func jpeg(side: Int, orientation: Int, littleEndian: Bool = false) throws -> [UInt8] {
        let plain = try PictureImage.square(from: quarters(side: side), sidePixels: side).bytes
        func number(_ value: Int, _ size: Int) -> [UInt8] {
            let bytes = Array(big(value).suffix(size))
            return littleEndian ? bytes.reversed() : bytes
        }
        let order = Array((littleEndian ? "II" : "MM").utf8)
        let entry = number(0x0112, 2) + number(3, 2) + number(1, 4) + number(orientation, 2) + number(0, 2)
        let tiff = order + number(42, 2) + number(8, 4) + number(1, 2) + entry + number(0, 4)
        let body = Array("Exif\0\0".utf8) + tiff + Array("Secret Owner".utf8)
        return Array(plain.prefix(2)) + [0xFF, 0xE1] + big(body.count + 2).suffix(2) + body + plain.dropFirst(2)
    }

    /// 24 × 20 pixels, the left half red, the right half blue: lossy, lossless, and with the right half transparent.
    package static let webpLossy = bytes(
        """
        UklGRmwAAABXRUJQVlA4IGAAAABwBACdASoYABQAPjEUiEKiISEYBAAgAwSgB2APwA/AClAfgBXf+4AAcyow4AD++e5//tjc/+3v/7Yf///sZfJlQ6V8\
        Pn43Tx35D///wZgsu5/4n/gzH9gt/KqzELLkAAA=
        """)
    package static let webpLossless = bytes("UklGRiYAAABXRUJQVlA4TBoAAAAvF8AEAA8Q87//8x8OBAKEA/+1AgxE9D+SEQ==")
    package static let webpTransparent = bytes(
        """
        UklGRpwAAABXRUJQVlA4WAoAAAAQAAAAFwAAEwAAQUxQSBQAAAABDzD/ERFCIEA48F8rwEBE/yMZAVZQOCBiAAAAsAQAnQEqGAAUAD4xFohDIiEhFAVU\
        IAMEoAdgD8APwApQH4AV3/ugH+AAcn5G0AD+96KX//2MvkyoIdH+fxunjOKP//8GYLLudzn/gzH9gt/Ern/1++LTGnX/y1YmyCGAAAA=
        """)

    private static func bytes(_ base64: String) -> [UInt8] { Array(Data(base64Encoded: base64)!) }

    private static let pngSignature: [UInt8] = [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]

    private static func big(_ value: Int) -> [UInt8] {
        [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: value >> $0) }
    }

    private static func chunk(_ name: String, _ body: [UInt8]) -> [UInt8] {
        let content = Array(name.utf8) + body
        return big(body.count) + content + big(Int(crc(content)))
    }

    /// A zlib stream (RFC 1950) of stored blocks (RFC 1951, 3.2.4).
    private static func stored(_ bytes: [UInt8]) -> [UInt8] {
        var stream: [UInt8] = [0x78, 0x01]
        var sums: (UInt32, UInt32) = (1, 0)
        for start in stride(from: 0, to: bytes.count, by: 65_535) {
            let block = bytes[start..<min(start + 65_535, bytes.count)]
            let size = UInt16(block.count)
            stream += [block.endIndex == bytes.count ? 1 : 0, UInt8(size & 255), UInt8(size >> 8)]
            stream += [UInt8(~size & 255), UInt8(~size >> 8)] + block
            for byte in block {
                sums.0 = (sums.0 + UInt32(byte)) % 65_521
                sums.1 = (sums.1 + sums.0) % 65_521
            }
        }
        return stream + big(Int(sums.1 << 16 | sums.0))
    }

    private static func crc(_ bytes: [UInt8]) -> UInt32 {
        ~bytes.reduce(UInt32.max) { crc, byte in
            (0..<8).reduce(crc ^ UInt32(byte)) { rest, _ in rest >> 1 ^ (rest & 1 == 1 ? 0xEDB8_8320 : 0) }
        }
    }
}
