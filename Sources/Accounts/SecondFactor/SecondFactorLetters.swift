import Delivery
import Kernel
import Storage
import Web

extension Accounts {
    /// Security notices to the login address: a factor added or removed, a new sheet of codes (SEC-19).
    func secondFactorLetter(_ what: String) -> @Sendable (RecordedEvent, Connection) throws -> [Dispatch] {
        { [self] recorded, connection in
            try securityNotice(recorded, connection) { words in
                (words("accounts.mail.factor.\(what).subject"), [words("accounts.mail.factor.\(what).text")])
            }
        }
    }

    /// That a backup code opened the account, and how many are left; at three, that it is time for new ones (SEC-9).
    func backupCodeLetter(_ recorded: RecordedEvent, _ connection: Connection) throws -> [Dispatch] {
        let left = recorded.event.payload["left"].flatMap(Int.init) ?? 0
        let isFew = left <= BackupCode.fewLeft
        return try securityNotice(recorded, connection) { words in
            (
                isFew ? words.count("accounts.mail.code_used.few", left) : words("accounts.mail.code_used.subject"),
                [words("accounts.mail.code_used.text"), words.count("accounts.backup.left", left)]
                    + (isFew ? [words("accounts.mail.code_used.renew")] : [])
            )
        }
    }

    private func securityNotice(
        _ recorded: RecordedEvent, _ connection: Connection,
        _ write: (Words) -> (subject: String, paragraphs: [String])
    ) throws -> [Dispatch] {
        guard
            let person = try Person.find(PersonID(rawValue: recorded.event.subjectID), in: connection),
            person.erasedAt == nil
        else { return [] }
        let words = wording.words(person.language)
        let (subject, paragraphs) = write(words)
        let letter = Letter(
            subject: subject, words: words, settings: settings, greeting: person.firstName, paragraphs: paragraphs,
            facts: [
                (words("accounts.session.device"), Client(userAgent: recorded.event.actor.client).name(words)),
                (words("accounts.session.address"), recorded.event.actor.address),
                (words("accounts.mail.device.when"), words.moment(recorded.happenedAt, in: person.zone)),
            ],
            action: (words("accounts.mail.factor.action"), "/security/second-factor"),
            closing: [words("accounts.mail.device.if_not")])
        return [.email(letter.mail(to: person.login, name: person.name))]
    }
}
