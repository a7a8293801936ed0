import CPango
package import Kernel

/// Pages of A4 to draw on. Texts are set by Pango and HarfBuzz, fonts are embedded, and the same strokes give the same bytes.
/// Everything is measured in points from the top left corner.
///
/// Belongs to the thread that draws: Pango keeps its fonts, which are slow to find, for each thread.
package final class PDF {
    /// 210 mm × 297 mm.
    package static let width = 210 * 72 / 25.4
    package static let height = 297 * 72 / 25.4

    /// The typeface that the Swiss payment standards allow and that everybody may use.
    static let family = "Liberation Sans"

    private var file = PDFFile()
    private let facts: String
    private let language: Language
    /// The page that is drawn on.
    var content = PDFContent()
    private var pages: [PDFFile.Reference] = []
    private(set) package var pageCount = 0
    private var pictures: [PDFFile.Reference] = []

    let typesetter: OpaquePointer
    let descriptions = Descriptions(family: PDF.family)
    /// Most texts are measured before they are written, and many are on every line: each is set once.
    var layouts: [Setting: OpaquePointer] = [:]
    /// In the order of their first glyph.
    var fonts: [EmbeddedFont] = []

    /// - Parameters:
    ///   - language: for who has it read aloud.
    ///   - createdAt: an argument like the rest, so that a document printed twice is the same file.
    package init(title: String, author: String, language: Language, createdAt: Instant) {
        self.language = language
        let moment = String(createdAt.description.prefix(19).filter(\.isNumber))
        facts = """
            <</Title \(PDFFile.string(title))/Author \(PDFFile.string(author))/Creator(Kontor)/Producer(Kontor)\
            /CreationDate(D:\(moment)Z)/ModDate(D:\(moment)Z)>>
            """
        typesetter = pango_font_map_create_context(pango_cairo_font_map_get_default())
        // Letters stand where they belong, and not where a screen of 96 dots to the inch would put them.
        let options = cairo_font_options_create()
        cairo_font_options_set_hint_style(options, CAIRO_HINT_STYLE_NONE)
        cairo_font_options_set_hint_metrics(options, CAIRO_HINT_METRICS_OFF)
        pango_cairo_context_set_font_options(typesetter, options)
        pango_context_set_round_glyph_positions(typesetter, 0)
        cairo_font_options_destroy(options)
    }

    deinit {
        for layout in layouts.values { g_object_unref(UnsafeMutableRawPointer(layout)) }
        g_object_unref(UnsafeMutableRawPointer(typesetter))
    }

    /// Goes on on a new page. The first one is begun like the others.
    package func beginPage() {
        endPage()
        pageCount += 1
    }

    private func endPage() {
        guard pages.count < pageCount else { return }
        pages.append(file.add(PDFFile.Packed(content.bytes)))
        content = PDFContent()
    }

    /// - Returns: the number of a picture.
    func embed(_ pixels: PDFFile.Packed, _ format: String, mask: Int? = nil) -> Int {
        let opacity = mask.map { "/SMask \(pictures[$0])" } ?? ""
        pictures.append(file.add(pixels, "/Type/XObject/Subtype/Image\(format)\(opacity)"))
        return pictures.count - 1
    }

    /// The whole file. Nothing can be drawn after it.
    package func finish() -> [UInt8] {
        precondition(pageCount > 0, "A document has a page.")
        endPage()
        let fonts = fonts.map { file.add($0) }
        func names(_ letter: String, _ references: [PDFFile.Reference]) -> String {
            references.enumerated().map { "/\(letter)\($0) \($1)" }.joined()
        }
        let resources = file.add("<</Font<<\(names("F", fonts))>>/XObject<<\(names("X", pictures))>>>>")
        let tree = file.promise()
        let kids = pages.map { page in
            file.add(
                "<</Type/Page/Parent \(tree)/MediaBox[0 0 \(PDF.width) \(PDF.height)]/Resources \(resources)/Contents \(page)>>"
            )
        }
        _ = file.add(
            "<</Type/Pages/Count \(kids.count)/Kids[\(kids.map(\.description).joined(separator: " "))]>>", as: tree)
        let catalog = file.add(
            """
            <</Type/Catalog/Pages \(tree)/Lang(\(language.rawValue))\
            /ViewerPreferences<</DisplayDocTitle true>>>>
            """)
        return file.finish(catalog: catalog, info: file.add(facts))
    }
}
