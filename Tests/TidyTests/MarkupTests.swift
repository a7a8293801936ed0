import Testing

/// What pages are written with.
@Suite struct MarkupTests {
    /// Whole elements, and attributes that are added to one: ` aria-current="page"`.
    private static let markup = Literal.all.filter {
        $0.text.contains(/<\/?[a-z!]/) || $0.text.contains(/^\s[a-z-]+="/)
    }

    /// Mail is read where there is no stylesheet of ours.
    private func isMail(_ literal: Literal) -> Bool { literal.path.hasPrefix("Sources/Web/Mail/") }

    private func found(_ pattern: Regex<Substring>) -> [Literal] {
        MarkupTests.markup.filter { !isMail($0) && $0.text.contains(pattern) }
    }

    @Test func `Markup was found`() {
        #expect(MarkupTests.markup.count > 150)
        #expect(
            MarkupTests.markup.contains {
                $0.path == "Sources/Web/Shell/Shell.swift" && $0.text.contains("<!doctype html>")
            })
    }

    @Test func `An attribute's value is always quoted`() {
        let unquoted = MarkupTests.markup.filter { literal in
            let withoutValues = literal.text.replacing(/"[^"]*"/, with: "\"\"")
            return withoutValues.contains(/[ \n][a-z][a-zA-Z-]*=[^"\s]/)
        }
        #expect(unquoted.isEmpty)
        let bare = Literal.all.filter { $0.text.contains(/^\s[a-z-]+=\u{fffc}/) }
        #expect(bare.isEmpty)
    }

    @Test func `Nothing is trusted to be markup but what is on this list`() {
        let allowed: Set<String> = ["Sources/Web/HTML/HTML.swift"]
        let trusting = Tree.sources.filter { $0.text.contains("trusted:") && !allowed.contains($0.path) }
        #expect(trusting.isEmpty)
    }

    @Test func `No page has a style of its own`() {
        #expect(found(/\ style=|<style/).isEmpty)
    }

    @Test func `No page has a script of its own`() {
        #expect(found(/<script(?![^>]* src=)/).isEmpty)
        #expect(found(/[ \n]on[a-z]+=/).isEmpty)
        #expect(found(/javascript:/).isEmpty)
    }

    @Test func `Nothing on a page comes from another host`() {
        #expect(found(/(?:src|href|action)="(?:https?:)?\/\//).isEmpty)
    }
}
