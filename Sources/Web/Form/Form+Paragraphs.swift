import Kernel

extension Form {
    /// Reads a text of several lines without its outer blanks; its lines end with `\n`, however the browser ends them.
    /// - Parameter max: characters; beyond it the field has a problem.
    package mutating func paragraphs(_ name: String, max: Int, isRequired: Bool = true) -> String {
        let text = typed(name).replacing("\r\n", with: "\n").replacing("\r", with: "\n").trimmed
        if text.isEmpty {
            if isRequired { add(.field(name, "form.required", code: "validation_rule_required")) }
        } else if text.count > max {
            add(.field(name, "form.too_long", code: "validation_rule_max", ["max": String(max)]))
        } else if text.unicodeScalars.contains(where: Form.isForbidden) {
            add(.field(name, "form.control_characters"))
        }
        return text
    }

    private static func isForbidden(_ scalar: Unicode.Scalar) -> Bool {
        scalar.properties.generalCategory == .control && scalar != "\n" && scalar != "\t"
    }
}
