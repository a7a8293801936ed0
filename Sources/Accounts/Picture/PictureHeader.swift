/// What a picture says about itself before anything of it is decoded: a few bytes can claim gigabytes of pixels.
struct PictureHeader: Hashable {
    enum Format {
        case png, jpeg, webp
    }

    let format: Format
    let width: Int
    let height: Int
    /// How the picture has to be turned to be seen upright: 1 to 8, the orientation tag of Exif (CIPA DC-008, 4.6.4).
    var orientation = 1

    enum Failure: Error {
        /// Not one of the three formats, whatever the file is called.
        case unknownFormat
        /// Cut off, or not what its beginning promises.
        case damaged
    }

    /// Told by the first bytes alone; a file's name and the type that a browser sends are only claims.
    init(of bytes: [UInt8]) throws(Failure) {
        if bytes.starts(with: [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]) {
            self = try PictureHeader.png(PictureBytes(bytes))
        } else if bytes.starts(with: [0xFF, 0xD8, 0xFF]) {
            self = try PictureHeader.jpeg(PictureBytes(bytes))
        } else if bytes.starts(with: Array("RIFF".utf8)), bytes.dropFirst(8).starts(with: Array("WEBP".utf8)) {
            self = try PictureHeader.webp(PictureBytes(bytes))
        } else {
            throw .unknownFormat
        }
    }

    private init(_ format: Format, width: Int, height: Int, orientation: Int = 1) {
        self.format = format
        self.width = width
        self.height = height
        self.orientation = orientation
    }

    /// Walks the chunks (PNG third edition, 5.3) to the last one, so that a file that was cut off is noticed.
    private static func png(_ bytes: PictureBytes) throws(Failure) -> PictureHeader {
        guard try bytes.text(at: 12) == "IHDR" else { throw .damaged }
        let header = PictureHeader(.png, width: try bytes.big(4, at: 16), height: try bytes.big(4, at: 20))
        var position = 8
        while try bytes.text(at: position + 4) != "IEND" { position += 12 + (try bytes.big(4, at: position)) }
        return header
    }

    /// Walks the segments (ITU-T T.81, annex B) from start to end of image: the frame header has the size, an Exif
    /// segment the orientation.
    private static func jpeg(_ bytes: PictureBytes) throws(Failure) -> PictureHeader {
        var header: PictureHeader?
        var orientation = 1
        var scans = 0
        var position = 2
        while true {
            guard try bytes.big(1, at: position) == 0xFF else { throw .damaged }
            let marker = try bytes.big(1, at: position + 1)
            if marker == 0xFF {
                position += 1
                continue
            }
            if marker == 0xD9 { break }
            let length = try bytes.big(2, at: position + 2)
            guard length >= 2 else { throw .damaged }
            switch marker {
            case 0xC0...0xC3, 0xC5...0xC7, 0xC9...0xCB, 0xCD...0xCF:
                header = PictureHeader(
                    .jpeg, width: try bytes.big(2, at: position + 7), height: try bytes.big(2, at: position + 5))
            case 0xE1:
                orientation = bytes.exifOrientation(in: position + 4..<position + 2 + length) ?? orientation
            default: break
            }
            position += 2 + length
            if marker == 0xDA {
                scans += 1
                if scans > scansMax { throw .damaged }
                while try bytes.isEntropyCoded(at: position) { position += 1 }
            }
        }
        guard var header, scans > 0 else { throw .damaged }
        header.orientation = orientation
        return header
    }

    /// A progressive picture comes in ten scans or so. Each costs a pass over all pixels but may be a few bytes long: a
    /// small file with thousands of them would keep a core busy for hours.
    private static let scansMax = 64

    /// The three kinds of first chunk (RFC 9649, 2.5 to 2.7).
    private static func webp(_ bytes: PictureBytes) throws(Failure) -> PictureHeader {
        guard try bytes.little(4, at: 4) + 8 <= bytes.count else { throw .damaged }
        switch try bytes.text(at: 12) {
        case "VP8X":
            return PictureHeader(.webp, width: try bytes.little(3, at: 24) + 1, height: try bytes.little(3, at: 27) + 1)
        case "VP8L":
            let sizes = try bytes.little(4, at: 21)
            return PictureHeader(.webp, width: (sizes & 0x3FFF) + 1, height: (sizes >> 14 & 0x3FFF) + 1)
        case "VP8 ":
            let width = try bytes.little(2, at: 26)
            let height = try bytes.little(2, at: 28)
            return PictureHeader(.webp, width: width & 0x3FFF, height: height & 0x3FFF)
        default: throw .damaged
        }
    }
}
