import Dispatch

/// Decoding a large picture takes up to a second and 320 MB: one at a time, on a thread of its own.
package enum PictureDesk {
    private static let queue = DispatchQueue(label: "kontor.pictures")

    package static func work<Result: Sendable>(_ work: @escaping @Sendable () throws -> Result) async throws -> Result {
        try await withCheckedThrowingContinuation { continuation in
            queue.async { continuation.resume(with: Swift.Result { try work() }) }
        }
    }
}
