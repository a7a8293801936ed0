import Documents
import Web

extension QRCode {
    /// Black on white in the dark as well: cameras want it so.
    func drawing(label: String) -> HTML {
        let side = width + 2 * QRCode.quiet
        return """
            <svg class="qr" viewBox="0 0 \(side) \(side)" role="img" aria-label="\(label)" shape-rendering="crispEdges">\
            <rect width="\(side)" height="\(side)" fill="#fff"/><path fill="#000" d="\(path)"/></svg>
            """
    }

    private var path: String {
        runs.map { "M\($0.column + QRCode.quiet) \($0.row + QRCode.quiet)h\($0.length)v1h-\($0.length)z" }.joined()
    }
}
