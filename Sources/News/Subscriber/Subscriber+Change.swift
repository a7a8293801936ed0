import Delivery
import Kernel
import Storage

extension Subscriber {
    /// Subscribes to what was chosen and ends the rest, all at once (NEWS-1). What is not offered now stays as it is.
    /// - Parameter revision: what the form was filled in from; nil where it does not matter.
    /// - Throws: 409 where it was changed meanwhile.
    static func choose(
        _ chosen: Set<String>, among offered: Topics, for owner: Owner, revision: Int? = nil, by actor: Event.Actor,
        at now: Instant, in connection: Connection
    ) throws {
        try change(owner, revision: revision, by: actor, at: now, in: connection) { before in
            chosen.intersection(offered.ids).union(before.subtracting(offered.ids))
        }
    }

    /// Ends one topic, be it offered or not; a second time changes nothing.
    static func end(
        _ topic: String, for owner: Owner, by actor: Event.Actor, at now: Instant, in connection: Connection
    ) throws {
        try change(owner, by: actor, at: now, in: connection) { $0.subtracting([topic]) }
    }

    /// Of a letter's link. Held before it is read: an address that is becoming part of an account at this moment is that account's.
    static func holding(_ id: NewsSubscriberID, in connection: Connection) throws -> Subscriber? {
        try connection.lock("news_subscriber", id)
        return try find(id, in: connection)
    }

    private static func change(
        _ owner: Owner, revision: Int? = nil, by actor: Event.Actor, at now: Instant, in connection: Connection,
        to choose: (_ before: Set<String>) -> Set<String>
    ) throws {
        let found = try held(owner, in: connection)
        let before = found.reduce(into: Set<String>()) { $0.formUnion($1.topics) }
        if let revision, revision != found.reduce(0, { $0 + $1.revision }) {
            throw Problem(.conflict, code: "changed_meanwhile", word: "form.changed_meanwhile")
        }
        let after = choose(before)
        if before == after { return }
        guard let id = try row(of: owner, among: found, at: now, in: connection) else { return }
        let ended = before.subtracting(after).sorted()
        try connection.execute("DELETE FROM news_subscription WHERE subscriber_id = \(id) AND topic IN \(ended)")
        try connection.insert(
            into: "news_subscription (subscriber_id, topic, since_at)", after.sorted().map { "\(id), \($0), \(now)" },
            "ON CONFLICT (subscriber_id, topic) DO NOTHING")
        try connection.execute("UPDATE news_subscriber SET revision = revision + 1 WHERE id = \(id)")
        try withdraw(ended, from: owner, in: connection)
        try announce(owner, id, before: before, after: after, by: actor, at: now, in: connection)
        // Of an address that wants nothing any more, nothing is kept.
        if case .address = owner, after.isEmpty { try delete([id], in: connection) }
    }

    /// Alone with the owner until the transaction ends.
    private static func held(_ owner: Owner, in connection: Connection) throws -> [Subscriber] {
        switch owner {
        case .person(let person):
            try connection.lock("person", person)
            return try all(of: owner, in: connection)
        case .address:
            for subscriber in try all(of: owner, in: connection) {
                try connection.lock("news_subscriber", subscriber.id)
            }
            return try all(of: owner, in: connection)
        }
    }

    /// The one row that an owner has from now on.
    private static func row(
        of owner: Owner, among found: [Subscriber], at now: Instant, in connection: Connection
    ) throws -> NewsSubscriberID? {
        switch owner {
        case .address(let address, let language):
            if let own = found.first { return own.id }
            try connection.execute(
                """
                INSERT INTO news_subscriber (email, email_key, language, revision, created_at)
                VALUES (\(address), \(address.key), \(language), 1, \(now)) ON CONFLICT (email_key) DO NOTHING
                """)
            return try find(of: address, in: connection)?.id
        case .person(let person):
            guard let first = found.first else {
                return try connection.insert(
                    """
                    INSERT INTO news_subscriber (person_id, revision, created_at) VALUES (\(person), 1, \(now))
                    RETURNING id
                    """)
            }
            if case .address = first.owner {
                try connection.execute(
                    """
                    UPDATE news_subscriber SET person_id = \(person), email = NULL, email_key = NULL, language = NULL
                    WHERE id = \(first.id)
                    """)
            }
            for other in found.dropFirst() { try merge(other, into: first.id, in: connection) }
            return first.id
        }
    }

    private static func merge(
        _ other: Subscriber, into id: NewsSubscriberID, in connection: Connection
    ) throws {
        try connection.execute("DELETE FROM news_subscription WHERE subscriber_id = \(other.id)")
        try connection.execute("UPDATE news_subscriber SET merged_into_id = \(id) WHERE merged_into_id = \(other.id)")
        try connection.execute(
            """
            UPDATE news_subscriber SET merged_into_id = \(id), email = NULL, email_key = NULL, language = NULL
            WHERE id = \(other.id)
            """)
    }

    /// Who ends a topic does not want what is still on its way out either.
    private static func withdraw(_ ended: [String], from owner: Owner, in connection: Connection) throws {
        if ended.isEmpty { return }
        let address: EmailAddress? =
            switch owner {
            case .address(let address, _): address
            case .person(let person): try login(of: person, in: connection)
            }
        guard let address else { return }
        try connection.withdrawMail(
            to: address.description, because: NewsItem.recentEvents(of: ended, in: connection))
    }

    private static func announce(
        _ owner: Owner, _ id: NewsSubscriberID, before: Set<String>, after: Set<String>, by actor: Event.Actor,
        at now: Instant, in connection: Connection
    ) throws {
        let (subject, subjectID): (String, Int64) =
            if case .person(let person) = owner { ("person", person.rawValue) } else {
                ("news_subscriber", id.rawValue)
            }
        try connection.announce(
            Event(
                "NewsTopicsChosen", by: actor, subject: subject, subjectID,
                payload: [
                    "topics_before": before.sorted().joined(separator: ", "),
                    "topics_after": after.sorted().joined(separator: ", "),
                ]), at: now)
    }
}
