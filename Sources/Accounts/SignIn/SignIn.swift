import Delivery
import Kernel
import Storage
import Web

extension Accounts {
    /// Login and password, and then a session, or the second step where a second factor is on (AUTH-1). A wrong login, a wrong password and a locked account get the same answer after
    /// the same work (AUTH-5).
    /// - Throws: 422 `wrong_credentials`; 422 `account_blocked` after the right password alone (BLK-7); 503 where too many hashes wait.
    func signIn(
        _ visit: Visit, login: String, password: String, next: String, isFirst: Bool = false
    ) async throws -> Answer {
        let email = EmailAddress(login.trimmed)
        let loginHash = self.loginHash(email?.key ?? login.trimmed.lowercased())
        let deviceHash = deviceSecret(visit).map { Keys.sha256($0) }
        let attempt = try await database.write {
            connection -> (person: Person?, hash: PasswordHash?, isKnown: Bool, isLocked: Bool) in
            let person = try email.flatMap { try Person.find(login: $0, in: connection) }
            let hash = try person.flatMap { try Person.passwordHash(of: $0.id, in: connection) }
            let isKnown =
                try person.flatMap { person in
                    try deviceHash.map { try Session.isKnown(deviceHash: $0, of: person.id, in: connection) }
                } ?? false
            let isLocked =
                try SignInLock.begin(loginHash, isKnownDevice: isKnown, at: visit.now, in: connection) != nil
            return (person, hash, isKnown, isLocked)
        }
        let verification = try await hasher.verify(password, against: attempt.hash)
        guard case .right(let needsRehash) = verification, let person = attempt.person, !attempt.isLocked else {
            try await announceFailure(of: attempt.person, visit)
            throw Problem(.invalid, code: "wrong_credentials", word: "accounts.sign_in.wrong", field: "password")
        }
        guard person.isOpen else { throw blocked }
        let rehashed = needsRehash ? try await hasher.hash(password) : nil
        // With a second factor on, the count of failures goes on until the code is right: else whoever knows the password
        // would begin at zero with each sign-in.
        if person.hasSecondFactor {
            if let rehashed {
                try await database.write {
                    try Person.setPasswordHash(rehashed, of: person.id, changedAt: nil, in: $0)
                }
            }
            return try await beginStep(of: person.id, visit, next: next)
        }
        let opening = await opening(visit)
        try await database.write { connection in
            try SignInLock.clear(loginHash, isKnownDevice: attempt.isKnown, in: connection)
            if let rehashed {
                try Person.setPasswordHash(rehashed, of: person.id, changedAt: nil, in: connection)
            }
            try open(opening, of: person.id, visit, isFirst: isFirst, in: connection)
        }
        return opened(opening, goingTo: Link(own: next) ?? "/")
    }

    func loginHash(_ key: String) -> [UInt8] { keys.sign("login", key) }

    private var blocked: Problem {
        Problem(
            .invalid, code: "account_blocked", word: "accounts.blocked", arguments: ["provider": settings.provider])
    }

    func announceFailure(of person: Person?, _ visit: Visit) async throws {
        guard let person else { return }
        try await database.write { connection in
            try connection.announce(
                Event("SignInFailed", by: visit.actor, subject: "person", person.id.rawValue), at: visit.now)
        }
    }

    /// A new session with a new id, and the device remembered (SES-9).
    func startSession(
        of person: PersonID, _ visit: Visit, isFirst: Bool, goingTo next: Link, notice: String? = nil
    ) async throws -> Answer {
        let opening = await opening(visit)
        try await database.write { connection in
            try open(opening, of: person, visit, isFirst: isFirst, in: connection)
        }
        return opened(opening, goingTo: next, notice: notice)
    }

    /// What the browser will hold once the session is there.
    struct Opening: Sendable {
        let secret: String
        let device: String
    }

    func opening(_ visit: Visit) async -> Opening {
        // So that the letter, which is written in a transaction, finds the table read.
        await places.prepare()
        return Opening(secret: surroundings.secret(), device: deviceSecret(visit) ?? surroundings.secret())
    }

