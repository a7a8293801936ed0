import Delivery
package import Kernel
package import Storage
import Web

extension Accounts {
    /// Keeps a person out: every session, every sign-in that was begun and every token of theirs opens nothing from now on
    /// (BLK-7, BLK-8). Support asks for it, authenticated and with a reason; a second time changes nothing.
    /// - Throws: 404 for somebody unknown or erased; 422 at `reason` without one.
    package static func block(
        _ person: PersonID, reason: String, by actor: Event.Actor, at now: Instant, in connection: Connection
    ) throws {
        let reason = reason.trimmed
        guard !reason.isEmpty else {
            throw Problem.field("reason", "form.required", code: "validation_rule_required")
        }
        try connection.lock("person", person)
        guard try isThere(person, in: connection) else { throw Problem.notFound }
        let changed = try connection.execute(
            """
            UPDATE person SET blocked_at = \(now), block_reason = \(reason)
            WHERE id = \(person) AND blocked_at IS NULL
            """)
        guard changed == 1 else { return }
        _ = try Session.endAll(of: person, but: nil, in: connection)
        try SignInStep.endAll(of: person, in: connection)
        try connection.announce(
            Event("PersonBlocked", by: actor, subject: "person", person.rawValue, payload: ["reason": reason]),
            at: now)
    }

    /// Lets a person in again (BLK-9).
    /// - Throws: 404 for somebody unknown or erased; 422 at `reason` without one.
    package static func unblock(
        _ person: PersonID, reason: String, by actor: Event.Actor, at now: Instant, in connection: Connection
    ) throws {
        let reason = reason.trimmed
        guard !reason.isEmpty else {
            throw Problem.field("reason", "form.required", code: "validation_rule_required")
        }
        try connection.lock("person", person)
        guard try isThere(person, in: connection) else { throw Problem.notFound }
        let changed = try connection.execute(
            """
            UPDATE person SET blocked_at = NULL, block_reason = NULL
            WHERE id = \(person) AND blocked_at IS NOT NULL
            """)
        guard changed == 1 else { return }
        try connection.announce(
            Event("PersonUnblocked", by: actor, subject: "person", person.rawValue, payload: ["reason": reason]),
            at: now)
    }

    private static func isThere(_ person: PersonID, in connection: Connection) throws -> Bool {
        try connection.row("SELECT id FROM person WHERE id = \(person) AND erased_at IS NULL") != nil
    }

    /// To the person. The reason stays between support and the log: it may name others.
    func blockLetter(_ what: String) -> @Sendable (RecordedEvent, Connection) throws -> [Dispatch] {
        { [self] recorded, connection in
            guard let person = try Person.find(PersonID(rawValue: recorded.event.subjectID), in: connection),
                person.erasedAt == nil
            else { return [] }
            let words = wording.words(person.language)
            let letter = Letter(
                subject: words("accounts.mail.\(what).subject"), words: words, settings: settings,
                greeting: person.firstName, paragraphs: [words("accounts.mail.\(what).text")],
                facts: [(words("accounts.mail.device.when"), words.moment(recorded.happenedAt, in: person.zone))],
                closing: [words("accounts.mail.\(what).whom", ["provider": settings.provider])])
            return [.email(letter.mail(to: person.login, name: person.name))]
        }
    }
}
