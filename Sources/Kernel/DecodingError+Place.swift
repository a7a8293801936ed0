extension DecodingError {
    /// Where in a file that a provider edits something is wrong, and what, to go on a sentence with: "The catalogue … lacks …".
    package var place: String {
        func path(_ keys: [any CodingKey]) -> String {
            let path = keys.map { $0.intValue.map { "[\($0)]" } ?? ".\($0.stringValue)" }.joined()
            return path.hasPrefix(".") ? String(path.dropFirst()) : path
        }
        switch self {
        case .keyNotFound(let key, let context): return "lacks \(path(context.codingPath + [key]))"
        case .typeMismatch(_, let context), .valueNotFound(_, let context):
            return "has at \(path(context.codingPath)) something of another kind: \(context.debugDescription)"
        case .dataCorrupted(let context): return "is not JSON: \(context.debugDescription)"
        @unknown default: return "cannot be read: \(self)"
        }
    }
}
