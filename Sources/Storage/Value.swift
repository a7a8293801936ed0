package import Kernel

/// What a database cell holds.
package enum Value: Hashable, Sendable {
    case null
    case integer(Int64)
    case text(String)
    case boolean(Bool)
    case bytes([UInt8])
}

/// What can be put into a statement and read from a row. Each type decides for both databases how it is stored.
package protocol Storable: Sendable {
    var stored: Value { get }
    /// - Returns: nil where the value is not of this type.
    init?(stored: Value)
}

extension Int64: Storable {
    package var stored: Value { .integer(self) }
    package init?(stored: Value) {
        guard case .integer(let value) = stored else { return nil }
        self = value
    }
}

extension Int: Storable {
    package var stored: Value { .integer(Int64(self)) }
    package init?(stored: Value) {
        guard case .integer(let value) = stored else { return nil }
        self.init(value)
    }
}

extension String: Storable {
    package var stored: Value { .text(self) }
    package init?(stored: Value) {
        guard case .text(let value) = stored else { return nil }
        self = value
    }
}

/// SQLite has no boolean of its own and answers 0 or 1.
extension Bool: Storable {
    package var stored: Value { .boolean(self) }
    package init?(stored: Value) {
        switch stored {
        case .boolean(let value): self = value
        case .integer(let value): self = value != 0
        default: return nil
        }
    }
}

extension [UInt8]: Storable {
    package var stored: Value { .bytes(self) }
    package init?(stored: Value) {
        guard case .bytes(let value) = stored else { return nil }
        self = value
    }
}

extension Identifier: Storable {
    package var stored: Value { .integer(rawValue) }
    package init?(stored: Value) {
        guard case .integer(let value) = stored else { return nil }
        self.init(rawValue: value)
    }
}

extension Instant: Storable {
    package var stored: Value { .integer(milliseconds) }
    package init?(stored: Value) {
        guard case .integer(let value) = stored else { return nil }
        self.init(milliseconds: value)
    }
}

/// Anything that is kept as its own text: days, languages, currencies, countries, zones, states.
package protocol StoredAsText: Storable {
    var storedText: String { get }
    init?(storedText: String)
}

extension StoredAsText {
    package var stored: Value { .text(storedText) }
    package init?(stored: Value) {
        guard case .text(let text) = stored else { return nil }
        self.init(storedText: text)
    }
}

extension StoredAsText where Self: RawRepresentable, RawValue == String {
    package var storedText: String { rawValue }
    package init?(storedText: String) { self.init(rawValue: storedText) }
}

extension Currency: StoredAsText {}
extension Language: StoredAsText {}
extension Term: StoredAsText {}

extension Day: StoredAsText {
    package var storedText: String { description }
    package init?(storedText: String) { self.init(storedText) }
}

extension Country: StoredAsText {
    package var storedText: String { code }
    package init?(storedText: String) { self.init(storedText) }
}

extension Zone: StoredAsText {
    package var storedText: String { name }
    package init?(storedText: String) { self.init(storedText) }
}

extension EmailAddress: StoredAsText {
    package var storedText: String { description }
    package init?(storedText: String) { self.init(storedText) }
}

extension PhoneNumber: StoredAsText {
    package var storedText: String { description }
    package init?(storedText: String) { self.init(storedText) }
}
