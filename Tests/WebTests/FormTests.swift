import Kernel
import Testing
import Web

@Suite struct FormTests {
    struct Text: CustomTestStringConvertible, Sendable {
        let name: String
        let typed: String?
        var isRequired = true
        var read = ""
        var code: String?
        var word: String?
        var testDescription: String { name }

        static let all = [
            Text(name: "exactly the limit", typed: "abcde", read: "abcde"),
            Text(name: "one more", typed: "abcdef", read: "abcdef", code: "validation_rule_max", word: "form.too_long"),
            Text(name: "blanks around do not count", typed: " \u{a0}abcde\r\n", read: "abcde"),
            Text(name: "five letters, though more bytes", typed: "Zoë🏔é", read: "Zoë🏔é"),
            Text(name: "missing", typed: nil, code: "validation_rule_required", word: "form.required"),
            Text(name: "empty", typed: "", code: "validation_rule_required", word: "form.required"),
            Text(name: "only blanks", typed: " \t\n ", code: "validation_rule_required", word: "form.required"),
            Text(name: "empty, but not required", typed: "", isRequired: false),
            Text(
                name: "a control character", typed: "a\u{0}b", read: "a\u{0}b", code: "validation_rule_invalid",
                word: "form.control_characters"),
            Text(
                name: "a line break inside a line", typed: "a\nb", read: "a\nb", code: "validation_rule_invalid",
                word: "form.control_characters"),
        ]
    }

    @Test(arguments: Text.all) func `A line is read within its limits, and a problem says which`(_ row: Text) {
        var form = Form(values: row.typed.map { ["name": [$0]] } ?? [:])
        #expect(form.text("name", max: 5, isRequired: row.isRequired) == row.read)
        #expect(form.problem(of: "name")?.code == row.code)
        #expect(form.problem(of: "name")?.word == row.word)
        #expect(form.problems.count == (row.code == nil ? 0 : 1))
        #expect(form.typed("name") == row.typed ?? "", "What was typed is kept for the page.")
    }

    @Test func `A value has one problem, whatever is wrong first`() {
        var form = Form(["email": "nobody", "empty": ""])
        #expect(form.value("email", otherwise: "form.required", { EmailAddress($0) }) == nil)
        #expect(form.value("empty", otherwise: "form.too_long", { EmailAddress($0) }) == nil)
        #expect(form.problems.map(\.word) == ["form.required", "form.required"])
        #expect(form.problems.map(\.field) == ["email", "empty"])
        #expect(throws: Problems.self) { try form.check() }
    }

    @Test func `A form without a problem passes`() throws {
        var form = Form(["email": " a@b.ch "])
        #expect(form.value("email", otherwise: "form.required", { EmailAddress($0) })?.description == "a@b.ch")
        try form.check()
    }

    @Test func `The last of several values counts for a line, all of them for a list`() {
        let form = Form(values: ["a": ["1", "2"], "agree": ["no", "yes"]])
        #expect(form.typed("a") == "2")
        #expect(form.list("a") == ["1", "2"])
        #expect(form.isChecked("agree"))
        #expect(!form.isChecked("a"))
        #expect(!form.isChecked("missing"))
    }

    @Test func `Filling leaves alone what was typed, even nothing`() {
        var form = Form(["typed": "x", "emptied": ""])
        for name in ["typed", "emptied", "new"] { form.fill(name, "default") }
        #expect(["typed", "emptied", "new"].map { form.typed($0) } == ["x", "", "default"])
    }

    @Test func `The hidden state is only renewed when it turned out to be old`() {
        var form = Form(["version": "3"])
        form.refresh("version", "4")
        #expect(form.typed("version") == "3")
        form.add(Problem(.conflict, code: "changed_meanwhile", word: "form.changed_meanwhile"))
        form.refresh("version", "4")
        #expect(form.typed("version") == "4")
    }

    @Test func `What is secret does not come back to the page`() throws {
        let words = try webWords(.english)
        let form = Form(["password": "hunter2", "card": "4242"])
        #expect(!form.field(Field("password", label: "Password", type: "password"), words).text.contains("hunter2"))
        #expect(!form.field(Field("card", label: "Card", autocomplete: "cc-number"), words).text.contains("4242"))
    }

    @Test func `The page shows the value typed, escaped, its problem beside it and above`() throws {
        let words = try webWords(.english)
        var form = Form(["name": "<b>"])
        form.add(.field("name", "form.too_long", ["max": "5"]))
        let html = form.field(Field("name", label: "Name", hint: "As on your card"), words).text
        #expect(html.contains("value=\"&lt;b&gt;\""))
        #expect(html.contains("aria-invalid=\"true\" aria-describedby=\"name-hint name-error\""))
        #expect(html.contains("Use at most 5 characters here."))
        #expect(form.summary(words).text.contains("<a href=\"#name\">Use at most 5 characters here.</a>"))
        #expect(Form().summary(words).isEmpty)
    }

    @Test(arguments: ["password", "file"]) func `A password or a file is never sent back to the page`(type: String)
        throws
    {
        let form = Form(["secret": "hunter2"])
        #expect(
            !form.field(Field("secret", label: "Secret", type: type), try webWords(.english)).text.contains("hunter2"))
    }
}
