import Delivery
package import Kernel
package import Storage

extension Subscriber {
    private static let select: SQL = "SELECT id, person_id, email, language, revision FROM news_subscriber"

    private init(_ row: Row, in connection: Connection) throws {
        id = try row["id"]
        revision = try row["revision"]
        let person: PersonID? = try row["person_id"]
        owner = if let person { .person(person) } else { .address(try row["email"], try row["language"]) }
        let subscribed = try connection.rows("SELECT topic FROM news_subscription WHERE subscriber_id = \(id)")
        topics = Set(try subscribed.map { try $0["topic"] })
    }

    /// By an id of a letter that may be years old.
    static func find(_ id: NewsSubscriberID, in connection: Connection) throws -> Subscriber? {
        try connection.row(
            """
            \(select) WHERE id = (SELECT COALESCE(merged_into_id, id) FROM news_subscriber WHERE id = \(id))
            """
        ).map { try Subscriber($0, in: connection) }
    }

    static func find(of person: PersonID, in connection: Connection) throws -> Subscriber? {
        try connection.row("\(select) WHERE person_id = \(person)").map { try Subscriber($0, in: connection) }
    }

    static func find(of address: EmailAddress, in connection: Connection) throws -> Subscriber? {
        try connection.row("\(select) WHERE email_key = \(address.key)").map { try Subscriber($0, in: connection) }
    }

    /// All that an owner is subscribed by: a person by their account, and by its address where they asked for news before they
    /// had one.
    static func all(of owner: Owner, in connection: Connection) throws -> [Subscriber] {
        switch owner {
        case .address(let address, _): return try [find(of: address, in: connection)].compactMap { $0 }
        case .person(let person):
            let address = try login(of: person, in: connection).flatMap { try find(of: $0, in: connection) }
            return try [find(of: person, in: connection), address].compactMap { $0 }
        }
    }

    static func choice(of owner: Owner, in connection: Connection) throws -> Choice {
        try all(of: owner, in: connection).reduce(into: Choice()) { choice, subscriber in
            choice.topics.formUnion(subscriber.topics)
            choice.revision += subscriber.revision
        }
    }

    /// Whose an address is: the account's where it is a login, so that nobody gets the same news twice.
    static func owner(of address: EmailAddress, _ language: Language, in connection: Connection) throws -> Owner {
        let row = try connection.row("SELECT id FROM person WHERE login_key = \(address.key)")
        return try row.map { .person(try $0["id"]) } ?? .address(address, language)
    }

    static func login(of person: PersonID, in connection: Connection) throws -> EmailAddress? {
        try connection.row("SELECT login FROM person WHERE id = \(person)").map { try $0["login"] }
    }
}

extension News {
    /// Nothing of somebody whose account is deleted stays: neither what they subscribed to nor what waits to go out.
    package static func forget(_ person: PersonID, in connection: Connection) throws {
        guard let login = try Subscriber.login(of: person, in: connection) else { return }
        let own: [NewsSubscriberID] = try connection.rows(
            "SELECT id FROM news_subscriber WHERE person_id = \(person) OR email_key = \(login.key)"
        ).map { try $0["id"] }
        try connection.withdrawMail(to: login.description, because: NewsItem.recentEvents(in: connection))
        try Subscriber.delete(own, in: connection)
        try connection.execute("DELETE FROM news_request WHERE email_key = \(login.key)")
    }
}

extension Subscriber {
    static func delete(_ ids: [NewsSubscriberID], in connection: Connection) throws {
        try connection.execute("DELETE FROM news_subscription WHERE subscriber_id IN \(ids)")
        try connection.execute("DELETE FROM news_subscriber WHERE merged_into_id IN \(ids)")
        try connection.execute("DELETE FROM news_subscriber WHERE id IN \(ids)")
    }
}
