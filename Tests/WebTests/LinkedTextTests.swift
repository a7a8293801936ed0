import Testing
import Web

@Suite("Addresses in plain text")
struct LinkedTextTests {
    @Test(
        "become links, and the sentence around them stays outside",
        arguments: [
            ("none here", "none here"),
            ("https://a.example", "<a href=\"https://a.example\">https://a.example</a>"),
            (
                "See https://a.example/b?c=1&d, or",
                "See <a href=\"https://a.example/b?c=1&amp;d\">https://a.example/b?c=1&amp;d</a>, or"
            ),
            ("(https://a.example/b).", "(<a href=\"https://a.example/b\">https://a.example/b</a>)."),
            ("https://a.example/b_(c)", "<a href=\"https://a.example/b_(c)\">https://a.example/b_(c)</a>"),
            (
                "https://a.example\nhttps://b.example",
                "<a href=\"https://a.example\">https://a.example</a><br><a href=\"https://b.example\">https://b.example</a>"
            ),
            ("http://a.example javascript:alert(1)", "http://a.example javascript:alert(1)"),
            ("https:// nothing", "https:// nothing"),
            (
                "https://a.example/\"onclick=x <b>",
                "<a href=\"https://a.example/\">https://a.example/</a>&quot;onclick=x &lt;b&gt;"
            ),
        ])
    func links(_ text: String, _ html: String) {
        #expect(linked(text).text == html)
    }
}
