import Documents
import Foundation
import Kernel
import Testing

@Suite struct ZipArchiveTests {
    private static let instant = Instant(rfc3339: "2026-11-20T08:14:33Z") ?? Instant(milliseconds: 0)

    private static func entry(_ name: String, _ text: String = "x", _ at: Instant = instant) -> ZipArchive.Entry {
        ZipArchive.Entry(name: name, bytes: Array(text.utf8), modifiedAt: at)
    }

    @Test func `Another program reads what was put in, under its name and time`() throws {
        let long = String(repeating: "Rechnung ", count: 20_000)
        let archive = try ZipArchive([
            Self.entry("2026/facture n° 1.pdf", long), Self.entry("leer.txt", ""), Self.entry("Zürich.csv", "a,b\r\n"),
            Self.entry("old.txt", "x", Instant(milliseconds: 0)),
        ])
        let read = try ZipArchiveTests.python(
            """
            import sys, zipfile
            z = zipfile.ZipFile(sys.argv[1])
            assert z.testzip() is None
            for i in z.infolist(): print(i.filename, i.file_size, *i.date_time, z.read(i)[:3])
            """, archive.bytes)
        #expect(
            read == """
                2026/facture n° 1.pdf 180000 2026 11 20 8 14 32 b'Rec'
                leer.txt 0 2026 11 20 8 14 32 b''
                Zürich.csv 5 2026 11 20 8 14 32 b'a,b'
                old.txt 1 1980 1 1 0 0 0 b'x'

                """)
        #expect(archive.bytes.count < 10_000)
    }

    @Test func `The same entries give the same bytes`() throws {
        let entries = [Self.entry("a.pdf", "one"), Self.entry("b.pdf", "two")]
        #expect(try ZipArchive(entries).bytes == ZipArchive(entries).bytes)
    }

    @Test func `An archive has something in it`() {
        #expect(throws: ZipArchive.Failure.empty) { try ZipArchive([]) }
    }

    @Test(
        "A name stays inside where it is unpacked",
        arguments: ["", "/etc/passwd", "../a", "a/../b", "a//b", "a/", "./a", "a\\b", "a\nb", "a\u{0}b"])
    func names(_ name: String) {
        #expect(throws: ZipArchive.Failure.name(name)) { try ZipArchive([Self.entry(name)]) }
    }

    @Test func `A name has 255 bytes at most`() throws {
        _ = try ZipArchive([Self.entry(String(repeating: "a", count: 255))])
        let long = String(repeating: "a", count: 256)
        #expect(throws: ZipArchive.Failure.name(long)) { try ZipArchive([Self.entry(long)]) }
    }

    @Test func `A name is there once, whatever its case`() {
        #expect(throws: ZipArchive.Failure.twice("A.pdf")) {
            try ZipArchive([Self.entry("a.pdf"), Self.entry("A.pdf")])
        }
    }

    /// What a short program in Python prints about a file.
    private static func python(_ program: String, _ bytes: [UInt8]) throws -> String {
        let file = FileManager.default.temporaryDirectory.appendingPathComponent("\(UUID()).zip")
        try Data(bytes).write(to: file)
        defer { try? FileManager.default.removeItem(at: file) }
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = ["python3", "-X", "utf8", "-c", program, file.path]
        let output = Pipe()
        process.standardOutput = output
        try process.run()
        let data = try output.fileHandleForReading.readToEnd() ?? Data()
        process.waitUntilExit()
        #expect(process.terminationStatus == 0)
        return String(decoding: data, as: UTF8.self)
    }
}