    /// - Throws: 422 `account_blocked` where support was quicker than the password.
    func open(
        _ opening: Opening, of person: PersonID, _ visit: Visit, isFirst: Bool, in connection: Connection
    ) throws {
        guard try Person.find(person, in: connection)?.isOpen == true else { throw blocked }
        // The session before this one, in the same browser, has served its time.
        if let old = visit.person?.session, let owner = visit.person?.id {
            _ = try Session.end(old, of: owner, in: connection)
        }
        let isNew = try Session.remember(
            deviceHash: Keys.sha256(opening.device), of: person, at: visit.now, in: connection)
        let isAbroad =
            try places.country(of: visit.source).map {
                try Session.remember(country: $0, of: person, at: visit.now, in: connection)
            } ?? false
        let session = try Session.insert(
            secretHash: Keys.sha256(opening.secret), person: person, address: visit.source,
            client: visit.actor.client, at: visit.now, in: connection)
        try connection.announce(
            Event(
                "PersonSignedIn", by: visit.actor(for: person), subject: "session", session.rawValue,
                payload: [
                    "new_device": isNew && !isFirst ? "yes" : "no", "new_country": isAbroad ? "yes" : "no",
                ]), at: visit.now)
    }

    func opened(_ opening: Opening, goingTo next: Link, notice: String? = nil) -> Answer {
        var answer = Answer.redirect(next, notice: notice)
        answer.cookies.append(.session(opening.secret, maxAge: Session.lifetime))
        // Browsers cap the life of a cookie at 400 days.
        answer.cookies.append(Cookie(Cookie.deviceName, opening.device, maxAge: .days(400)))
        return answer
    }

    func signedOut(notice: String = "accounts.signed_out") -> Answer {
        var answer = Answer.redirect("/sign-in", notice: notice)
        answer.cookies.append(.noSession)
        answer.headers.append(("Clear-Site-Data", "\"storage\""))
        return answer
    }

    func deviceSecret(_ visit: Visit) -> String? {
        visit.cookie(Cookie.deviceName).flatMap { $0.utf8.count == 43 ? $0 : nil }
    }

    /// "Your account was opened in a new browser", or from another country than ever before (SES-9, SES-12: it says to open the console, and links only there).
    func newDeviceLetter(_ recorded: RecordedEvent, _ connection: Connection) throws -> [Dispatch] {
        let event = recorded.event
        let isNewDevice = event.payload["new_device"] == "yes"
        guard isNewDevice || event.payload["new_country"] == "yes", let id = event.actor.person,
            let person = try Person.find(id, in: connection), person.erasedAt == nil
        else { return [] }
        let words = wording.words(person.language)
        let place = places.country(of: event.actor.address).map { country in
            (words("accounts.mail.device.place"), words.country(country))
        }
        let letter = Letter(
            subject: words(isNewDevice ? "accounts.mail.device.subject" : "accounts.mail.country.subject"),
            words: words, settings: settings,
            greeting: person.firstName,
            paragraphs: [words(isNewDevice ? "accounts.mail.device.text" : "accounts.mail.country.text")],
            facts: [
                (words("accounts.session.device"), Client(userAgent: event.actor.client).name(words)),
                (words("accounts.session.address"), event.actor.address),
            ] + (place.map { [$0] } ?? []) + [
                (words("accounts.mail.device.when"), words.moment(recorded.happenedAt, in: person.zone))
            ],
            action: (words("accounts.mail.device.action"), "/security/sessions"),
            closing: [words("accounts.mail.device.if_you"), words("accounts.mail.device.if_not")])
        return [.email(letter.mail(to: person.login, name: person.name))]
    }
}

extension Visit {
    /// Somebody who is about to be signed in, in the events of this request.
    func actor(for person: PersonID) -> Event.Actor {
        Event.Actor(person: person, requestID: requestID, address: source, client: actor.client)
    }
}
