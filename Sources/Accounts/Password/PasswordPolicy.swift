package import Kernel

/// Which passwords may be chosen (NIST SP 800-63B-4, 3.1.1.2; OWASP ASVS 5, 6.2): long, and not the first that a guesser
/// would try. No rules about which kinds of characters.
package struct PasswordPolicy: Sendable {
    package static let charactersMinAlone = 15
    package static let charactersMinWithSecondFactor = 8
    /// Room for any phrase; the limit only keeps a request from costing more than a sign-in should.
    package static let charactersMax = 1024

    private let common: CommonPasswords

    package init(common: CommonPasswords) {
        self.common = common
    }

    /// Answers nil for a password that may be chosen, else what is wrong with it, for the field `password`.
    /// - Parameters:
    ///   - hasSecondFactor: whether the account asks for a second factor; then 8 characters are enough instead of 15.
    ///   - person: what is known about the person and so would be guessed: login, first and last name.
    ///   - provider: the provider's name.
    package func check(_ password: String, hasSecondFactor: Bool, person: [String], provider: String) -> Problem? {
        // A character is a Unicode code point, as NIST counts.
        guard let text = PasswordText(password), text.count <= PasswordPolicy.charactersMax else {
            return PasswordPolicy.tooLong
        }
        let minimum =
            hasSecondFactor ? PasswordPolicy.charactersMinWithSecondFactor : PasswordPolicy.charactersMinAlone
        if text.count < minimum {
            return .field(
                "password", "accounts.password.too_short", code: "validation_rule_min", ["count": "\(minimum)"])
        }
        if common.contains(text) {
            return .field("password", "accounts.password.common")
        }
        if GuessableWords(about: person + [provider]).cover(text) {
            return .field("password", "accounts.password.personal")
        }
        if text.isMostlyRuns || text.isShortPartRepeated {
            return .field("password", "accounts.password.predictable")
        }
        return nil
    }

    static let tooLong = Problem.field(
        "password", "accounts.password.too_long", code: "validation_rule_max", ["count": "\(charactersMax)"])
}
