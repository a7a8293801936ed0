import Foundation
import Kernel
import Testing

@testable import Web

@Suite struct JSONWriterTests {
    @Test(arguments: [
        "", "plain", "\"", "\\", "\\\"", "a/b", "line\nbreak", "\r\n\t", "\u{0}\u{1}\u{1f}\u{7f}", "\u{2028}\u{2029}",
        "Zoë 中 🏔", "</script>", "\u{8}\u{c}", "e\u{301}", "\u{10ffff}\u{fffd}",
    ])
    func `Any text comes out of a JSON reader as it went in`(text: String) throws {
        var writer = JSONWriter()
        writer.object { $0.field("text", text) }
        let read = try JSONSerialization.jsonObject(with: Data(writer.bytes)) as? [String: String]
        #expect(read?["text"].map { Array($0.unicodeScalars) } == Array(text.unicodeScalars))
    }

    @Test func `Fields come in the order they were written, commas only between them`() {
        var writer = JSONWriter()
        writer.object { object in
            object.field("z", 1)
            object.field("a", "x")
            object.field("nothing", String?.none)
            object.field("id", OrderID(rawValue: 7))
            object.field("no_id", OrderID?.none)
            object.field("at", Instant(milliseconds: 1999))
            object.field("flag", true)
            object.null("null")
            object.object("empty") { _ in }
            object.array("list", [1, 2, 3]) { $0.integer(Int64($1)) }
            object.array("none", [Int]()) { $0.integer(Int64($1)) }
            object.array("objects", ["a", "b"]) { writer, name in writer.object { $0.field("name", name) } }
        }
        #expect(
            String(decoding: writer.bytes, as: UTF8.self)
                == "{\"z\":1,\"a\":\"x\",\"nothing\":null,\"id\":7,\"no_id\":null,\"at\":1,\"flag\":true,\"null\":null,"
                + "\"empty\":{},\"list\":[1,2,3],\"none\":[],\"objects\":[{\"name\":\"a\"},{\"name\":\"b\"}]}")
    }
}

@Suite struct ReplyTests {
    private func text(_ reply: Reply) -> String { String(decoding: reply.bytes, as: UTF8.self) }

    @Test func `A success says so before its data`() {
        let reply = Reply.success(status: 201) { $0.boolean(true) }
        #expect(reply.status == 201)
        #expect(text(reply) == "{\"result\":\"success\",\"data\":true}")
    }

    @Test func `A list says how much there is and where in it this is`() {
        let list = Listing(items: ["c"], total: 5, paging: Paging(page: 3, size: 2))
        #expect(
            text(.list(list) { $0.string($1) })
                == "{\"result\":\"success\",\"data\":[\"c\"],\"total\":5,\"page\":3,\"pages\":3,\"items_per_page\":2}")
    }

    @Test func `One problem is its code and its sentence`() throws {
        let reply = Reply.error([.notFound], words: try webWords(.english))
        #expect(reply.status == 404)
        #expect(
            text(reply).hasPrefix(
                "{\"result\":\"error\",\"error\":{\"code\":\"object_not_found\",\"description\":\"There is"))
        #expect(!text(reply).contains("errors"))
    }

    @Test func `What cannot be accepted is listed attribute by attribute`() throws {
        let problems: [Problem] = [
            .field("name", "form.required", code: "validation_rule_required"),
            .field("note", "form.too_long", code: "validation_rule_max", ["max": "5"]),
        ]
        let reply = Reply.error(problems, words: try webWords(.english))
        #expect(reply.status == 422)
        #expect(
            text(reply)
                == "{\"result\":\"error\",\"error\":{\"code\":\"validation_failed\",\"description\":\"Some of what was sent cannot "
                + "be accepted.\",\"errors\":[{\"code\":\"validation_rule_required\",\"description\":\"Fill in this field.\","
                + "\"context\":{\"attribute\":\"name\"}},{\"code\":\"validation_rule_max\",\"description\":\"Use at most 5 "
                + "characters here.\",\"context\":{\"attribute\":\"note\"}}]}}")
    }

    @Test(arguments: [
        (Problem.Kind.malformed, 400), (.unauthorized, 401), (.forbidden, 403), (.notFound, 404),
        (.wrongMethod(allowed: "GET"), 405), (.conflict, 409), (.gone, 410), (.tooLarge, 413), (.unsupportedType, 415),
        (.invalid, 422), (.tooMany(retryAfterSeconds: 1), 429), (.unavailable(retryAfterSeconds: 1), 503),
    ])
    func `A kind of problem has its status`(kind: Problem.Kind, status: Int) {
        #expect(Problem(kind, code: "x", word: "x").status == status)
    }
}

@Suite struct PagingTests {
    @Test(arguments: [
        (1, 20, 1, 20, 0), (3, 50, 3, 50, 100), (0, 20, 1, 20, 0), (-5, 0, 1, 1, 0), (1, 101, 1, 100, 0),
        (.max, .max, 1_000_000, 100, 99_999_900), (.min, .min, 1, 1, 0),
    ])
    func `A page out of bounds is brought back into them`(page: Int, size: Int, isPage: Int, isSize: Int, offset: Int) {
        let paging = Paging(page: page, size: size)
        #expect(paging.page == isPage)
        #expect(paging.size == isSize)
        #expect(paging.offset == offset)
    }

    @Test(arguments: [(0, 1), (1, 1), (20, 1), (21, 2), (40, 2), (41, 3)])
    func `There are as many pages as the items fill, and at least one`(total: Int, pages: Int) {
        #expect(Listing(items: [Int](), total: total, paging: Paging()).pages == pages)
    }
}
