import CQREncode

/// A QR code (ISO/IEC 18004) with error correction M, as rows of modules.
package struct QRCode: Hashable, Sendable {
    /// Modules on each side.
    package let width: Int
    private let isDark: [Bool]

    /// Blank modules that a reader needs on each side (6.3.8).
    package static let quiet = 4

    /// - Returns: nil for a text of more than some two thousand bytes, which no code holds.
    package init?(_ text: String) {
        guard let code = QRcode_encodeString8bit(text, 0, QR_ECLEVEL_M) else { return nil }
        defer { QRcode_free(code) }
        width = Int(code.pointee.width)
        // The lowest bit is the colour; the others say what a module is for.
        isDark = (0..<width * width).map { code.pointee.data[$0] & 1 == 1 }
    }

    /// True is dark.
    package var modules: [[Bool]] { (0..<width).map { row in Array(isDark[row * width..<(row + 1) * width]) } }

    /// Runs of dark modules, row by row: what is drawn as one rectangle each.
    package var runs: [(row: Int, column: Int, length: Int)] {
        var runs: [(row: Int, column: Int, length: Int)] = []
        for (row, modules) in modules.enumerated() {
            var column = 0
            while column < width {
                let length = modules[column...].prefix { $0 }.count
                if length > 0 { runs.append((row, column, length)) }
                column += max(length, 1)
            }
        }
        return runs
    }

    /// Enough that a viewer that blurs the edges of pixels does not touch the middle of a module.
    static let pixelsPerModule = 2

    /// A bit a pixel, row by row, each filled up to a byte; dark ones are zero.
    var pixels: [UInt8] {
        let (scale, length) = (QRCode.pixelsPerModule, (width * QRCode.pixelsPerModule + 7) / 8)
        var pixels: [UInt8] = []
        pixels.reserveCapacity(length * width * scale)
        for row in 0..<width {
            var line = [UInt8](repeating: .max, count: length)
            for column in 0..<width * scale where isDark[row * width + column / scale] {
                line[column / 8] &= ~(0x80 >> UInt8(column % 8))
            }
            for _ in 0..<scale { pixels += line }
        }
        return pixels
    }
}
