import Foundation
import Kernel
import Logging
import Testing

@testable import Web

@Suite("Places of addresses")
struct PlacesTests {
    static let folder = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../Places")
        .standardizedFileURL.path

    static func places(_ folder: String = folder) -> Places {
        Places(folder: folder, logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
    }

    @Test(
        "An address is in the country of its range, or in none",
        arguments: [
            ("192.0.2.0", "CH"), ("192.0.2.127", "CH"), ("192.0.2.128", nil), ("192.0.1.255", nil),
            ("198.51.100.255", "FR"), ("198.51.101.0", nil), ("203.0.113.7", "DE"), ("::ffff:203.0.113.7", "DE"),
            ("2001:db8::1", "IT"), ("2001:DB8:0:ffff:1:2:3:4", "IT"), ("2001:db8:1::1", nil), ("2001:db8:2::", "ES"),
            ("2001:db9::", nil), ("127.0.0.1", nil), ("::1", nil), ("10.1.2.3", nil), ("fe80::1", nil), ("", nil),
            ("192.0.2", nil), ("192.0.2.256", nil), ("192.0.2.1.1", nil), ("1:2:3", nil), (":1", nil), ("1::2::3", nil),
            ("2001:db8::g", nil), ("1:2:3:4:5:6:7:8:9", nil), ("2001:db8:0:0:0:0:0:1:", nil), ("unknown", nil),
        ] as [(String, String?)])
    func country(_ address: String, _ code: String?) async {
        let places = Self.places()
        await places.prepare()
        #expect(places.country(of: address)?.code == code)
    }

    @Test("Without the tables nothing is known, and nothing fails")
    func missing() async {
        let places = Self.places("/nowhere")
        await places.prepare()
        #expect(places.country(of: "192.0.2.1") == nil)
        #expect(Places.nowhere.country(of: "192.0.2.1") == nil)
    }

    @Test("Many that ask at once read the tables once and get the same answer")
    func together() async {
        let places = Self.places()
        await withTaskGroup(of: String?.self) { group in
            for _ in 0..<50 {
                group.addTask {
                    await places.prepare()
                    return places.country(of: "198.51.100.1")?.code
                }
            }
            for await code in group { #expect(code == "FR") }
        }
    }

    @Test("Damaged lines are passed over")
    func damaged() {
        let text = "5,9,CH\nnonsense\n20,10,FR\n8,12,DE\n30,40,fr\n30,40,IT,x\n50,60,ES\n70,80,LU"
        let table = PlaceTable<UInt32>(Array(text.utf8)) { NetworkAddress.decimal($0).flatMap(UInt32.init(exactly:)) }
        #expect(table.count == 3)
        #expect(table.country(of: 7)?.code == "CH")
        #expect(table.country(of: 11) == nil)
        #expect(table.country(of: 80)?.code == "LU")
        #expect(table.country(of: 81) == nil)
    }
}
