import Kernel
import Testing

@testable import Web

private let keys = Keys(root: Array(repeating: 1, count: 32))
private let otherKeys = Keys(root: Array(repeating: 2, count: 32))

@Suite struct KeysTests {
    @Test func `A signature holds for its purpose, message and server only`() {
        let signature = keys.sign("a", "message")
        #expect(signature.count == 32)
        #expect(keys.isSignature(signature, of: "message", for: "a"))
        #expect(!keys.isSignature(signature, of: "message", for: "b"))
        #expect(!keys.isSignature(signature, of: "Message", for: "a"))
        #expect(!otherKeys.isSignature(signature, of: "message", for: "a"))
        #expect(!keys.isSignature(Array(signature.dropLast()), of: "message", for: "a"))
        #expect(!keys.isSignature([], of: "message", for: "a"))
    }

    @Test func `What is sealed opens for its purpose, context and server only`() throws {
        let secret: [UInt8] = [1, 2, 3, 4, 5]
        let sealed = try keys.seal(secret, for: "a", context: "row 1")
        #expect(try keys.open(sealed, for: "a", context: "row 1") == secret)
        #expect(try keys.seal(secret, for: "a", context: "row 1") != sealed)
        #expect(throws: (any Error).self) { try keys.open(sealed, for: "b", context: "row 1") }
        #expect(throws: (any Error).self) { try keys.open(sealed, for: "a", context: "row 2") }
        #expect(throws: (any Error).self) { try otherKeys.open(sealed, for: "a", context: "row 1") }
        #expect(throws: (any Error).self) { try keys.open([], for: "a", context: "row 1") }
        for index in sealed.indices {
            var changed = sealed
            changed[index] ^= 1
            #expect(throws: (any Error).self) { try keys.open(changed, for: "a", context: "row 1") }
        }
    }

    @Test func `The digest is SHA-256`() {
        // FIPS 180-4, the example "abc".
        #expect(Keys.sha256("abc").prefix(4).elementsEqual([0xba, 0x78, 0x16, 0xbf]))
        #expect(Keys.sha256("abc") == Keys.sha256([0x61, 0x62, 0x63]))
    }

    @Test(
        arguments: [
            ([], ""), ([0], "AA"), ([0xfb, 0xff], "-_8"), ([0x66, 0x6f, 0x6f], "Zm9v"),
            ([0xff, 0xff, 0xff, 0xff], "_____w"),
        ] as [([UInt8], String)])
    func `Base 64 for URLs has no padding and no plus or slash`(bytes: [UInt8], text: String) {
        #expect(Base64URL.encode(bytes) == text)
        #expect(Base64URL.decode(text) == bytes)
    }

    @Test(arguments: ["a", "ab c", "ä", "a\n", String(repeating: "a", count: 4097)])
    func `What is not base 64 is refused`(text: String) {
        #expect(Base64URL.decode(text) == nil)
    }
}

@Suite struct LinkTokenTests {
    private let token = LinkToken("sign-up", 42, nonce: "n", keys: keys).text

    @Test func `A link's token is valid for its purpose, row, nonce and server only`() {
        #expect(LinkToken.isValid(token, "sign-up", 42, nonce: "n", keys: keys))
        #expect(!LinkToken.isValid(token, "reset", 42, nonce: "n", keys: keys))
        #expect(!LinkToken.isValid(token, "sign-up", 43, nonce: "n", keys: keys))
        #expect(!LinkToken.isValid(token, "sign-up", 42, nonce: "m", keys: keys))
        #expect(!LinkToken.isValid(token, "sign-up", 42, nonce: "n", keys: otherKeys))
    }

    @Test func `Changing any character but the row's makes it invalid`() {
        let characters = Array(token)
        // The last character of 43 carries two bits that no byte holds.
        for index in 3..<(characters.count - 1) {
            var changed = characters
            changed[index] = changed[index] == "A" ? "B" : "A"
            #expect(!LinkToken.isValid(String(changed), "sign-up", 42, nonce: "n", keys: keys))
        }
    }

    @Test(arguments: ["", "42", "42-", "-", "42-!!", "x-abc", "-42-abc"]) func `What is no token is refused`(
        text: String
    ) {
        #expect(!LinkToken.isValid(text, "sign-up", 42, nonce: "n", keys: keys))
    }

    @Test(
        arguments: [("42-abc", 42), ("42", 42), ("0-abc", nil), ("-1-abc", nil), ("x-abc", nil), ("", nil)]
            as [(String, Int64?)])
    func `The row is read before the token is believed`(text: String, id: Int64?) {
        #expect(LinkToken.id(in: text) == id)
    }
}

@Suite struct FormTokensTests {
    private let tokens = FormTokens(keys: keys)

    @Test func `Tokens of one owner look different on every page, and each is valid`() {
        let random = Surroundings.machine.random
        let made = (0..<20).map { _ in tokens.make(for: "session 1", random: random(16)) }
        #expect(Set(made).count == 20)
        #expect(made.allSatisfy { tokens.isValid($0, for: "session 1") })
    }

    @Test func `A token is no use to another owner or server`() {
        let token = tokens.make(for: "session 1", random: Array(repeating: 7, count: 16))
        #expect(!tokens.isValid(token, for: "session 2"))
        #expect(!tokens.isValid(token, for: "browser 1"))
        #expect(!FormTokens(keys: otherKeys).isValid(token, for: "session 1"))
    }

    @Test func `A changed byte makes a token invalid, wherever it is`() {
        let bytes = Base64URL.decode(tokens.make(for: "a", random: Array(repeating: 7, count: 16))) ?? []
        #expect(bytes.count == 32)
        for index in bytes.indices {
            var changed = bytes
            changed[index] ^= 1
            #expect(!tokens.isValid(Base64URL.encode(changed), for: "a"))
        }
    }

    @Test func `A token of another length is refused`() {
        let bytes = Base64URL.decode(tokens.make(for: "a", random: Array(repeating: 7, count: 16))) ?? []
        for text in ["", Base64URL.encode(Array(bytes.prefix(31))), Base64URL.encode(bytes + [0]), "?"] {
            #expect(!tokens.isValid(text, for: "a"))
        }
    }
}
