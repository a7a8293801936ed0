import Kernel
import Testing

@testable import Web

@Suite struct URLEncodedTests {
    @Test(
        arguments: [
            ("", [:]), ("a=1", ["a": ["1"]]), ("a=1&a=2&b=3", ["a": ["1", "2"], "b": ["3"]]), ("a", ["a": [""]]),
            ("a=", ["a": [""]]),
            ("a=b=c", ["a": ["b=c"]]), ("&&a=1&&", ["a": ["1"]]), ("a+b=c+d", ["a b": ["c d"]]),
            ("na%6De=Zo%C3%AB%20%2B%26", ["name": ["Zoë +&"]]), ("t=a%0D%0Ab", ["t": ["a\r\nb"]]), ("=1", ["": ["1"]]),
            ("a=é", ["a": ["é"]]), ("a=%e2%82%ac", ["a": ["€"]]),
        ] as [(String, [String: [String]])])
    func `A posted form is read as browsers write it`(text: String, values: [String: [String]]) throws {
        #expect(try FormBody.urlEncoded(text) == values)
    }

    @Test(arguments: ["a=%", "a=%4", "a=%zz", "a=%+1", "%=1", "a=%ff", "a=%C3", "a=%C3%28", "a=1&b=%ED%A0%80"])
    func `Broken escapes and broken UTF-8 are refused`(text: String) throws {
        let problem = try #require(throws: Problem.self) { try FormBody.urlEncoded(text) }
        #expect(problem.kind == .malformed)
    }

    @Test func `As many fields as the limit are read, one more is refused`() throws {
        func body(_ count: Int) -> String { (1...count).map { "f\($0)=\($0)" }.joined(separator: "&") }
        #expect(try FormBody.urlEncoded(body(FormBody.fieldsMax)).count == FormBody.fieldsMax)
        #expect(throws: Problem.self) { try FormBody.urlEncoded(body(FormBody.fieldsMax + 1)) }
    }
}

@Suite struct MultipartTests {
    private func part(_ head: String, _ content: [UInt8]) -> [UInt8] {
        Array("--X\r\n\(head)\r\n\r\n".utf8) + content + Array("\r\n".utf8)
    }

    private func field(_ name: String, _ text: String) -> [UInt8] {
        part("Content-Disposition: form-data; name=\"\(name)\"", Array(text.utf8))
    }

    private let end = Array("--X--\r\n".utf8)

    @Test func `Fields and a file are told apart, bytes untouched`() throws {
        let binary: [UInt8] = Array(0...255) + Array("\r\n--Y\r\n\r\n--".utf8) + [0, 13, 10, 13, 10, 255]
        let file = part(
            "Content-Disposition: form-data; name=\"picture\"; filename=\"me.png\"\r\nContent-Type: image/png", binary)
        let form = try FormBody.multipart(field("csrf", "t") + file + field("name", "Zoë") + end, boundary: "X")
        #expect(form.typed("csrf") == "t")
        #expect(form.typed("name") == "Zoë")
        #expect(form.typed("picture") == "")
        #expect(form.uploads["picture"]?.fileName == "me.png")
        #expect(form.uploads["picture"]?.bytes == binary)
    }

    @Test(arguments: ["", "a", "a\r\nb", "\r\n", "\r\n\r\n", "a\r\n", "--Y", "a--X--", "\n--X"])
    func `Content with line ends or something like a boundary stays whole`(text: String) throws {
        #expect(
            try FormBody.multipart(field("text", text) + field("after", "1") + end, boundary: "X").typed("text") == text
        )
    }

    @Test func `A file field that was left empty is no upload`() throws {
        let file = part("Content-Disposition: form-data; name=\"picture\"; filename=\"\"", [])
        let form = try FormBody.multipart(field("a", "1") + file + end, boundary: "X")
        #expect(form.uploads.isEmpty)
        #expect(form.typed("a") == "1")
    }

    @Test func `A name twice is a list, and the header's case does not count`() throws {
        let other = part("content-disposition: FORM-DATA; NAME=\"a\"", Array("2".utf8))
        #expect(try FormBody.multipart(field("a", "1") + other + end, boundary: "X").list("a") == ["1", "2"])
    }

    struct Broken: CustomTestStringConvertible, Sendable {
        let name: String
        let body: String
        var boundary = "X"
        var testDescription: String { name }

        static let all = [
            Broken(name: "no boundary named", body: "--X\r\n\r\n", boundary: ""),
            Broken(name: "a boundary of 71 bytes", body: "x", boundary: String(repeating: "b", count: 71)),
            Broken(name: "empty body", body: ""),
            Broken(
                name: "another boundary",
                body: "--Y\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n1\r\n--Y--\r\n"),
            Broken(name: "no end", body: "--X\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n1"),
            Broken(name: "boundary and nothing else", body: "--X"),
            Broken(name: "no blank line", body: "--X\r\nContent-Disposition: form-data; name=\"a\"\r\n--X--\r\n"),
            Broken(name: "no name", body: "--X\r\nContent-Disposition: form-data\r\n\r\n1\r\n--X--\r\n"),
            Broken(name: "no disposition", body: "--X\r\nContent-Type: text/plain\r\n\r\n1\r\n--X--\r\n"),
        ]
    }

    @Test(arguments: Broken.all) func `A body that is not whole is refused`(_ row: Broken) throws {
        let problem = try #require(throws: Problem.self) {
            try FormBody.multipart(Array(row.body.utf8), boundary: row.boundary)
        }
        #expect(problem.kind == .malformed)
    }

    @Test func `Text that is not UTF-8 is refused`() {
        let body = part("Content-Disposition: form-data; name=\"a\"", [0xff, 0xfe]) + end
        #expect(throws: Problem.self) { try FormBody.multipart(body, boundary: "X") }
    }

    @Test func `As many fields as the limit are read, one more is refused`() throws {
        func body(_ count: Int) -> [UInt8] { (1...count).flatMap { field("f\($0)", "1") } + end }
        #expect(try FormBody.multipart(body(FormBody.fieldsMax), boundary: "X").typed("f500") == "1")
        #expect(throws: Problem.self) { try FormBody.multipart(body(FormBody.fieldsMax + 1), boundary: "X") }
    }
}
