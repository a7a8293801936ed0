import Delivery
import Kernel
import Storage
import Web

/// An address that was typed at the foot of a page and has to be proved by the link in a letter before anything is sent to it
/// (NEWS-4). It is kept for a day.
struct NewsRequest: Sendable {
    let id: NewsRequestID
    let email: EmailAddress
    let language: Language
    let nonce: String
    let expiresAt: Instant
    let usedAt: Instant?

    /// Long enough to find the letter in the evening.
    static let lifetime: Duration = .hours(24)

    func token(_ keys: Keys) -> LinkToken { LinkToken("news request", id.rawValue, nonce: nonce, keys: keys) }

    /// How often one address may be written to, whoever types it: once a minute, 3 times an hour, 5 times a day.
    static func maySend(sentAt times: [Instant], now: Instant) -> Bool {
        func count(within duration: Duration) -> Int { times.filter { now < $0.adding(duration) }.count }
        return count(within: .minutes(1)) < 1 && count(within: .hours(1)) < 3 && count(within: .hours(24)) < 5
    }
}

extension Migration {
    /// Two who ask in the same minute are told apart by nobody, so that the second one finds the row of the first.
    static let newsRequests = Migration(
        "news-002-requests",
        """
        CREATE TABLE news_request (
            id IDENTITY,
            email TEXT NOT NULL,
            email_key TEXT NOT NULL,
            language TEXT NOT NULL,
            nonce TEXT NOT NULL,
            minute BIGINT NOT NULL,
            created_at BIGINT NOT NULL,
            expires_at BIGINT NOT NULL,
            used_at BIGINT,
            UNIQUE (email_key, minute)
        );
        CREATE INDEX news_request_expiring ON news_request (expires_at);
        """)
}

extension NewsRequest {
    static func find(_ id: NewsRequestID, in connection: Connection) throws -> NewsRequest? {
        try connection.row(
            "SELECT id, email, language, nonce, expires_at, used_at FROM news_request WHERE id = \(id)"
        ).map { row in
            NewsRequest(
                id: try row["id"], email: try row["email"], language: try row["language"], nonce: try row["nonce"],
                expiresAt: try row["expires_at"], usedAt: try row["used_at"])
        }
    }

    /// - Returns: false where it was used or has expired meanwhile; then nothing has changed.
    func use(at now: Instant, in connection: Connection) throws -> Bool {
        try connection.execute(
            "UPDATE news_request SET used_at = \(now) WHERE id = \(id) AND used_at IS NULL AND expires_at > \(now)")
            == 1
    }
}

extension News {
    /// Writes to an address, unless that was done too often or its owner is kept out; whoever asks is told the same either way.
    func request(
        _ email: EmailAddress, _ language: Language, nonce: String, by actor: Event.Actor, at now: Instant,
        in connection: Connection
    ) throws {
        let sent: [Instant] = try connection.rows(
            """
            SELECT created_at FROM news_request WHERE email_key = \(email.key) AND created_at > \(now.adding(.hours(-24)))
            """
        ).map { try $0["created_at"] }
        let isBlocked =
            try connection.row(
                "SELECT id FROM person WHERE login_key = \(email.key) AND blocked_at IS NOT NULL") != nil
        guard !isBlocked, NewsRequest.maySend(sentAt: sent, now: now) else { return }
        let made = try connection.row(
            """
            INSERT INTO news_request (email, email_key, language, nonce, minute, created_at, expires_at)
            VALUES (\(email), \(email.key), \(language), \(nonce), \(now.milliseconds / 60_000), \(now),
                \(now.adding(NewsRequest.lifetime)))
            ON CONFLICT (email_key, minute) DO NOTHING RETURNING id
            """)
        guard let id: NewsRequestID = try made?["id"], let request = try NewsRequest.find(id, in: connection) else {
            return
        }
        let event = try connection.record(
            Event("NewsRequested", by: actor, subject: "news_request", id.rawValue), at: now)
        // Queued here and not by the relay, so that nothing of the address stays once the letter is out.
        try connection.queue(.email(letter(request)), because: event, at: now)
    }

    private func letter(_ request: NewsRequest) -> Mail {
        let words = wording.words(request.language)
        let letter = Letter(
            subject: words("news.request.letter.subject", ["provider": settings.provider]), words: words,
            settings: settings, greeting: nil, paragraphs: [words("news.request.letter.text")],
            action: (words("news.request.letter.action"), "/news/requests/\(request.token(keys).text)"),
            closing: [words("news.request.letter.expires"), words("news.request.letter.not_you")])
        return Mail(
            to: request.email.description, toName: "", subject: letter.subject, text: letter.text, html: letter.html)
    }

    /// Addresses that nobody proved are forgotten.
    var expiringRequests: Schedule {
        let database = database
        return Schedule(
            name: "news requests",
            nextDue: { connection in
                try connection.row("SELECT MIN(expires_at) AS due FROM news_request").flatMap { try $0["due"] }
            },
            run: { now in
                try await database.write { try $0.execute("DELETE FROM news_request WHERE expires_at <= \(now)") }
            })
    }
}
