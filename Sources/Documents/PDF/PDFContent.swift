/// What is drawn on a page: operators, each behind its operands (ISO 32000-1, annex A). Points come from the top left corner, as
/// everywhere here, and are written from the bottom left.
struct PDFContent {
    private(set) var bytes: [UInt8] = []
    private var filling = PDF.Ink.black
    private var stroking = PDF.Ink.black

    /// - Parameter operands: lengths, and whatever else is no place on the page.
    mutating func put(_ operation: StaticString, _ operands: Double...) {
        for operand in operands { put(operand) }
        bytes.append(
            contentsOf: UnsafeBufferPointer(start: operation.utf8Start, count: operation.utf8CodeUnitCount))
        bytes.append(UInt8(ascii: "\n"))
    }

    /// Goes to a point, or draws to it; a curve has two others before it.
    mutating func put(
        _ operation: StaticString, at point: (x: Double, y: Double), _ others: (x: Double, y: Double)...
    ) {
        for point in [point] + others {
            put(point.x)
            put(PDF.height - point.y)
        }
        put(operation)
    }

    /// Goes on in another row of a text.
    mutating func put(_ operation: StaticString, to point: (x: Double, y: Double)) {
        put(operation, 1, 0, 0, 1, point.x, PDF.height - point.y)
    }

    /// What comes until the end stands for a text without being read as it (ISO 32000-1, 14.9.4).
    mutating func begin(standingFor text: String) { put(text: "/Span<</ActualText\(PDFFile.string(text))>>BDC\n") }

    mutating func end() { put("EMC") }

    mutating func put(text: String) { bytes.append(contentsOf: text.utf8) }

    /// In thousandths, which are finer than any printer: printing of floating numbers was a tenth of a document's time.
    private mutating func put(_ number: Double) {
        let thousandths = Int((number * 1000).rounded())
        if thousandths < 0 { bytes.append(UInt8(ascii: "-")) }
        let (whole, rest) = thousandths.magnitude.quotientAndRemainder(dividingBy: 1000)
        bytes.append(contentsOf: String(whole).utf8)
        if rest > 0 {
            bytes.append(UInt8(ascii: "."))
            var (rest, place): (UInt, UInt) = (rest, 100)
            while rest > 0 {
                bytes.append(UInt8(ascii: "0") + UInt8(rest / place))
                rest %= place
                place /= 10
            }
        }
        bytes.append(UInt8(ascii: " "))
    }

    /// Glyphs by their number, four digits each.
    mutating func put(glyph: UInt32) {
        for shift in [12, 8, 4, 0] { bytes.append(PDFContent.digits[Int(glyph >> UInt32(shift) & 0xF)]) }
    }

    private static let digits = Array("0123456789ABCDEF".utf8)

    mutating func fill(with ink: PDF.Ink) {
        guard ink != filling else { return }
        filling = ink
        put("rg", ink.red, ink.green, ink.blue)
    }

    mutating func stroke(with ink: PDF.Ink, thickness: Double, dash: [Double] = []) {
        if ink != stroking {
            stroking = ink
            put("RG", ink.red, ink.green, ink.blue)
        }
        put("w", thickness)
        put(text: "[")
        for length in dash { put(length) }
        put("] 0 d")
    }
}
