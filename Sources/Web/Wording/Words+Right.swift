extension Words {
    /// What a right allows, by the name that it has in Access.
    package func right(_ name: String) -> String { self("rights.\(name.replacing(":", with: "_"))") }
}
