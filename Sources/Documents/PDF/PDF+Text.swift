import CPango

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
        content.fill(with: ink)
        let iterator = pango_layout_get_iter(layout)
        repeat {
            // None at the end of a line.
            guard let run = pango_layout_iter_get_run_readonly(iterator) else { continue }
            var place = PangoRectangle()
            pango_layout_iter_get_run_extents(iterator, nil, &place)
            let baseline = PDF.points(pango_layout_iter_get_baseline(iterator))
            show(run.pointee, of: layout, at: (x + PDF.points(place.x), y + baseline))
        } while pango_layout_iter_next_run(iterator) != 0
        pango_layout_iter_free(iterator)
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

    struct Setting: Hashable {
        let text: String
        let width: Double?
        let font: Font
        let alignment: Alignment
    }

    private func size(of layout: OpaquePointer) -> (width: Double, height: Double) {
        var (width, height): (Int32, Int32) = (0, 0)
        pango_layout_get_size(layout, &width, &height)
        return (PDF.points(width), PDF.points(height))
    }

    static func points(_ length: Int32) -> Double { Double(length) / Double(PANGO_SCALE) }

    private func layout(_ setting: Setting) -> OpaquePointer {
        if let layout = layouts[setting] { return layout }
        guard let layout = pango_layout_new(typesetter) else {
            preconditionFailure("Pango has no memory for a text.")
        }
        pango_layout_set_font_description(layout, descriptions.description(setting.font))
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

    /// Pango's names of fonts.
    final class Descriptions {
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
