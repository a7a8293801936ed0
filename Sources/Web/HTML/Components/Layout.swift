package import Access
package import Kernel

/// The parts that pages are put together from; their looks are in `Public/css/components`.

/// The heading of a page, a sentence below it, and its one main action.
package func pageHead(_ title: String, _ lead: String? = nil, action: HTML = .empty) -> HTML {
    """
    <div class="head"><div><h1>\(title)</h1>\(lead.map { "<p>\($0)</p>" as HTML })</div>\(action)</div>
    """
}

package func crumbs(_ words: Words, _ steps: [(title: String, link: Link?)]) -> HTML {
    let rows = steps.map { step -> HTML in
        guard let link = step.link else { return "<li aria-current=\"page\">\(step.title)</li>" }
        return "<li><a href=\"\(link)\">\(step.title)</a></li>"
    }
    return "<nav class=\"crumbs\" aria-label=\"\(words("shell.breadcrumb"))\"><ol role=\"list\">\(rows)</ol></nav>"
}

package func card(_ title: String, action: HTML = .empty, isFlush: Bool = false, _ body: HTML) -> HTML {
    """
    <section class="card\(isFlush ? " flush" : "")">
    <header><h2>\(title)</h2>\(action)</header>
    <div class="body">\(body)</div>
    </section>
    """
}

/// A card without a heading of its own.
package func panel(isFlush: Bool = false, _ body: HTML) -> HTML {
    """
    <section class="card\(isFlush ? " flush" : "")"><div class="body">\(body)</div></section>
    """
}

package enum Tone: String, Sendable {
    case ok, warn, danger, info, off
}

package func banner(_ tone: Tone, icon name: StaticString, _ text: HTML, action: HTML = .empty) -> HTML {
    """
    <section class="banner \(tone.rawValue)">\(icon(name))<div>\(text)</div>\(action)</section>
    """
}

package func tag(_ tone: Tone, _ text: String) -> HTML { "<span class=\"tag \(tone.rawValue)\">\(text)</span>" }

package func button(_ title: String, icon name: StaticString? = nil, isWide: Bool = false) -> HTML {
    """
    <button class="btn primary\(isWide ? " large wide" : "")">\(name.map { icon($0) })\(title)</button>
    """
}

package func linkButton(_ title: String, _ link: Link, icon name: StaticString? = nil, isPrimary: Bool = false) -> HTML
{
    """
    <a class="btn\(isPrimary ? " primary" : "")" href="\(link)">\(name.map { icon($0) })\(title)</a>
    """
}

/// An action that cannot be done: visible, focusable, greyed, with the reason beside it (PERM-4), and what to do about it.
package func lockedAction(_ title: String, reason: String, id: String, action: HTML = .empty) -> HTML {
    """
    <span class="row"><button class="btn" type="button" data-state="locked" aria-disabled="true" \
    aria-describedby="\(id)-reason">\(icon("lock"))\(title)</button>\
    <small class="reason" id="\(id)-reason">\(reason)</small>\(action)</span>
    """
}

extension OrganizationVisit {
    /// An action that takes a right which the person lacks: greyed, with who can grant it and the way to ask them.
    package func locked<Missing: Right>(
        _ title: String, _ right: Missing.Type, id: String, product: ProductID? = nil
    ) -> HTML {
        if organization.through != nil {
            return lockedAction(
                title, reason: visit.words("access.reason.partner", ["organization": organization.name]), id: id)
        }
        return lockedAction(
            title, reason: visit.words("access.reason.\(Missing.grantedBy.rawValue)"), id: id,
            action:
                "<a href=\"\(Link.askForRight(Missing.name, in: organization.id, product: product))\">\(visit.words("access.ask"))</a>"
        )
    }
}

package func emptyState(icon name: StaticString, _ sentence: String, action: HTML = .empty) -> HTML {
    """
    <div class="empty">\(icon(name))<p>\(sentence)</p>\(action)</div>
    """
}

/// Rows of a name and its value, with what can be done about it.
package func summary(_ rows: [(name: String, value: HTML, action: HTML)]) -> HTML {
    let rows = rows.map {
        "<div><dt>\($0.name)</dt><dd>\($0.value)</dd>\($0.action.isEmpty ? .empty : "<dd>\($0.action)</dd>")</div>"
            as HTML
    }
    return "<dl class=\"summary\">\(rows)</dl>"
}

/// - Parameter label: tells it from another one on the page.
package func pager<Item>(
    _ list: Listing<Item>, _ words: Words, label: String? = nil, _ link: (Int) -> Link
) -> HTML {
    if list.pages <= 1 { return .empty }
    let page = list.paging.page
    return """
        <nav class="pager" aria-label="\(label ?? words("pager.label"))">
        \(when(page > 1, "<a class=\"btn\" rel=\"prev\" href=\"\(link(page - 1))\">\(words("pager.previous"))</a>"))
        <span>\(words("pager.position", ["page": String(page), "pages": String(list.pages)]))</span>
        \(when(page < list.pages, "<a class=\"btn\" rel=\"next\" href=\"\(link(page + 1))\">\(words("pager.next"))</a>"))
        </nav>
        """
}
