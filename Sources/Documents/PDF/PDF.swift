import CPango
package import Kernel

/// Pages of A4 to draw on, by Cairo and Pango. Everything is measured in points from the top left corner, fonts are embedded,
/// and the same strokes give the same bytes.
///
/// Belongs to the thread that draws: Pango keeps its fonts, which are slow to find, for each thread.
package final class PDF {
    /// 210 mm × 297 mm.
    package static let width = 210 * 72 / 25.4
    package static let height = 297 * 72 / 25.4

    /// The typeface that the Swiss payment standards allow and that everybody may use.
    private static let family = "Liberation Sans"

    private let sink: Sink
    private let surface: OpaquePointer
    let context: OpaquePointer
    private let typesetter: OpaquePointer
    private let fonts: Fonts
    /// Most texts are measured before they are written, and many are on every line: each is set once.
    private var layouts: [Setting: OpaquePointer] = [:]
    private(set) package var pageCount = 0

    /// - Parameter createdAt: an argument like the rest, so that a document printed twice is the same file.
    package init(title: String, author: String, createdAt: Instant) {
        sink = Sink()
        let pointer = Unmanaged.passUnretained(sink).toOpaque()
        surface = cairo_pdf_surface_create_for_stream(
            { closure, data, length in
                guard let closure, let data else { return CAIRO_STATUS_WRITE_ERROR }
                let sink = Unmanaged<Sink>.fromOpaque(closure).takeUnretainedValue()
                sink.bytes.append(contentsOf: UnsafeBufferPointer(start: data, count: Int(length)))
                return CAIRO_STATUS_SUCCESS
            }, pointer, PDF.width, PDF.height)
        let seconds = "\(createdAt.description.prefix(19))Z"
        cairo_pdf_surface_set_metadata(surface, CAIRO_PDF_METADATA_TITLE, title)
        cairo_pdf_surface_set_metadata(surface, CAIRO_PDF_METADATA_AUTHOR, author)
        cairo_pdf_surface_set_metadata(surface, CAIRO_PDF_METADATA_CREATOR, "Kontor")
        cairo_pdf_surface_set_metadata(surface, CAIRO_PDF_METADATA_CREATE_DATE, seconds)
        cairo_pdf_surface_set_metadata(surface, CAIRO_PDF_METADATA_MOD_DATE, seconds)
        context = cairo_create(surface)
        typesetter = pango_cairo_create_context(context)
        // Letters stand where they belong, and not where a screen of 96 dots to the inch would put them.
        let options = cairo_font_options_create()
        cairo_font_options_set_hint_style(options, CAIRO_HINT_STYLE_NONE)
        cairo_font_options_set_hint_metrics(options, CAIRO_HINT_METRICS_OFF)
        pango_cairo_context_set_font_options(typesetter, options)
        pango_context_set_round_glyph_positions(typesetter, 0)
        cairo_font_options_destroy(options)
        fonts = Fonts(family: PDF.family)
    }

    deinit {
        for layout in layouts.values { g_object_unref(UnsafeMutableRawPointer(layout)) }
        g_object_unref(UnsafeMutableRawPointer(typesetter))
        cairo_destroy(context)
        // Writes what is left, into the sink that is still there.
        cairo_surface_destroy(surface)
    }

    /// Goes on on a new page. The first one is begun like the others.
    package func beginPage() {
        if pageCount > 0 { cairo_show_page(context) }
        pageCount += 1
    }

    /// The whole file. Nothing can be drawn after it.
    package func finish() -> [UInt8] {
        precondition(pageCount > 0, "A document has a page.")
        cairo_show_page(context)
        cairo_surface_finish(surface)
        let status = cairo_surface_status(surface)
        precondition(
            status == CAIRO_STATUS_SUCCESS,
            "Cairo could not draw: \(String(cString: cairo_status_to_string(status)))")
        return sink.bytes
    }

    private final class Sink {
        var bytes: [UInt8] = []
    }
}

// MARK: - Text

extension PDF {
    package struct Font: Hashable, Sendable {
        package let size: Double
        package let isBold: Bool

        package init(_ size: Double, isBold: Bool = false) {
            self.size = size
            self.isBold = isBold
        }
    }

    package enum Alignment: Sendable {
        case left, right, center
    }

    /// Writes a text from `x` to the right, its top at `y`. With a width it wraps, between words where it can be, and is
    /// aligned in it; several lines by themselves are kept.
    /// - Returns: how high it is.
    @discardableResult
    package func write(
        _ text: String, x: Double, y: Double, width: Double? = nil, font: Font, alignment: Alignment = .left,
        ink: Ink = .black
    ) -> Double {
        let layout = layout(Setting(text: text, width: width, font: font, alignment: alignment))
        use(ink)
        cairo_move_to(context, x, y)
        pango_cairo_show_layout(context, layout)
        return size(of: layout).height
    }

    /// How high a text would be.
    package func height(of text: String, width: Double? = nil, font: Font) -> Double {
        size(of: layout(Setting(text: text, width: width, font: font, alignment: .left))).height
    }

    /// How wide a text would be on one line.
    package func width(of text: String, font: Font) -> Double {
        size(of: layout(Setting(text: text, width: nil, font: font, alignment: .left))).width
    }

    private struct Setting: Hashable {
        let text: String
        let width: Double?
        let font: Font
        let alignment: Alignment
    }

    private func size(of layout: OpaquePointer) -> (width: Double, height: Double) {
        var (width, height): (Int32, Int32) = (0, 0)
        pango_layout_get_size(layout, &width, &height)
        return (Double(width) / Double(PANGO_SCALE), Double(height) / Double(PANGO_SCALE))
    }

    private func layout(_ setting: Setting) -> OpaquePointer {
        if let layout = layouts[setting] { return layout }
        guard let layout = pango_layout_new(typesetter) else {
            preconditionFailure("Pango has no memory for a text.")
        }
        pango_layout_set_font_description(layout, fonts.description(setting.font))
        pango_layout_set_width(layout, setting.width.map { Int32($0 * Double(PANGO_SCALE)) } ?? -1)
        pango_layout_set_wrap(layout, PANGO_WRAP_WORD_CHAR)
        switch setting.alignment {
        case .left: pango_layout_set_alignment(layout, PANGO_ALIGN_LEFT)
        case .right: pango_layout_set_alignment(layout, PANGO_ALIGN_RIGHT)
        case .center: pango_layout_set_alignment(layout, PANGO_ALIGN_CENTER)
        }
        // What is no text for C ends it, and could not be seen anyway.
        let visible = setting.text.utf8.contains(0) ? setting.text.filter { $0 != "\0" } : setting.text
        pango_layout_set_text(layout, visible, -1)
        layouts[setting] = layout
        return layout
    }

    private final class Fonts {
        private let family: String
        private var descriptions: [Font: OpaquePointer] = [:]

        init(family: String) {
            self.family = family
        }

        deinit {
            for description in descriptions.values { pango_font_description_free(description) }
        }

        func description(_ font: Font) -> OpaquePointer {
            if let description = descriptions[font] { return description }
            guard let description = pango_font_description_new() else {
                preconditionFailure("Pango has no memory for a font's description.")
            }
            pango_font_description_set_family(description, family)
            pango_font_description_set_weight(description, font.isBold ? PANGO_WEIGHT_BOLD : PANGO_WEIGHT_NORMAL)
            // Absolute: in points of the page, whatever resolution a screen has.
            pango_font_description_set_absolute_size(description, font.size * Double(PANGO_SCALE))
            descriptions[font] = description
            return description
        }
    }
}
