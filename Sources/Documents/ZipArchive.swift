import CZip
package import Kernel

/// Files in one file, made in memory. The same entries give the same bytes.
package struct ZipArchive: Sendable {
    package struct Entry: Hashable, Sendable {
        /// `2026/invoice-2026-00042.pdf`: a path with slashes, never one that leads out of where it is unpacked.
        package let name: String
        package let bytes: [UInt8]
        /// Archives know no time zone: it is kept in UTC, in steps of two seconds, from 1980 to 2107.
        package let modifiedAt: Instant

        package init(name: String, bytes: [UInt8], modifiedAt: Instant) {
            self.name = name
            self.bytes = bytes
            self.modifiedAt = modifiedAt
        }
    }

    package enum Failure: Error, Hashable {
        /// An archive without files is not readable everywhere.
        case empty
        case name(String)
        case twice(String)
        case tooManyEntries(Int)
        /// What libzip says.
        case library(String)
    }

    /// Above it every entry needs the extension that older programs cannot read (APPNOTE 4.4.21).
    package static let entriesMax = 65_535
    private static let nameBytesMax = 255

    package let bytes: [UInt8]

    /// - Throws: `Failure`.
    package init(_ entries: [Entry]) throws(Failure) {
        try ZipArchive.check(entries)
        bytes = try ZipArchive.write(entries)
    }

    private static func check(_ entries: [Entry]) throws(Failure) {
        if entries.isEmpty { throw .empty }
        if entries.count > entriesMax { throw .tooManyEntries(entries.count) }
        var names: Set<String> = []
        for entry in entries {
            let parts = entry.name.split(separator: "/", omittingEmptySubsequences: false)
            let isSafe = parts.allSatisfy { !["", ".", ".."].contains($0) }
            let isPlain = entry.name.utf8.allSatisfy { $0 >= 32 && $0 != 127 && $0 != UInt8(ascii: "\\") }
            guard isSafe, isPlain, entry.name.utf8.count <= nameBytesMax else { throw .name(entry.name) }
            // Many file systems tell no capitals from small letters.
            guard names.insert(entry.name.lowercased()).inserted else { throw .twice(entry.name) }
        }
    }

    private static func write(_ entries: [Entry]) throws(Failure) -> [UInt8] {
        var error = zip_error_t()
        zip_error_init(&error)
        defer { zip_error_fini(&error) }
        guard let target = zip_source_buffer_create(nil, 0, 0, &error) else { throw ZipArchive.failure(&error) }
        defer { zip_source_free(target) }
        guard let archive = zip_open_from_source(target, ZIP_CREATE | ZIP_TRUNCATE, &error) else {
            throw ZipArchive.failure(&error)
        }
        // The archive gives its hold up when it is closed; ours is given up at the end.
        zip_source_keep(target)
        // Their content is read when the archive is closed.
        var contents: [UnsafeMutableRawBufferPointer] = []
        defer { for content in contents { content.deallocate() } }
        do {
            for entry in entries {
                let content = UnsafeMutableRawBufferPointer.allocate(byteCount: entry.bytes.count, alignment: 1)
                content.copyBytes(from: entry.bytes)
                contents.append(content)
                try add(entry, content, to: archive)
            }
        } catch {
            zip_discard(archive)
            throw error
        }
        guard zip_close(archive) == 0 else {
            let failure = ZipArchive.failure(zip_get_error(archive))
            zip_discard(archive)
            throw failure
        }
        return try read(target)
    }

    private static func add(
        _ entry: Entry, _ content: UnsafeMutableRawBufferPointer, to archive: OpaquePointer
    ) throws(Failure) {
        guard let source = zip_source_buffer(archive, content.baseAddress, UInt64(content.count), 0) else {
            throw failure(zip_get_error(archive))
        }
        let index = zip_file_add(archive, entry.name, source, zip_flags_t(ZIP_FL_ENC_UTF_8))
        guard index >= 0 else {
            zip_source_free(source)
            throw failure(zip_get_error(archive))
        }
        let (date, time) = entry.modifiedAt.dos
        guard zip_file_set_dostime(archive, UInt64(index), time, date, 0) == 0 else {
            throw failure(zip_get_error(archive))
        }
    }

    private static func read(_ source: OpaquePointer) throws(Failure) -> [UInt8] {
        var facts = zip_stat_t()
        zip_stat_init(&facts)
        guard zip_source_stat(source, &facts) == 0, zip_source_open(source) == 0 else {
            throw failure(zip_source_error(source))
        }
        defer { zip_source_close(source) }
        var count: Int64 = 0
        let bytes = [UInt8](unsafeUninitializedCapacity: Int(facts.size)) { buffer, initialized in
            count = zip_source_read(source, buffer.baseAddress, facts.size)
            initialized = max(Int(count), 0)
        }
        guard count == Int64(facts.size) else { throw failure(zip_source_error(source)) }
        return bytes
    }

    private static func failure(_ error: UnsafeMutablePointer<zip_error_t>) -> Failure {
        .library(String(cString: zip_error_strerror(error)))
    }
}

extension Instant {
    /// Date and time as MS-DOS wrote them (APPNOTE 4.4.6), at the nearest end where they have no word for it.
    fileprivate var dos: (date: UInt16, time: UInt16) {
        let (days, seconds) = max(epochSeconds, 315_532_800).quotientAndRemainder(dividingBy: 86_400)
        let day = Day(number: Int(days)).parts
        guard day.year <= 2107 else { return (127 << 9 | 12 << 5 | 31, 23 << 11 | 59 << 5 | 29) }
        let date = (day.year - 1980) << 9 | day.month << 5 | day.day
        let time = (seconds / 3600) << 11 | (seconds / 60 % 60) << 5 | (seconds % 60 / 2)
        return (UInt16(date), UInt16(time))
    }
}
