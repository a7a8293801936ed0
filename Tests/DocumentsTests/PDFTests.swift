import Documents
import Foundation
import Kernel
import Testing

@Suite struct PDFTests {
    private static let instant = Instant(rfc3339: "2026-11-20T08:14:33Z") ?? Instant(milliseconds: 0)

    private static func pdf(_ draw: (PDF) -> Void) -> [UInt8] {
        let pdf = PDF(title: "Rechnung n° 1", author: "Größe AG", language: .german, createdAt: instant)
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
        #expect(fonts.count == 2)
        #expect(fonts.allSatisfy { $0.contains("LiberationSans") && $0.contains("yes yes yes") })
    }

    @Test func `It says in which language it is, and viewers show its title`() throws {
        let catalog = try #require(
            String(decoding: Self.pdf { _ in }, as: UTF8.self).split(separator: "\n").first {
                $0.contains("/Type/Catalog")
            })
        #expect(catalog.contains("/Lang(de)") && catalog.contains("/DisplayDocTitle true"))
    }

    @Test func `Its structure is what other programs expect, whatever is on it`() throws {
        let code = try #require(QRCode("SPC"))
        let bytes = Self.pdf { pdf in
            for text in Self.texts { pdf.write(text, x: 50, y: 50, width: 60, font: PDF.Font(9)) }
            pdf.beginPage()
            pdf.beginPage()
            pdf.draw(code, x: 0, y: 0, side: 100)
            pdf.lines([])
        }
        #expect(try output("qpdf", ["--check", "-"], bytes).contains("No syntax or stream encoding errors"))
        let empty = Self.pdf { _ in }
        #expect(try output("qpdf", ["--check", "-"], empty).contains("No syntax or stream encoding errors"))
    }

    private static let texts = [
        "Grüezi Łukasz", "Αθήνα", "Ёлка", "x\u{302}y\u{323}\u{302} e\u{301}", "שלום", "Donaudampf\u{AD}schiff", "１２３",
        "a\u{200D}b\tc", "\u{10FFFE} und mehr",
    ]

    @Test(
        "What is copied is what was written, also where letters and glyphs are not one for one",
        arguments: [
            "Grüezi – Office fließt", "Αθήνα και Ёлка", "x\u{302}a y\u{302}b \u{5D0}", "Größe \u{10FF00} A",
            "1\u{202F}000", "₂ ⅓ ﬀ",
        ])
    func copied(_ text: String) throws {
        let bytes = Self.pdf { $0.write(text, x: 50, y: 50, font: PDF.Font(12)) }
        // It marks what goes from right to left.
        let marks: Set<Unicode.Scalar> = ["\u{202A}", "\u{202B}", "\u{202C}"]
        let read = try output("pdftotext", ["-", "-"], bytes).unicodeScalars.filter { !marks.contains($0) }
        #expect(String(read).filter { !$0.isWhitespace } == text.filter { !$0.isWhitespace })
    }

    @Test func `A word broken between its letters is copied without the hyphen that was put there`() throws {
        let word = "Donaudampfschifffahrtsgesellschaft"
        let bytes = Self.pdf { $0.write(word, x: 50, y: 50, width: 60, font: PDF.Font(12)) }
        let read = try output("pdftotext", ["-", "-"], bytes)
        #expect(read.split(separator: "\n").count > 2)
        #expect(read.filter(\.isLetter) == word)
        #expect(!read.contains("-"))
    }

    @Test func `Threads that draw side by side make the same file`() async {
        let draw: @Sendable (PDF) -> Void = { pdf in
            for text in Self.texts { pdf.write(text, x: 50, y: 50, width: 60, font: PDF.Font(9, isBold: true)) }
        }
        let files = await withTaskGroup(of: [UInt8].self) { group in
            for _ in 0..<32 { group.addTask { Self.pdf(draw) } }
            return await group.reduce(into: Set<[UInt8]>()) { $0.insert($1) }
        }
        #expect(files.count == 1)
    }

    @Test func `Letters that are not in every file are embedded beside those that are`() throws {
        let words = ["Офис Fiφi", "Αθήνα, Ёлка", "ſtaffel"]
        let bytes = Self.pdf { pdf in
            for (index, word) in words.enumerated() {
                pdf.write(word, x: 50, y: 50 + 30 * Double(index), font: PDF.Font(12))
            }
        }
        #expect(try output("pdftotext", ["-", "-"], bytes).split(separator: "\n").prefix(3).map(String.init) == words)
        let fonts = try output("pdffonts", ["-"], bytes).split(separator: "\n").dropFirst(2)
        #expect(fonts.count == 1 && fonts.first?.contains("CID TrueType") == true)
        let western = Self.pdf { $0.write("Office", x: 50, y: 50, font: PDF.Font(12)) }
        #expect(try output("pdffonts", ["-"], western).split(separator: "\n").dropFirst(2) != fonts)
    }

    @Test func `What no font has is drawn all the same, in its place and its ink`() throws {
        // A letter that Unicode has promised never to give a meaning.
        let bytes = Self.pdf { pdf in
            pdf.write("\u{10FFFE}", x: 0, y: 0, font: PDF.Font(40), ink: PDF.Ink(red: 0, green: 0, blue: 1))
        }
        let inked = try pixels(of: bytes, width: 60, height: 60).filter { $0 != [255, 255, 255] }
        #expect(inked.count > 50)
        #expect(inked.allSatisfy { $0[2] == 255 && $0[0] == $0[1] })
    }

    @Test func `Shapes have their place, from the top left, and their ink`() throws {
        let bytes = Self.pdf { pdf in
            pdf.fill(x: 10, y: 20, width: 4, height: 4, ink: PDF.Ink(red: 1, green: 0, blue: 0))
            pdf.line(
                from: (0, 40), to: (60, 40), thickness: 4, ink: PDF.Ink(red: 0, green: 1, blue: 0), dash: [20, 20])
            pdf.circle(x: 30, y: 20, radius: 8, thickness: 2)
            pdf.lines([(50, 5), (50, 15), (55, 15)], thickness: 2)
        }
        let page = try pixels(of: bytes, width: 60, height: 60)
        func pixel(_ x: Int, _ y: Int) -> [UInt8] { page[y * 60 + x] }
        let white: [UInt8] = [255, 255, 255]
        #expect(pixel(11, 22) == [255, 0, 0] && pixel(11, 26) == white && pixel(16, 22) == white)
        #expect(pixel(10, 40) == [0, 255, 0] && pixel(30, 40) == white && pixel(50, 40) == [0, 255, 0])
        #expect(pixel(30, 20) == white)
        #expect([(37, 20), (22, 20), (30, 27), (30, 12)].allSatisfy { pixel($0.0, $0.1)[0] < 128 })
        #expect(pixel(50, 10)[0] < 128 && pixel(54, 15)[0] < 128 && pixel(54, 8) == white)
    }

    @Test func `A picture keeps its colours and what shines through`() throws {
        // A red pixel, and a green one of half the opacity.
        let picture = try PDF.Picture(
            png: try #require(
                Data(
                    base64Encoded:
                        "iVBORw0KGgoAAAANSUhEUgAAAAIAAAABCAYAAAD0In+KAAAAD0lEQVR4nGP4z8DwHwgbABB5A359Y87XAAAAAElFTkSuQmCC"
                )
            ).map { $0 })
        let bytes = Self.pdf { pdf in
            pdf.fill(x: 0, y: 0, width: 60, height: 60)
            pdf.draw(picture, x: 0, y: 0, widthMax: 60, heightMax: 60)
        }
        let page = try pixels(of: bytes, width: 60, height: 60)
        // Viewers blend neighbours.
        #expect(page[15 * 60 + 2][0] > 200 && page[15 * 60 + 2][1] < 30)
        #expect(page[15 * 60 + 57][0] == 0 && (120...136).contains(page[15 * 60 + 57][1]))
        #expect(page[45 * 60 + 30] == [0, 0, 0])
        #expect(try output("pdfimages", ["-list", "-"], bytes).contains("smask"))
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

    /// The top left of the first page, a pixel for each point.
    private func pixels(of pdf: [UInt8], width: Int, height: Int) throws -> [[UInt8]] {
        let crop = ["-r", "72", "-x", "0", "-y", "0", "-W", "\(width)", "-H", "\(height)", "-singlefile", "-"]
        let picture = Array(try data("pdftoppm", crop, pdf).suffix(width * height * 3))
        return stride(from: 0, to: picture.count, by: 3).map { Array(picture[$0..<$0 + 3]) }
    }

    private func output(_ program: String, _ arguments: [String], _ input: [UInt8]) throws -> String {
        String(decoding: try data(program, arguments, input), as: UTF8.self)
    }

    /// - Parameter arguments: with a dash for the file.
    private func data(_ program: String, _ arguments: [String], _ input: [UInt8]) throws -> Data {
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
        // Poppler mends what it can, and complains.
        let complaints = Pipe()
        process.standardError = complaints
        try process.run()
        let data = try output.fileHandleForReading.readToEnd() ?? Data()
        process.waitUntilExit()
        #expect(process.terminationStatus == 0)
        #expect(try complaints.fileHandleForReading.readToEnd() ?? Data() == Data())
        return data
    }
}
