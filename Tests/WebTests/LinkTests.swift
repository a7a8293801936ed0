import Kernel
import Testing
import Web

@Suite struct LinkTests {
    @Test(arguments: ["/", "/profile", "/organizations/12?page=2#a", "/a//b", "/é", "/a%2Fb"])
    func `A path of our own is taken from outside`(path: String) {
        #expect(Link(own: path)?.text == path)
    }

    @Test(arguments: [
        "", "profile", "//evil.example", "///evil.example", "/\\evil.example", "/a\\b", "\\\\evil.example", "/a b",
        "/a\tb",
        "/\t/evil.example", "/a\r\nSet-Cookie: x=1", "/\n/evil.example", " /a", "/a\u{0}", "/a\u{7f}",
        "javascript:alert(1)",
        "https://evil.example", "mailto:a@b.ch", "?a", "#a", "/\(String(repeating: "a", count: 2000))",
    ])
    func `What leads elsewhere or hides something is not a path of our own`(path: String) {
        #expect(Link(own: path) == nil)
    }

    @Test(arguments: [
        ("https://example.ch/a?b=c", true), ("http://127.0.0.1:8080/", true), ("javascript:alert(1)", false),
        ("data:text/html,x", false), ("//example.ch", false), ("/a", false), ("https://a b", false),
        ("https://a\r\nb", false), ("HTTPS://a", false), ("", false),
    ])
    func `Only the web is the web`(address: String, isAllowed: Bool) {
        #expect((Link(web: address)?.text == address) == isAllowed)
    }

    @Test func `What is interpolated cannot leave its place in the path`() {
        let link: Link = "/people/\("../../a/b?c#d&e=%")/\(OrderID(rawValue: 5))/\(12)"
        #expect(link.text == "/people/..%2F..%2Fa%2Fb%3Fc%23d%26e%3D%25/5/12")
        #expect(Link.encode("Zoë~-._A0 +") == "Zo%C3%AB~-._A0%20%2B")
        #expect(Link.encode("\r\n\u{0}") == "%0D%0A%00")
    }

    @Test func `A query is encoded, and what is empty is left out`() {
        let base: Link = "/list"
        #expect(base.query([("q", "a&b=c"), ("empty", ""), ("page", "2")]).text == "/list?q=a%26b%3Dc&page=2")
        #expect(base.query([]).text == "/list")
        #expect(Link("/list?a=1").query([("b", "2")]).text == "/list?a=1&b=2")
        #expect(Link("/sign-in").query([("next", "//evil.example")]).text == "/sign-in?next=%2F%2Fevil.example")
    }

    @Test func `A script is no link even where a programmer writes one`() async {
        await #expect(processExitsWith: .failure) { _ = Link(stringLiteral: "javascript:alert(1)") }
        await #expect(processExitsWith: .failure) { _ = Link(stringLiteral: "//evil.example") }
    }
}
