/// Keys of one kind in one text, `1,2,3`, as a database joins them: handed from one statement to the next without a look at
/// each, since a thousand of them may come with every request. A key may be in it twice.
package struct KeyList<Subject>: Sendable, Hashable {
    package let text: String

    package init(joined text: String) { self.text = text }

    package init(_ ids: Set<Identifier<Subject>>) { text = ids.idText }

    package var isEmpty: Bool { text.isEmpty }

    package var ids: Set<Identifier<Subject>> { Set(ids: text) }
}

extension Set where Element: RawRepresentable, Element.RawValue == Int64 {
    /// From `1,2,3`, as the database joins them and as invitations keep them. Read byte by byte, without a text for each.
    package init(ids text: String) {
        self.init(minimumCapacity: text.utf8.count / 4)
        var key: Int64?
        func end() {
            if let id = key.flatMap(Element.init(rawValue:)) { insert(id) }
            key = nil
        }
        for byte in text.utf8 {
            if (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) {
                key = (key ?? 0) &* 10 &+ Int64(byte &- UInt8(ascii: "0"))
            } else {
                end()
            }
        }
        end()
    }

    package var idText: String { map(\.rawValue).sorted().map(String.init).joined(separator: ",") }
}
