import Foundation
import Kernel
import Storage
import TestSupport
import Testing

@Suite("Many rows at once")
struct ManyRowsTests {
    private static func table(_ connection: Connection) throws {
        try connection.script(
            connection.dialect.schema(
                """
                CREATE TABLE thing (
                    id IDENTITY, name TEXT NOT NULL UNIQUE, note TEXT, count INTEGER, is_large BOOLEAN, seal BYTES
                )
                """))
    }

    private struct Thing: Hashable {
        let name: String
        let note: String?
        let count: Int?
        let isLarge: Bool?
        let seal: [UInt8]?

        var row: SQL { "\(name), \(note), \(count), \(isLarge), \(seal)" }
    }

    private static func things(_ connection: Connection) throws -> [Thing] {
        try connection.rows("SELECT name, note, count, is_large, seal FROM thing ORDER BY id").map { row in
            Thing(
                name: try row["name"], note: try row["note"], count: try row["count"], isLarge: try row["is_large"],
                seal: try row["seal"])
        }
    }

    private static let odd = [
        Thing(name: #"say "hello", {you}"#, note: #"back\slash\"#, count: -5, isLarge: true, seal: [0, 34, 92, 255]),
        Thing(name: "NULL", note: nil, count: nil, isLarge: nil, seal: nil),
        Thing(name: "", note: "", count: .max, isLarge: false, seal: []),
        Thing(name: "Zoë 🐟\n\t'x'", note: "NULL", count: 0, isLarge: nil, seal: [1]),
    ]

    @Test("They are what was given, one or many, in their order", arguments: DatabaseKind.allCases, [1, 2, 4, 700])
    func same(_ kind: DatabaseKind, _ count: Int) async throws {
        try await DatabaseLease.withDatabase(kind) { database in
            let given = (0..<count).map { index in
                let thing = Self.odd[index % Self.odd.count]
                return Thing(
                    name: "\(thing.name)\(index)", note: thing.note, count: thing.count.map { $0 & 0x7fff_ffff },
                    isLarge: thing.isLarge, seal: thing.seal)
            }
            try await database.write { connection in
                try Self.table(connection)
                try connection.insert(into: "thing (name, note, count, is_large, seal)", given.map(\.row))
            }
            #expect(try await database.read { try Self.things($0) } == given)
        }
    }

    @Test("A column may be empty in all of them", arguments: DatabaseKind.allCases, [2, 12])
    func empty(_ kind: DatabaseKind, _ count: Int) async throws {
        try await DatabaseLease.withDatabase(kind) { database in
            let given = (0..<count).map { Thing(name: "n\($0)", note: nil, count: nil, isLarge: nil, seal: nil) }
            try await database.write { connection in
                try Self.table(connection)
                try connection.insert(into: "thing (name, note, count, is_large, seal)", given.map(\.row))
                try connection.insert(into: "thing (name)", [])
            }
            #expect(try await database.read { try Self.things($0) } == given)
        }
    }

    @Test("What was there already is told apart from what is new", arguments: DatabaseKind.allCases)
    func conflicts(_ kind: DatabaseKind) async throws {
        try await DatabaseLease.withDatabase(kind) { database in
            let names = try await database.write { connection in
                try Self.table(connection)
                try connection.insert(into: "thing (name)", ["\("b")"])
                let rows = try connection.insert(
                    into: "thing (name)", ["a", "b", "c", "a"].map { "\($0)" }, "ON CONFLICT (name) DO NOTHING",
                    returning: "id, name")
                return Set(try rows.map { try $0["name"] as String })
            }
            #expect(names == ["a", "c"])
        }
    }

    @Test("A list of values can be joined with a table", arguments: DatabaseKind.allCases, [1, 3, 12])
    func joined(_ kind: DatabaseKind, _ count: Int) async throws {
        try await DatabaseLease.withDatabase(kind) { database in
            let sums = try await database.write { connection in
                try Self.table(connection)
                try connection.insert(into: "thing (name, count)", (1...12).map { "\("n\($0)"), \($0)" })
                let rows = (1...count).map { number -> SQL in "\("n\(number)"), \(number * 10)" }
                let changed = try connection.execute(
                    """
                    WITH change (name, more) AS (\(connection.dialect.table(of: rows)))
                    UPDATE thing SET count = thing.count + change.more FROM change WHERE thing.name = change.name
                    """)
                #expect(changed == count)
                return try Self.things(connection).map(\.count)
            }
            #expect(sums == (1...12).map { $0 <= count ? $0 * 11 : $0 })
        }
    }

    @Test("What is refused undoes all of it, and is told at the latest by the commit", arguments: DatabaseKind.allCases)
    func refused(_ kind: DatabaseKind) async throws {
        try await DatabaseLease.withDatabase(kind) { database in
            try await database.write { try Self.table($0) }
            for names in [["a", "b", "a"], ["x"]] {
                await #expect(throws: StorageError.self) {
                    try await database.write { connection in
                        try connection.insert(into: "thing (name)", [["x"], names].map { "\($0[0])" })
                        try connection.insert(into: "thing (name)", names.map { "\($0)" })
                    }
                }
            }
            #expect(try await database.read { try Self.things($0) } == [])
        }
    }

    @Test("Small texts are JSON as the encoder writes it, whatever is in them")
    func json() throws {
        let content = [
            "b": "say \"hello\"", "a": "back\\slash", "Z": "Zoë 🐟", "": "line\nbreak\ttab\rreturn",
            "c": "\u{1}\u{1f}\u{7f}",
            "d/e": "https://example.ch/", "e": "",
        ]
        let text = JSONText.encode(content)
        #expect(JSONText.decode(text) == content)
        #expect(try JSONDecoder().decode([String: String].self, from: Data(text.utf8)) == content)
        #expect(JSONText.encode(["b": "1", "a": "2"]) == #"{"a":"2","b":"1"}"#)
        let values = content.values.sorted()
        #expect(try JSONDecoder().decode([String].self, from: Data(JSONText.encode(values).utf8)) == values)
    }

    @Test(
        "Small texts are read as a decoder reads them, however they are written",
        arguments: [
            "{}", #"{"a":"1"}"#, #"{"a":"","b":"x, {y}: z","é":"🐟"}"#, #"{ "a" : "1" }"#,
            #"{"a":"say \"hi\"","b":"\u00e9"}"#,
            #"{"a":1}"#, #"{"a":null}"#, #"{"a":["1"]}"#, #"{"a":"1","b":{"c":"2"}}"#, #"["a","b"]"#, #"["a":"b"]"#,
            #"{"a","b","c","d"}"#, #"{"a":"b""c":"d"}"#, #"{"a":"1"}}"#, #"{"a":"1"} "#, #""a""#, "", "nonsense",
            #"{"a":"1","a":"2"}"#, "{\"a\":\"line\nbreak\"}",
        ])
    func read(_ text: String) {
        let decoded = try? JSONDecoder().decode([String: String].self, from: Data(text.utf8))
        #expect(JSONText.decode(text) == decoded ?? [:])
    }
}
