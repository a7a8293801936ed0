import Kernel
import Testing
import Web

@Suite struct HTMLTests {
    @Test(arguments: [
        ("a < b", "a &lt; b"), ("a > b", "a &gt; b"), ("R&D", "R&amp;D"), ("\"", "&quot;"), ("it's", "it&#39;s"),
        ("&lt;", "&amp;lt;"), ("<>&\"'", "&lt;&gt;&amp;&quot;&#39;"), ("", ""), ("Zoë 中 🏔", "Zoë 中 🏔"),
        ("<script>alert('x')</script>", "&lt;script&gt;alert(&#39;x&#39;)&lt;/script&gt;"),
        ("\" onclick=\"x", "&quot; onclick=&quot;x"),
    ])
    func `What is interpolated as text is escaped, all five characters`(text: String, escaped: String) {
        let html: HTML = "<p title=\"\(text)\">\(text)</p>"
        #expect(html.text == "<p title=\"\(escaped)\">\(escaped)</p>")
        #expect(HTML(text).text == escaped)
    }

    @Test func `Markup inside markup is inserted once, as it is`() {
        let inner: HTML = "<b>\("<")</b>"
        let outer: HTML = "<p>\(inner)\(inner)</p>"
        #expect(outer.text == "<p><b>&lt;</b><b>&lt;</b></p>")
    }

    @Test func `A list of markup is one after the other`() {
        let rows = ["a", "<", "c"].map { "<li>\($0)</li>" as HTML }
        let list: HTML = "<ul>\(rows)\([HTML]())</ul>"
        #expect(list.text == "<ul><li>a</li><li>&lt;</li><li>c</li></ul>")
    }

    @Test func `What is not there leaves nothing`() {
        let noText: String? = nil
        let text: String? = "<"
        let noHTML: HTML? = nil
        let html: HTML? = "<i>"
        let whole: HTML = "[\(noText)|\(text)|\(noHTML)|\(html)]"
        #expect(whole.text == "[|&lt;||<i>]")
    }

    @Test func `Numbers, keys and links are inserted in their place`() {
        let link: Link = "/a?b=\("1&2")&c=3"
        let html: HTML = "<a href=\"\(link)\">\(-5)\(PersonID(rawValue: 7))</a>"
        #expect(html.text == "<a href=\"/a?b=1%262&amp;c=3\">-57</a>")
    }

    @Test func `Conditional markup is only made under its condition`() {
        var made = 0
        func part() -> HTML {
            made += 1
            return "<i>"
        }
        #expect(when(false, part()).isEmpty)
        #expect(made == 0)
        #expect(when(true, part()).text == "<i>")
    }

    @Test func `An attribute is quoted and escaped, or absent`() {
        #expect(attribute("title", "a\"b").text == " title=\"a&quot;b\"")
        #expect(attribute("title", nil).isEmpty)
    }
}
