import Foundation

/// The disk alone: as much as an order writes, into one file, and a flush. One at a time, as every log does.
final class DiskFlush: Sendable {
    private let file: Int32
    private let turn = DispatchQueue(label: "bench-flush")

    /// Pages that SQLite writes for an order, on average.
    private static let bytes = [UInt8](repeating: 1, count: 40 * 4096)
    private static let places = 400

    init(_ path: String) throws {
        file = open(path, O_RDWR | O_CREAT, 0o600)
        if file < 0 { throw BenchError("\(path) cannot be written.") }
        // As a log that has its size.
        for place in 0..<DiskFlush.places { try write(at: place) }
        fsync(file)
    }

    deinit { close(file) }

    func flush(_ number: Int) async throws {
        try await withCheckedThrowingContinuation { continuation in
            turn.async { [self] in
                continuation.resume(
                    with: Result {
                        try write(at: number % DiskFlush.places)
                        fdatasync(file)
                    })
            }
        }
    }

    private func write(at place: Int) throws {
        let bytes = DiskFlush.bytes
        guard pwrite(file, bytes, bytes.count, place * bytes.count) == bytes.count else {
            throw BenchError("The disk is full.")
        }
    }
}
