import CQREncode
import Web

/// A QR code as a drawing (ISO/IEC 18004), black on white in the dark as well: cameras want it so.
struct QRCode {
    private let width: Int
    private let isDark: [Bool]

    /// Blank modules that a reader needs on each side (ISO/IEC 18004, 6.3.8).
    private static let quiet = 4

    /// - Returns: nil for a text of more than some two thousand bytes, which no code holds.
    init?(_ text: String) {
        guard let code = QRcode_encodeString8bit(text, 0, QR_ECLEVEL_M) else { return nil }
        defer { QRcode_free(code) }
        width = Int(code.pointee.width)
        // The lowest bit is the colour; the others say what a module is for.
        isDark = (0..<width * width).map { code.pointee.data[$0] & 1 == 1 }
    }

    var modules: [[Bool]] { (0..<width).map { row in Array(isDark[row * width..<(row + 1) * width]) } }

    func drawing(label: String) -> HTML {
        let side = width + 2 * QRCode.quiet
        return """
            <svg class="qr" viewBox="0 0 \(side) \(side)" role="img" aria-label="\(label)" shape-rendering="crispEdges">\
            <rect width="\(side)" height="\(side)" fill="#fff"/><path fill="#000" d="\(path)"/></svg>
            """
    }

    /// A rectangle for each run of dark modules in a row.
    private var path: String {
        var path = ""
        for (row, modules) in modules.enumerated() {
            var column = 0
            while column < width {
                let run = modules[column...].prefix { $0 }.count
                if run > 0 { path += "M\(column + QRCode.quiet) \(row + QRCode.quiet)h\(run)v1h-\(run)z" }
                column += max(run, 1)
            }
        }
        return path
    }
}
