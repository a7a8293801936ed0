import Storage
import Synchronization

/// Answers each kind of question as it was answered the first time, so that a page can be measured without its database.
final class RememberingDriver: Driver {
    private let database: Database
    private let answers = Mutex<[ObjectIdentifier: any Sendable]>([:])
    private let isOn = Atomic(false)

    init(_ database: Database) {
        self.database = database
    }

    func remember() { isOn.store(true, ordering: .relaxed) }

    var dialect: Dialect { database.dialect }

    func read<T: Sendable>(_ body: @escaping @Sendable (Connection) throws -> T) async throws -> T {
        guard isOn.load(ordering: .relaxed) else { return try await database.read(body) }
        let kind = ObjectIdentifier(T.self)
        // Unwrapped before it is cast: no answer at all can be cast to one that is optional.
        if let known = answers.withLock({ $0[kind] }), let answer = known as? T { return answer }
        let answer = try await database.read(body)
        answers.withLock { $0[kind] = answer }
        return answer
    }

    func write<T: Sendable>(_ body: @escaping @Sendable (Connection) throws -> T) async throws -> T {
        try await database.write(body)
    }

    func report<T: Sendable>(_ body: @escaping @Sendable (Connection) throws -> T) async throws -> T {
        try await database.report(body)
    }

    func onAnnouncement(_ wake: @escaping @Sendable () -> Void) { database.onAnnouncement(wake) }

    func close() async { await database.close() }
}
