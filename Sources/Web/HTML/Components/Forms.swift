import Kernel

extension Visit {
    /// The hidden fields that every form of ours starts with.
    package var formFields: HTML { "<input type=\"hidden\" name=\"csrf\" value=\"\(formToken)\">" }
}

/// A field of a form as a page describes it.
package struct Field: Sendable {
    let name: String
    let label: String
    var type = "text"
    var hint: String?
    var autocomplete: String?
    var inputMode: String?
    var max: Int?
    var isRequired = true
    /// Not required by itself, but by what is chosen beside it: then it is not called optional either.
    var isConditional = false
    var isShort = false

    package init(
        _ name: String, label: String, type: String = "text", hint: String? = nil, autocomplete: String? = nil,
        inputMode: String? = nil, max: Int? = nil, isRequired: Bool = true, isConditional: Bool = false,
        isShort: Bool = false
    ) {
        self.name = name
        self.label = label
        self.type = type
        self.hint = hint
        self.autocomplete = autocomplete
        self.inputMode = inputMode
        self.max = max
        self.isRequired = isRequired && !isConditional
        self.isConditional = isConditional
        self.isShort = isShort
    }
}

extension Field {
    /// What was typed here is never sent back to a page, whatever happened to the form.
    fileprivate var isSecret: Bool {
        type == "password" || type == "file" || ["cc-number", "cc-csc", "one-time-code"].contains(autocomplete)
    }
}

extension Form {
    /// The error summary above the heading: what is wrong, each linked to its field. Takes the focus by script.
    package func summary(_ words: Words) -> HTML {
        if problems.isEmpty { return .empty }
        let rows = problems.map { problem -> HTML in
            let sentence = words(problem.word, problem.arguments)
            guard let field = problem.field else { return "<li>\(sentence)</li>" }
            return "<li><a href=\"\(Link("#\(field)"))\">\(sentence)</a></li>"
        }
        return """
            <div class="errors" role="alert" tabindex="-1" autofocus aria-labelledby="errors-title">
            <h2 id="errors-title">\(words("form.errors"))</h2>
            <ul role="list">\(rows)</ul>
            </div>
            """
    }

    /// Label above, hint below it, the problem beside the field, and what was typed.
    package func field(_ field: Field, _ words: Words) -> HTML {
        let value = field.isSecret ? "" : typed(field.name)
        return """
            <div class="field">
            <label for="\(field.name)">\(field.label)\(optional(field.isRequired || field.isConditional, words))</label>
            \(hint(field.name, field.hint))
            <input class="input\(field.isShort ? " short" : "")" id="\(field.name)" name="\(field.name)" type="\(field.type)"\
            \(when(!value.isEmpty, " value=\"\(value)\""))\
            \(attribute("autocomplete", field.autocomplete))\(attribute("inputmode", field.inputMode))\
            \(attribute("maxlength", field.max.map { String($0) }))\(when(field.isRequired, " required"))\
            \(described(field.name, hasHint: field.hint != nil))>
            \(error(field.name, words))
            </div>
            """
    }

    /// The same for a text of several lines.
    package func textArea(_ field: Field, rows: Int, _ words: Words) -> HTML {
        """
        <div class="field">
        <label for="\(field.name)">\(field.label)\(optional(field.isRequired || field.isConditional, words))</label>
        \(hint(field.name, field.hint))
        <textarea class="input" id="\(field.name)" name="\(field.name)" rows="\(rows)"\
        \(attribute("maxlength", field.max.map { String($0) }))\(when(field.isRequired, " required"))\
        \(described(field.name, hasHint: field.hint != nil))>
        \(typed(field.name))</textarea>
        \(error(field.name, words))
        </div>
        """
    }

    package func select(
        _ name: String, label: String, hint text: String? = nil, autocomplete: String? = nil,
        options: [(value: String, title: String)], _ words: Words
    ) -> HTML {
        let chosen = typed(name)
        let rows = options.map { option -> HTML in
            "<option value=\"\(option.value)\"\(when(option.value == chosen, " selected"))>\(option.title)</option>"
        }
        return """
            <div class="field">
            <label for="\(name)">\(label)</label>
            \(hint(name, text))
            <select class="input" id="\(name)" name="\(name)"\(attribute("autocomplete", autocomplete))\
            \(described(name, hasHint: text != nil))>\(rows)</select>
            \(error(name, words))
            </div>
            """
    }

    /// Radio buttons under one legend.
    package func choices(
        _ name: String, legend: String, options: [(value: String, title: String, detail: String?)], _ words: Words
    ) -> HTML {
        let chosen = typed(name)
        let rows = options.enumerated().map { index, option -> HTML in
            """
            <label class="choice"><input type="radio" name="\(name)" value="\(option.value)"\
            \(when(index == 0, " id=\"\(name)\""))\(when(option.value == chosen, " checked"))>\
            <span><strong>\(option.title)</strong>\(option.detail.map { "<small>\($0)</small>" as HTML })</span></label>
            """
        }
        return """
            <fieldset class="stack"\(described(name, hasHint: false))><legend>\(legend)</legend>
            \(rows)
            \(error(name, words))
            </fieldset>
            """
    }

    package func checkbox(_ name: String, label: String, value: String = "yes") -> HTML {
        """
        <label class="check"><input type="checkbox" id="\(name)" name="\(name)" value="\(value)"\
        \(when(isChecked(name, value), " checked"))><span>\(label)</span></label>
        """
    }

    /// Something that is on or off, with what it is about below its name. The switches of one name are a list of values.
    package func toggle(_ name: String, value: String, label: String, detail: String) -> HTML {
        """
        <label class="check"><input type="checkbox" role="switch" name="\(name)" value="\(value)"\
        \(when(isChecked(name, value), " checked"))><span><strong>\(label)</strong><small>\(detail)</small></span></label>
        """
    }

    package func hidden(_ name: String) -> HTML {
        "<input type=\"hidden\" name=\"\(name)\" value=\"\(typed(name))\">"
    }

    private func optional(_ isRequired: Bool, _ words: Words) -> HTML {
        isRequired ? .empty : " <small>\(words("form.optional"))</small>"
    }

    private func hint(_ name: String, _ text: String?) -> HTML {
        text.map { "<p class=\"hint\" id=\"\(name)-hint\">\($0)</p>" } ?? .empty
    }

    /// What is wrong with a field, for controls that have no component.
    package func error(_ name: String, _ words: Words) -> HTML {
        guard let problem = problem(of: name) else { return .empty }
        return "<p class=\"error\" id=\"\(name)-error\">\(icon("warning"))\(words(problem.word, problem.arguments))</p>"
    }

    private func described(_ name: String, hasHint: Bool) -> HTML {
        let hasError = problem(of: name) != nil
        let ids = [hasHint ? "\(name)-hint" : nil, hasError ? "\(name)-error" : nil].compactMap { $0 }
        if ids.isEmpty { return .empty }
        return "\(when(hasError, " aria-invalid=\"true\"")) aria-describedby=\"\(ids.joined(separator: " "))\""
    }
}

package func attribute(_ name: StaticString, _ value: String?) -> HTML {
    guard let value else { return .empty }
    return " \(name)=\"\(value)\""
}
