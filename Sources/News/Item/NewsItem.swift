import Kernel
import Storage
import Web

/// A piece of news: written at the desk in one language or several, published once, read by everybody.
struct NewsItem: Sendable {
    let id: NewsItemID
    let topic: String
    let state: State
    /// Counts the changes of the draft.
    let revision: Int
    let createdAt: Instant
    let publishedAt: Instant?
    /// That it was published: what its letters go out because of.
    let event: EventID?
    /// When the last letter was queued; nil before, and while they are.
    let handedOutAt: Instant?
    /// How many letters were queued.
    let recipients: Int
    /// At least one.
    let texts: [Language: Text]

    enum State: String, Sendable {
        /// Only the desk sees it.
        case draft
        case published
        /// Taken off the site again; letters that had not gone out did not go.
        case withdrawn
    }

    struct Text: Sendable, Equatable {
        let title: String
        /// Plain; blank lines part paragraphs, and addresses become links.
        let body: String

        static let titleLengthMax = 120
        /// A letter, not a book.
        static let bodyLengthMax = 10_000

        var paragraphs: [String] {
            var paragraphs: [[Substring]] = [[]]
            for line in body.split(separator: "\n", omittingEmptySubsequences: false) {
                if line.allSatisfy(\.isWhitespace) {
                    paragraphs.append([])
                } else {
                    paragraphs[paragraphs.count - 1].append(line)
                }
            }
            return paragraphs.filter { !$0.isEmpty }.map { $0.joined(separator: "\n") }
        }

        var html: HTML { "\(paragraphs.map { "<p>\(linked($0))</p>" as HTML })" }
    }

    /// What a reader of a language gets: that, else English, else what was written first in the order of the languages.
    func text(for language: Language) -> (language: Language, text: Text) {
        for language in [language, .english] + Language.allCases {
            if let text = texts[language] { return (language, text) }
        }
        preconditionFailure("News is written in at least one language.")
    }
}

extension Migration {
    static let newsItems = Migration(
        "news-003-items",
        """
        CREATE TABLE news_item (
            id IDENTITY,
            topic TEXT NOT NULL,
            state TEXT NOT NULL CHECK (state IN ('draft', 'published', 'withdrawn')),
            revision INTEGER NOT NULL CHECK (revision > 0),
            created_at BIGINT NOT NULL,
            published_at BIGINT,
            event_id BIGINT UNIQUE REFERENCES event (id),
            handed_out_to BIGINT NOT NULL DEFAULT 0,
            handed_out_at BIGINT,
            recipients INTEGER NOT NULL DEFAULT 0 CHECK (recipients >= 0),
            CHECK ((state = 'draft') = (published_at IS NULL)),
            CHECK ((state = 'draft') = (event_id IS NULL)),
            CHECK (state <> 'draft' OR handed_out_at IS NULL),
            CHECK (state <> 'withdrawn' OR handed_out_at IS NOT NULL)
        );
        CREATE INDEX news_item_published ON news_item (published_at, id) WHERE state = 'published';
        CREATE INDEX news_item_of_topic ON news_item (topic, id);
        CREATE INDEX news_item_under_way ON news_item (published_at)
            WHERE state = 'published' AND handed_out_at IS NULL;
        CREATE TABLE news_text (
            item_id BIGINT NOT NULL REFERENCES news_item (id),
            language TEXT NOT NULL,
            title TEXT NOT NULL CHECK (title <> ''),
            body TEXT NOT NULL CHECK (body <> ''),
            PRIMARY KEY (item_id, language)
        );
        """)
}
