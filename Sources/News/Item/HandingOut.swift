import Delivery
import Kernel
import Storage
import Web

/// Somebody a piece of news goes to, as they are at this moment.
struct Recipient: Sendable {
    let subscriber: NewsSubscriberID
    let address: EmailAddress
    let language: Language
    /// Nil for an address without an account.
    let name: (first: String, whole: String)?

    /// Those of a topic beyond one, in order. Who subscribed after it was published reads it on the site; who is blocked gets
    /// none; who is subscribed by the account and by its address gets one. The subscriptions are held, so that whoever ends one at
    /// this moment finds the letter that is queued for it, and takes it back.
    static func of(
        _ topic: String, at publishedAt: Instant, beyond last: NewsSubscriberID, limit: Int, in connection: Connection
    ) throws -> [Recipient] {
        try connection.rows(
            """
            SELECT subscriber.id AS id, COALESCE(person.login, subscriber.email) AS address,
                COALESCE(person.language, subscriber.language) AS language, person.first_name AS first_name,
                person.last_name AS last_name
            FROM \(audience(topic)) AND subscription.since_at <= \(publishedAt) AND subscriber.id > \(last)
            ORDER BY subscriber.id LIMIT \(limit) \(connection.dialect.holding("subscription"))
            """
        ).map { row in
            let first: String? = try row["first_name"]
            let last: String = try row["last_name"] ?? ""
            return Recipient(
                subscriber: try row["id"], address: try row["address"], language: try row["language"],
                name: first.map { ($0, "\($0) \(last)") })
        }
    }

    /// How many would get news of a topic that is published now.
    static func count(_ topic: String, in connection: Connection) throws -> Int {
        try connection.row("SELECT COUNT(*) AS count FROM \(audience(topic))")?["count"] ?? 0
    }

    private static func audience(_ topic: String) -> SQL {
        """
        news_subscription subscription
        JOIN news_subscriber subscriber ON subscriber.id = subscription.subscriber_id
        LEFT JOIN person ON person.id = subscriber.person_id
        WHERE subscription.topic = \(topic) AND person.blocked_at IS NULL AND person.erased_at IS NULL
            AND NOT EXISTS (
                SELECT 1 FROM person owner WHERE owner.login_key = subscriber.email_key
                    AND (owner.blocked_at IS NOT NULL OR EXISTS (
                        SELECT 1 FROM news_subscriber own
                        JOIN news_subscription twice ON twice.subscriber_id = own.id
                        WHERE own.person_id = owner.id AND twice.topic = subscription.topic)))
        """
    }
}

extension News {
    /// Queues the letters of what was published, in portions: a transaction each, so that nobody waits for thousands of them.
    /// How far it got is written in the same transaction, so that each letter is queued once, whatever stops in between.
    var handingOut: Schedule {
        Schedule(
            name: "news",
            nextDue: { connection in
                try connection.row(
                    """
                    SELECT MIN(published_at) AS due FROM news_item WHERE state = 'published' AND handed_out_at IS NULL
                    """
                ).flatMap { try $0["due"] }
            },
            run: { now in try await handOut(at: now) })
    }

    static let portionSize = 250

    /// - Returns: how many portions; the last one may be empty.
    func handOut(at now: Instant) async throws -> Int {
        var portions = 0
        while true {
            try Task.checkCancellation()
            guard try await database.write({ try handOutPortion(at: now, in: $0) }) else { return portions }
            portions += 1
        }
    }

    /// - Returns: false where nothing is under way.
    func handOutPortion(
        _ size: Int = News.portionSize, at now: Instant, in connection: Connection
    ) throws -> Bool {
        let oldest = try connection.row(
            """
            SELECT id FROM news_item WHERE state = 'published' AND handed_out_at IS NULL
            ORDER BY published_at, id LIMIT 1
            """)
        guard let id: NewsItemID = try oldest?["id"] else { return false }
        try connection.lock("news_item", id)
        // It may have been withdrawn, or handed out by another process, before it was held.
        guard let item = try NewsItem.find(id, in: connection), item.state == .published, item.handedOutAt == nil,
            let event = item.event, let publishedAt = item.publishedAt
        else { return true }
        let reached = try connection.row("SELECT handed_out_to FROM news_item WHERE id = \(id)")
        let recipients = try Recipient.of(
            item.topic, at: publishedAt, beyond: try reached?["handed_out_to"] ?? NewsSubscriberID(rawValue: 0),
            limit: size, in: connection)
        try connection.queue(recipients.map { .email(letter(item, to: $0)) }, because: event, at: now)
        let end: Instant? = recipients.count < size ? now : nil
        try connection.execute(
            """
            UPDATE news_item SET handed_out_at = \(end), recipients = recipients + \(recipients.count),
                handed_out_to = COALESCE(\(recipients.last?.subscriber), handed_out_to)
            WHERE id = \(id)
            """)
        return true
    }

    private func letter(_ item: NewsItem, to recipient: Recipient) -> Mail {
        let words = wording.words(recipient.language)
        let (language, text) = item.text(for: recipient.language)
        let token = Subscriber.token(recipient.subscriber, keys).text
        let end: Link = "/news/unsubscribe/\(token)/\(item.topic)"
        let topic = topics.name(of: item.topic, words)
        let foreign =
            language == recipient.language ? [] : [words("news.other_language", ["language": language.ownName])]
        let letter = Letter(
            subject: text.title, words: words, settings: settings, greeting: recipient.name?.first,
            paragraphs: foreign + text.paragraphs, isLinked: true,
            action: (words("news.letter.read"), "/news/\(item.id)"),
            closing: [words("news.letter.why", ["topic": topic])],
            foot: [
                (words("news.letter.end", ["topic": topic]), end),
                (words("news.letter.choose"), "/news/subscriptions/\(token)"),
            ])
        return Mail(
            to: recipient.address.description, toName: recipient.name?.whole ?? "", subject: letter.subject,
            text: letter.text, html: letter.html, unsubscribe: settings.address(of: end))
    }
}
