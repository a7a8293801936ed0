import Documents
import Foundation
import Kernel
import Testing

@Suite struct PDFTests {
    private static let instant = Instant(rfc3339: "2026-11-20T08:14:33Z") ?? Instant(milliseconds: 0)

    private static func pdf(_ draw: (PDF) -> Void) -> [UInt8] {
        let pdf = PDF(title: "Rechnung n° 1", author: "Größe AG", createdAt: instant)
        pdf.beginPage()
        draw(pdf)
        return pdf.finish()
    }

    @Test func `Other programs read its text, its size and whom it is from`() throws {
        let bytes = Self.pdf { pdf in
            pdf.write("Grüezi, Łukasz – 1’119.40 €", x: 50, y: 50, font: PDF.Font(10))
            pdf.beginPage()
            pdf.write("Seite zwei\u{0}!", x: 50, y: 50, font: PDF.Font(10, isBold: true))
        }
        #expect(
            try output("pdftotext", ["-", "-"], bytes) == "Grüezi, Łukasz – 1’119.40 €\n\n\u{c}Seite zwei!\n\n\u{c}")
        let facts = try output("pdfinfo", ["-isodates", "-"], bytes)
        #expect(facts.contains("Rechnung n° 1"))
        #expect(facts.contains("Größe AG"))
        #expect(facts.contains("2026-11-20T08:14:33"))
        #expect(facts.contains("Pages:           2"))
        #expect(facts.contains("(A4)"))
        let fonts = try output("pdffonts", ["-"], bytes).split(separator: "\n").dropFirst(2)
        // Letters beyond Latin 1 are embedded as a font of their own.
        #expect(fonts.count == 3)
        #expect(fonts.allSatisfy { $0.contains("LiberationSans") && $0.contains("yes yes yes") })
    }

    @Test func `The same strokes give the same bytes`() {
        let draw: (PDF) -> Void = { pdf in
            pdf.write("Grüezi", x: 50, y: 50, font: PDF.Font(10))
            pdf.line(from: (0, 0), to: (10, 10), dash: [2, 1])
        }
        #expect(Self.pdf(draw) == Self.pdf(draw))
    }

    @Test func `A text wraps in its width, and is as high as was measured`() {
        _ = Self.pdf { pdf in
            let text = String(repeating: "Webhosting ", count: 30)
            let font = PDF.Font(9)
            let one = pdf.height(of: "Webhosting", font: font)
            let many = pdf.height(of: text, width: 100, font: font)
            #expect(many > one * 10)
            #expect(pdf.write(text, x: 0, y: 0, width: 100, font: font) == many)
            #expect((9...12).contains(one))
            // One word that is too long is broken too.
            #expect(pdf.height(of: String(repeating: "a", count: 100), width: 100, font: font) > one * 3)
            #expect(pdf.width(of: "Webhosting", font: font) < 60)
        }
    }

    @Test func `A picture is a PNG of a modest size`() throws {
        let tiny = try #require(
            Data(
                base64Encoded:
                    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==")
        ).map { $0 }
        let picture = try PDF.Picture(png: tiny)
        #expect(picture.width == 1 && picture.height == 1)
        let bytes = Self.pdf { pdf in
            let size = pdf.draw(picture, x: 10, y: 10, widthMax: 100, heightMax: 50)
            #expect(size.width == 50 && size.height == 50)
        }
        #expect(try output("pdfimages", ["-list", "-"], bytes).contains("image"))
        // 1025 × 1025, by the third byte of each.
        var wide = tiny
        (wide[18], wide[22]) = (4, 4)
        #expect(throws: PDF.Picture.Mistake.tooLarge(width: 1025, height: 1025)) { try PDF.Picture(png: wide) }
        #expect(throws: PDF.Picture.Mistake.notPNG) { try PDF.Picture(png: Array("GIF89a".utf8)) }
        #expect(throws: PDF.Picture.Mistake.notPNG) { try PDF.Picture(png: Array(tiny.prefix(50))) }
    }

    private func output(_ program: String, _ arguments: [String], _ input: [UInt8]) throws -> String {
        let file = FileManager.default.temporaryDirectory.appendingPathComponent("\(UUID()).pdf")
        try Data(input).write(to: file)
        defer { try? FileManager.default.removeItem(at: file) }
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        // The first dash is the file; a second one the standard output.
        var arguments = arguments
        if let index = arguments.firstIndex(of: "-") { arguments[index] = file.path }
        process.arguments = [program] + arguments
        let output = Pipe()
        process.standardOutput = output
        process.standardError = FileHandle.nullDevice
        try process.run()
        let data = try output.fileHandleForReading.readToEnd() ?? Data()
        process.waitUntilExit()
        #expect(process.terminationStatus == 0)
        return String(decoding: data, as: UTF8.self)
    }
}
