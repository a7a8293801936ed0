import Kernel
import Storage
import Web

/// Somebody who gets news: a person, whose address and language are those of the account, or an address alone.
struct Subscriber: Sendable {
    let id: NewsSubscriberID
    let owner: Owner
    /// Ids, those of topics that are gone from the file too.
    let topics: Set<String>
    /// Counts the changes, so that a form filled in from an older state is told so.
    let revision: Int

    enum Owner: Sendable {
        case person(PersonID)
        case address(EmailAddress, Language)
    }

    /// What stands in letters: whoever has it may choose topics and end them without signing in, and nothing else. It holds as
    /// long as there is something to end, so there is no nonce; ids are never given twice.
    func token(_ keys: Keys) -> LinkToken { Subscriber.token(id, keys) }

    static func token(_ id: NewsSubscriberID, _ keys: Keys) -> LinkToken {
        LinkToken(purpose, id.rawValue, nonce: "", keys: keys)
    }

    /// - Returns: nil for what this server did not make. A subscriber of that id may be gone by now.
    static func id(in token: String, _ keys: Keys) -> NewsSubscriberID? {
        guard let id = LinkToken.id(in: token), LinkToken.isValid(token, purpose, id, nonce: "", keys: keys) else {
            return nil
        }
        return NewsSubscriberID(rawValue: id)
    }

    private static let purpose = "news subscriber"
}

/// What somebody has chosen so far, wherever it is kept.
struct Choice: Sendable {
    var topics: Set<String> = []
    var revision = 0
}

extension Migration {
    /// A row is a person's, or an address's, or points to the one it was merged into: letters that went out before still name it.
    static let newsSubscribers = Migration(
        "news-001-subscribers",
        """
        CREATE TABLE news_subscriber (
            id IDENTITY,
            person_id BIGINT UNIQUE REFERENCES person (id),
            email TEXT,
            email_key TEXT UNIQUE,
            language TEXT,
            merged_into_id BIGINT REFERENCES news_subscriber (id),
            revision INTEGER NOT NULL CHECK (revision > 0),
            created_at BIGINT NOT NULL,
            CHECK ((email IS NULL) = (email_key IS NULL)),
            CHECK ((email IS NULL) = (language IS NULL)),
            CHECK (
                (CASE WHEN person_id IS NULL THEN 0 ELSE 1 END)
                + (CASE WHEN email_key IS NULL THEN 0 ELSE 1 END)
                + (CASE WHEN merged_into_id IS NULL THEN 0 ELSE 1 END) = 1)
        );
        CREATE INDEX news_subscriber_merged ON news_subscriber (merged_into_id) WHERE merged_into_id IS NOT NULL;
        CREATE TABLE news_subscription (
            subscriber_id BIGINT NOT NULL REFERENCES news_subscriber (id),
            topic TEXT NOT NULL,
            since_at BIGINT NOT NULL,
            PRIMARY KEY (subscriber_id, topic)
        );
        CREATE INDEX news_subscription_of_topic ON news_subscription (topic, subscriber_id);
        """)
}
