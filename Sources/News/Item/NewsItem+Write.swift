import Delivery
package import Kernel
package import Storage

/// News before it is published: what the form of the desk makes.
package struct NewsDraft: Sendable {
    let topic: String
    let texts: [Language: NewsItem.Text]

    /// - Precondition: at least one text.
    package init(topic: String, texts: [Language: (title: String, body: String)]) {
        precondition(!texts.isEmpty, "News is written in at least one language.")
        self.topic = topic
        self.texts = texts.mapValues { NewsItem.Text(title: $0.title, body: $0.body) }
    }

    package func insert(by actor: Event.Actor, at now: Instant, in connection: Connection) throws -> NewsItemID {
        let id: NewsItemID = try connection.insert(
            """
            INSERT INTO news_item (topic, state, revision, created_at) VALUES (\(topic), 'draft', 1, \(now)) RETURNING id
            """)
        try write(id, in: connection)
        try connection.announce(Event("NewsWritten", by: actor, subject: "news", id.rawValue), at: now)
        return id
    }

    /// - Throws: 404 without such news; 409 where it was changed since the form was filled in, or is published.
    func replace(
        _ id: NewsItemID, revision: Int, by actor: Event.Actor, at now: Instant, in connection: Connection
    ) throws {
        let changed = try connection.execute(
            """
            UPDATE news_item SET topic = \(topic), revision = revision + 1
            WHERE id = \(id) AND state = 'draft' AND revision = \(revision)
            """)
        guard changed == 1 else { throw Problem.newsChanged }
        try connection.execute("DELETE FROM news_text WHERE item_id = \(id)")
        try write(id, in: connection)
        try connection.announce(Event("NewsRewritten", by: actor, subject: "news", id.rawValue), at: now)
    }

    private func write(_ id: NewsItemID, in connection: Connection) throws {
        for (language, text) in texts.sorted(by: { $0.key.rawValue < $1.key.rawValue }) {
            try connection.execute(
                """
                INSERT INTO news_text (item_id, language, title, body)
                VALUES (\(id), \(language), \(text.title), \(text.body))
                """)
        }
    }
}

extension News {
    /// Puts a draft on the site and has its letters sent; both happen once, however often this is asked.
    /// - Parameter revision: what was seen of it; nil where nobody else could have changed it.
    /// - Returns: false where it was published before; then nothing happens.
    /// - Throws: 404 without such news; 409 where the draft was changed meanwhile, or what was published is withdrawn.
    @discardableResult
    package static func publish(
        _ id: NewsItemID, revision: Int? = nil, by actor: Event.Actor, at now: Instant, in connection: Connection
    ) throws -> Bool {
        try connection.lock("news_item", id)
        guard let item = try NewsItem.find(id, in: connection) else { throw Problem.notFound }
        if item.state == .published { return false }
        guard item.state == .draft, revision == nil || revision == item.revision else { throw Problem.newsChanged }
        let event = try connection.record(Event("NewsPublished", by: actor, subject: "news", id.rawValue), at: now)
        try connection.execute(
            """
            UPDATE news_item SET state = 'published', published_at = \(now), event_id = \(event)
            WHERE id = \(id) AND state = 'draft'
            """)
        return true
    }
}

extension NewsItem {
    /// Takes it away: a draft for good; of what is published, the page, and the letters that have not gone out.
    static func end(_ id: NewsItemID, by actor: Event.Actor, at now: Instant, in connection: Connection) throws {
        try connection.lock("news_item", id)
        guard let item = try find(id, in: connection) else { throw Problem.notFound }
        switch item.state {
        case .withdrawn: return
        case .draft:
            try connection.execute("DELETE FROM news_text WHERE item_id = \(id)")
            try connection.execute("DELETE FROM news_item WHERE id = \(id)")
            try connection.announce(Event("NewsDiscarded", by: actor, subject: "news", id.rawValue), at: now)
        case .published:
            try connection.execute(
                """
                UPDATE news_item SET state = 'withdrawn', handed_out_at = COALESCE(handed_out_at, \(now))
                WHERE id = \(id)
                """)
            if let event = item.event { try connection.withdrawMail(because: event) }
            try connection.announce(Event("NewsWithdrawn", by: actor, subject: "news", id.rawValue), at: now)
        }
    }
}

extension Problem {
    static let newsChanged = Problem(.conflict, code: "changed_meanwhile", word: "news.changed_meanwhile")
}
