import Kernel
import Storage
import TestSupport
import Web

@testable import News

extension TestWorld {
    /// Puts news on the site, by the rules.
    @discardableResult
    func publish(
        _ title: String = "A new roof", _ body: String = "It is green.", topic: String = "products",
        in languages: [Language] = [.english]
    ) async throws -> NewsItemID {
        let now = clock.now
        let texts = languages.map { ($0, (title: "\(title) (\($0.rawValue))", body: "\(body) (\($0.rawValue))")) }
        let draft = NewsDraft(topic: topic, texts: Dictionary(uniqueKeysWithValues: texts))
        return try await database.write { connection in
            let id = try draft.insert(by: .system, at: now, in: connection)
            try News.publish(id, by: .system, at: now, in: connection)
            return id
        }
    }

    func subscribe(_ person: TestPerson, to topics: Set<String> = ["products"]) async throws {
        let (now, offered) = (clock.now, news.topics)
        try await database.write { connection in
            try Subscriber.choose(
                topics, among: offered, for: .person(person.id), by: person.actor, at: now, in: connection)
        }
    }

    /// An address that was proved.
    @discardableResult
    func subscribe(
        _ address: String, to topics: Set<String> = ["products"], language: Language = .english
    ) async throws -> NewsSubscriberID {
        let (now, offered) = (clock.now, news.topics)
        guard let email = EmailAddress(address) else { throw TestTrouble("\(address) is none.") }
        return try await database.write { connection in
            try Subscriber.choose(
                topics, among: offered, for: .address(email, language), by: .system, at: now, in: connection)
            guard let id = try Subscriber.find(of: email, in: connection)?.id else {
                throw TestTrouble("\(address) is not subscribed.")
            }
            return id
        }
    }

    func subscribed() async throws -> [String] {
        try await values(
            """
            SELECT COALESCE(person.login, subscriber.email) || ' ' || subscription.topic AS value
            FROM news_subscription subscription
            JOIN news_subscriber subscriber ON subscriber.id = subscription.subscriber_id
            LEFT JOIN person ON person.id = subscriber.person_id
            ORDER BY 1
            """)
    }

    /// The subjects of what was sent to somebody.
    func subjects(to address: String) async throws -> [String] { try await mails(to: address).map(\.subject) }
}

extension TestMail {
    /// The path of a link in it.
    func path(_ part: String) -> String? {
        text.split(whereSeparator: \.isWhitespace).first { $0.contains(part) }.flatMap { address in
            address.firstRange(of: "8080/").map { "/" + address[$0.upperBound...] }
        }
    }
}

extension TestBrowser {
    /// What a mail program posts (RFC 8058): no page, no cookies, no token.
    func oneClick(_ path: String) async -> Screen { await post(path, ["List-Unsubscribe": "One-Click", "csrf": ""]) }
}
