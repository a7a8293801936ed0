import Kernel
import Storage
package import Web

extension Accounts {
    /// Asks again for what only the owner knows, before an act that a stolen session must not be enough for (security.md,
    /// "Sudo"): the password, and with a second factor on a code of the app or a backup code. The session counts as confirmed
    /// from now on (`SignedIn.confirmedAt`), under a new id (security.md, "Sessions").
    /// - Returns: the new cookie.
    /// - Throws: 422 at `confirm_password` or `confirm_code`; 429 after several failures; 503 where too many hashes wait; 401
    ///   without a session.
    package func confirm(_ visit: Visit, password: String, code: String) async throws -> Cookie {
        guard let session = visit.person?.session else { throw Problem.signInFirst }
        let secret = surroundings.secret()
        try await proving(visit, password: password, code: code, fields: ("confirm_password", "confirm_code")) {
            connection in
            try Session.renew(session, secretHash: Keys.sha256(secret), at: visit.now, in: connection)
        }
        return .session(secret, maxAge: Session.lifetime)
    }

    /// Runs an act once the person who is signed in has proved to be there, in the transaction that takes the code: a code that
    /// was used up has had its effect.
    /// - Throws: as `confirm`, at the fields named; and what `act` throws.
    @discardableResult
    func proving<T: Sendable>(
        _ visit: Visit, password: String, code: String, fields: (password: String, code: String),
        _ act: @escaping @Sendable (Connection) throws -> T
    ) async throws -> T {
        guard let signedIn = visit.person else { throw Problem.signInFirst }
        try visit.limit(.credentials)
        try requireTyped([(fields.password, password)] + (signedIn.hasSecondFactor ? [(fields.code, code)] : []))
        let id = signedIn.id
        // A count of its own: whoever holds a stolen session must not be able to lock the owner out of signing in.
        let counter = keys.sign("confirmation", "\(id)")
        let attempt = try await database.write { connection -> (stored: PasswordHash?, lockedUntil: Instant?) in
            let lockedUntil = try SignInLock.begin(counter, isKnownDevice: true, at: visit.now, in: connection)
            return (try Person.passwordHash(of: id, in: connection), lockedUntil)
        }
        if let lockedUntil = attempt.lockedUntil { throw Problem.locked(until: lockedUntil, now: visit.now) }
        guard case .right = try await hasher.verify(password, against: attempt.stored) else {
            try await announceFailedConfirmation(visit, id)
            throw Problem.field(fields.password, "accounts.password.current_wrong")
        }
        let result = try await database.write { connection -> T? in
            // Two tabs: only the password that was just proved counts.
            guard try Person.passwordHash(of: id, in: connection) == attempt.stored,
                let person = try Person.find(id, in: connection), person.isOpen
            else { throw Problem(.conflict, code: "changed_meanwhile", word: "form.changed_meanwhile") }
            if person.hasSecondFactor {
                guard try accept(code, of: id, by: visit.actor, at: visit.now, in: connection) else { return nil }
            }
            try SignInLock.clear(counter, isKnownDevice: true, in: connection)
            return try act(connection)
        }
        guard let result else {
            try await announceFailedConfirmation(visit, id)
            throw Problem.field(fields.code, "accounts.code.wrong")
        }
        return result
    }

    /// Takes a code of the second factor, and tells the owner where it was one of the sheet (SEC-19).
    /// - Returns: false where it is wrong or was used before.
    func accept(
        _ code: String, of person: PersonID, by actor: Event.Actor, at now: Instant, in connection: Connection
    ) throws -> Bool {
        switch try SecondFactor.accept(code, of: person, keys: keys, at: now, in: connection) {
        case nil: return false
        case .app: return true
        case .backupCode(let left):
            try connection.announce(
                Event(
                    "BackupCodeUsed", by: actor, subject: "person", person.rawValue, payload: ["left": String(left)]),
                at: now)
            return true
        }
    }

    private func requireTyped(_ fields: [(name: String, text: String)]) throws(Problems) {
        let missing = fields.filter(\.text.isEmpty).map {
            Problem.field($0.name, "form.required", code: "validation_rule_required")
        }
        if !missing.isEmpty { throw Problems(missing) }
    }

    private func announceFailedConfirmation(_ visit: Visit, _ person: PersonID) async throws {
        try await database.write { connection in
            try connection.announce(
                Event("ConfirmationFailed", by: visit.actor, subject: "person", person.rawValue), at: visit.now)
        }
    }
}

extension Problem {
    static func locked(until end: Instant, now: Instant) -> Problem {
        let seconds = Int(end.duration(since: now).components.seconds) + 1
        return Problem(
            .tooMany(retryAfterSeconds: seconds), code: "too_many_requests", word: "problem.too_many",
            arguments: ["seconds": String(seconds)])
    }
}
