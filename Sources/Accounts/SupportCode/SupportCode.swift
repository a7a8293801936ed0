package import Kernel
package import Storage
import Web

/// Nine digits by which support recognises a customer quickly (SUP-1) and authenticates a request to block somebody (SUP-19).
/// Random, so that nothing follows from it; it opens nothing by itself.
enum SupportCode {
    /// A new one. The first digit is never zero, so that none is left out on the phone.
    static func make(_ random: (Int) -> [UInt8]) -> String {
        let number = random(8).reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
        return String(100_000_000 + number % 900_000_000)
    }

    /// In groups of three, as it is read aloud.
    static func shown(_ code: String) -> String { Base32.grouped(code, by: 3, separator: " ") }

    /// Among 900 million, a code that is taken comes up once in a while; ten times in a row it does not.
    private static let attemptsMax = 10

    /// Gives the person a code that nobody else has, in place of an earlier one.
    static func renew(
        of person: PersonID, _ random: (Int) -> [UInt8], in connection: Connection
    ) throws -> String {
        for _ in 0..<attemptsMax {
            let code = make(random)
            let changed = try connection.execute(
                """
                UPDATE person SET support_code = \(code)
                WHERE id = \(person) AND erased_at IS NULL
                    AND NOT EXISTS (SELECT 1 FROM person AS other WHERE other.support_code = \(code))
                """)
            if changed == 1 { return code }
        }
        throw Problem.notFound
    }
}

extension Person {
    /// Who tells support this code, typed with or without blanks (SUP-1, SUP-19).
    package static func find(supportCode: String, in connection: Connection) throws -> Person? {
        let digits = supportCode.filter { !$0.isWhitespace && $0 != "-" }
        guard digits.utf8.count == 9, digits.utf8.allSatisfy({ (48...57).contains($0) }) else { return nil }
        return try connection.row("\(select) WHERE support_code = \(digits)").map(Person.init)
    }
}

extension Accounts {
    func openSupportCode(_ doors: Doors) {
        doors.signedIn.post("/profile/support-code") { visit, _ in
            try await database.write { connection in
                _ = try SupportCode.renew(of: visit.person.id, surroundings.random, in: connection)
                try connection.announce(
                    Event("SupportCodeRenewed", by: visit.actor, subject: "person", visit.person.id.rawValue),
                    at: visit.now)
            }
            return .redirect("/profile", notice: "accounts.support_code_renewed")
        }
    }

    /// The code of a person as it is shown, in groups of three; made when it is first needed.
    /// - Throws: 404 for somebody unknown or erased.
    package func supportCode(of person: PersonID) async throws -> String {
        let known: String? = try await database.read { connection in
            try connection.row("SELECT support_code FROM person WHERE id = \(person)")?["support_code"]
        }
        if let known { return SupportCode.shown(known) }
        let made = try await database.write { connection -> String in
            try connection.lock("person", person)
            // Two tabs that show it for the first time show the same.
            if let row = try connection.row("SELECT support_code FROM person WHERE id = \(person)"),
                let code: String = try row["support_code"]
            {
                return code
            }
            return try SupportCode.renew(of: person, surroundings.random, in: connection)
        }
        return SupportCode.shown(made)
    }

    func supportCodeCard(_ visit: SignedInVisit, _ code: String) -> HTML {
        let words = visit.words
        return card(
            words("accounts.support_code"),
            """
            <p><strong class="figure" id="support-code">\(code)</strong></p>
            <p>\(words("accounts.support_code.hint"))</p>
            <form class="row gap-above" method="post" action="/profile/support-code">\(visit.visit.formFields)\
            <button class="btn">\(icon("refresh"))\(words("accounts.support_code.renew"))</button>\
            <button class="btn" type="button" data-copy="#support-code" data-done="\(words("accounts.copied"))" hidden>\
            <span data-label>\(words("accounts.copy"))</span></button></form>
            """)
    }
}
