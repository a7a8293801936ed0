/// An icon of `Public/icons.svg`; takes its size and colour from where it stands. Always beside words.
package func icon(_ name: StaticString) -> HTML { icon("\(name)") }

package func icon(_ name: String) -> HTML {
    """
    <svg class="icon" viewBox="0 0 20 20" aria-hidden="true"><use href="\(Sprite.link(name))"/></svg>
    """
}

/// Where the icons are served. The name carries the fingerprint of the file, so that browsers may keep it for ever; a tidy
/// test holds the constant against the file and says what to write here when the icons change.
package enum Sprite {
    package static let fingerprint = "0e1802f646f445e5"

    static let fileName = "icons.\(fingerprint).svg"

    static func link(_ icon: String) -> Link { Link(stringLiteral: "/assets/\(fileName)#\(icon)") }
}
