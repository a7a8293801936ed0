/// Something that cannot be done, as a sentence for someone: a code for programs, a word key for people, the field it is
/// about, and what to do next. `Web` turns it into a page or an API error with the status of its kind.
package struct Problem: Error, Hashable, Sendable {
    package enum Kind: Hashable, Sendable {
        /// 400: the request itself cannot be read.
        case malformed
        /// 401: nobody is signed in.
        case unauthorized
        /// 403: signed in, but without the right.
        case forbidden
        /// 404: no such thing, or not yours.
        case notFound
        /// 405: the path is there, the method is not.
        case wrongMethod(allowed: String)
        /// 409: it has changed meanwhile, or was done already.
        case conflict
        /// 410: a link that is used up.
        case gone
        /// 413: too large a body.
        case tooLarge
        /// 415: a content type that is not taken here.
        case unsupportedType
        /// 422: understood, but what was typed cannot be accepted.
        case invalid
        /// 429: too often.
        case tooMany(retryAfterSeconds: Int)
        /// 503: not now.
        case unavailable(retryAfterSeconds: Int)
    }

    package let kind: Kind
    /// Snake case, stable: `validation_rule_required`, `object_not_found`.
    package let code: String
    /// The key of the sentence in the words of a room.
    package let word: String
    package let arguments: [String: String]
    /// The name of the form field or JSON attribute it is about.
    package let field: String?

    package init(
        _ kind: Kind, code: String, word: String, arguments: [String: String] = [:], field: String? = nil
    ) {
        self.kind = kind
        self.code = code
        self.word = word
        self.arguments = arguments
        self.field = field
    }

    /// What was typed in one field cannot be accepted.
    package static func field(
        _ field: String, _ word: String, code: String = "validation_rule_invalid", _ arguments: [String: String] = [:]
    ) -> Problem {
        Problem(.invalid, code: code, word: word, arguments: arguments, field: field)
    }

    /// The answer for what does not exist and for what belongs to somebody else: they must not be told apart.
    package static let notFound = Problem(.notFound, code: "object_not_found", word: "problem.not_found")
}

/// Several fields at once: what a form answers when more than one entry cannot be accepted.
package struct Problems: Error, Sendable {
    package let all: [Problem]

    package init(_ all: [Problem]) {
        self.all = all
    }
}
