import Kernel
import Storage
import Web

extension NewsItem {
    private static let select: SQL = """
        SELECT id, topic, state, revision, created_at, published_at, event_id, handed_out_at, recipients FROM news_item
        """

    private static func read(_ rows: [Row], in connection: Connection) throws -> [NewsItem] {
        let ids = try rows.map { try $0["id"] as NewsItemID }
        var texts: [NewsItemID: [Language: Text]] = [:]
        for row in try connection.rows("SELECT item_id, language, title, body FROM news_text WHERE item_id IN \(ids)") {
            texts[try row["item_id"], default: [:]][try row["language"]] = Text(
                title: try row["title"], body: try row["body"])
        }
        return try rows.map { try NewsItem($0, texts[try $0["id"]] ?? [:]) }
    }

    private init(_ row: Row, _ texts: [Language: Text]) throws {
        id = try row["id"]
        topic = try row["topic"]
        let stored: String = try row["state"]
        guard let state = State(rawValue: stored) else { throw StorageError.unreadable("The state \(stored) of news.") }
        self.state = state
        revision = try row["revision"]
        createdAt = try row["created_at"]
        publishedAt = try row["published_at"]
        event = try row["event_id"]
        handedOutAt = try row["handed_out_at"]
        recipients = try row["recipients"]
        self.texts = texts
    }

    static func find(_ id: NewsItemID, in connection: Connection) throws -> NewsItem? {
        try read(connection.rows("\(select) WHERE id = \(id)"), in: connection).first
    }

    /// Newest first.
    /// - Parameter topic: nil for all.
    static func published(of topic: String?, _ paging: Paging, in connection: Connection) throws -> Listing<NewsItem> {
        let condition: SQL = topic.map { "state = 'published' AND topic = \($0)" } ?? "state = 'published'"
        return try list(condition, order: "published_at DESC, id DESC", paging, in: connection)
    }

    /// All of them, for the desk, newest first.
    static func written(_ paging: Paging, in connection: Connection) throws -> Listing<NewsItem> {
        try list("1 = 1", order: "id DESC", paging, in: connection)
    }

    private static func list(
        _ condition: SQL, order: SQL, _ paging: Paging, in connection: Connection
    ) throws -> Listing<NewsItem> {
        let count = try connection.row("SELECT COUNT(*) AS count FROM news_item WHERE \(condition)")
        let rows = try connection.rows(
            "\(select) WHERE \(condition) ORDER BY \(order) LIMIT \(paging.size) OFFSET \(paging.offset)")
        return Listing(
            items: try read(rows, in: connection), total: try count?["count"] ?? 0, paging: paging)
    }

    /// Because of which mail may still be on its way out: what was given up is parked after a day.
    static func recentEvents(of topics: [String], in connection: Connection) throws -> [EventID] {
        try topics.flatMap { topic in
            try connection.rows(
                """
                SELECT event_id FROM news_item WHERE topic = \(topic) AND event_id IS NOT NULL
                ORDER BY id DESC LIMIT \(recentMax)
                """
            ).map { try $0["event_id"] as EventID }
        }
    }

    static func recentEvents(in connection: Connection) throws -> [EventID] {
        let topics: [String] = try connection.rows("SELECT DISTINCT topic FROM news_item").map { try $0["topic"] }
        return try recentEvents(of: topics, in: connection)
    }

    private static let recentMax = 20
}
