import Documents
import Testing

@Suite struct CSVTests {
    @Test(
        "Cells that a spreadsheet would compute are text",
        arguments: [
            ("=1+1", "'=1+1"), ("+41", "'+41"), ("-5", "'-5"), ("@SUM(A1)", "'@SUM(A1)"), ("\t=1", "'\t=1"),
            ("\r=1", "\"'\r=1\""), ("\n=1", "\"'\n=1\""), ("\r\n=1", "\"'\r\n=1\""), ("a=1", "a=1"), ("", ""),
            ("a,b", "\"a,b\""), ("a\"b", "\"a\"\"b\""), ("a\nb", "\"a\nb\""), ("a\r\nb", "\"a\r\nb\""),
            ("=\"a\"", "\"'=\"\"a\"\"\""), ("Zoë", "Zoë"), ("\"\u{301}", "\"\"\"\u{301}\""),
        ])
    func texts(_ text: String, _ field: String) {
        #expect(CSV.field(.text(text)) == field)
    }

    @Test(
        "Numbers are computed with, and nothing else passes for one",
        arguments: [
            ("12", "12"), ("-12.50", "-12.50"), ("0.05", "0.05"), ("-", "'-"), ("1.", "1."), ("-1.2.3", "'-1.2.3"),
            ("-1+cmd", "'-1+cmd"), ("1'000", "1'000"), ("", ""), ("=1", "'=1"),
        ])
    func numbers(_ text: String, _ field: String) {
        #expect(CSV.field(.number(text)) == field)
    }

    @Test func `Rows end with CR and LF`() {
        var table = CSV()
        table.row(["a", "b"])
        table.row([.text("-x"), .number("-1.50")])
        #expect(table.bytes == Array("a,b\r\n'-x,-1.50\r\n".utf8))
    }
}
