import Kernel
import Testing

@testable import Organizations

@Suite("Addresses as people type them")
struct AddressListTests {
    @Test(
        "Commas, semicolons, blanks, lines and names all work",
        arguments: [
            ("", [], []),
            (" \n ,;", [], []),
            ("a@b.ch", ["a@b.ch"], []),
            (
                "a@b.ch, c@d.ch;e@f.ch g@h.ch\ni@j.ch\r\nk@l.ch",
                ["a@b.ch", "c@d.ch", "e@f.ch", "g@h.ch", "i@j.ch", "k@l.ch"], []
            ),
            ("Marie Rossier <marie@atelier.example>", ["marie@atelier.example"], []),
            ("\"Rossier, Marie\" <marie@atelier.example>, p@q.ch", ["marie@atelier.example", "p@q.ch"], []),
            ("<a@b.ch> Paul <c@d.ch>", ["a@b.ch", "c@d.ch"], []),
            ("Marie <a@b.ch> c@d.ch", ["a@b.ch", "c@d.ch"], []),
            ("marie@", [], ["marie@"]),
            ("Marie <marie>", [], ["marie"]),
            ("a@b.ch Marie", ["a@b.ch"], ["Marie"]),
            ("Marie <a@b.ch", [], ["Marie", "<a@b.ch"]),
            ("\"a@b.ch", [], ["\"a@b.ch"]),
            ("a@b@c.ch, <>", [], ["a@b@c.ch", ""]),
        ] as [(String, [String], [String])])
    func reading(_ text: String, _ addresses: [String], _ malformed: [String]) {
        let list = AddressList(text)
        #expect(list.addresses.map(\.description) == addresses)
        #expect(list.malformed == malformed)
    }

    @Test("Whoever stands there twice is taken once, whatever the case, and named")
    func repeated() {
        let list = AddressList("Marie@b.ch, marie@B.ch, MARIE@b.ch, c@d.ch")
        #expect(list.addresses.map(\.description) == ["Marie@b.ch", "c@d.ch"])
        #expect(list.repeated.map(\.key) == ["marie@b.ch"])
        #expect(list.count == 2)
    }

    @Test("What cannot be read is quoted at a length that fits into a sentence")
    func long() {
        let list = AddressList(String(repeating: "x", count: 500))
        #expect(list.malformed.map(\.count) == [61])
    }
}
