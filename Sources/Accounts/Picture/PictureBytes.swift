/// Reads numbers out of a file that may end anywhere.
struct PictureBytes {
    private let bytes: [UInt8]

    init(_ bytes: [UInt8]) {
        self.bytes = bytes
    }

    var count: Int { bytes.count }

    /// A whole number of one to four bytes, the most significant first.
    func big(_ size: Int, at position: Int) throws(PictureHeader.Failure) -> Int {
        try slice(size, at: position).reduce(0) { $0 << 8 | Int($1) }
    }

    /// The same, the least significant first.
    func little(_ size: Int, at position: Int) throws(PictureHeader.Failure) -> Int {
        try slice(size, at: position).reversed().reduce(0) { $0 << 8 | Int($1) }
    }

    /// The four letters that name a chunk.
    func text(at position: Int) throws(PictureHeader.Failure) -> String {
        String(decoding: try slice(4, at: position), as: UTF8.self)
    }

    /// Inside a JPEG scan a marker is 0xFF and a byte that is neither a stuffed zero nor a restart (T.81, F.1.2.3).
    func isEntropyCoded(at position: Int) throws(PictureHeader.Failure) -> Bool {
        guard position + 1 < bytes.count else { throw .damaged }
        guard bytes[position] == 0xFF else { return true }
        let next = bytes[position + 1]
        return next == 0 || (0xD0...0xD7).contains(next)
    }

    /// The orientation tag of an Exif segment, a small TIFF file (CIPA DC-008, 4.5). What cannot be read says nothing:
    /// cameras write many odd things, and the picture is fine without it.
    func exifOrientation(in range: Range<Int>) -> Int? {
        do throws(PictureHeader.Failure) {
            guard range.upperBound <= bytes.count, try text(at: range.lowerBound) == "Exif" else { return nil }
            let start = range.lowerBound + 6
            let order = try big(2, at: start)
            guard order == 0x4949 || order == 0x4D4D else { return nil }
            func number(_ size: Int, at offset: Int) throws(PictureHeader.Failure) -> Int {
                order == 0x4949 ? try little(size, at: start + offset) : try big(size, at: start + offset)
            }
            let directory = try number(4, at: 4)
            let entries = try number(2, at: directory)
            for entry in 0..<min(entries, 200) where try number(2, at: directory + 2 + entry * 12) == 0x0112 {
                let orientation = try number(2, at: directory + 10 + entry * 12)
                return (1...8).contains(orientation) ? orientation : nil
            }
            return nil
        } catch {
            return nil
        }
    }

    private func slice(_ size: Int, at position: Int) throws(PictureHeader.Failure) -> ArraySlice<UInt8> {
        guard position >= 0, position + size <= bytes.count else { throw .damaged }
        return bytes[position..<position + size]
    }
}
