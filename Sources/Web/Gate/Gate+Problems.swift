import Kernel
import Storage

extension Gate {
    static func problems(_ error: any Error) -> [Problem]? {
        switch error {
        case let problem as Problem: [problem]
        case let link as DeadLink: [link.problem]
        case let problems as Problems: problems.all.isEmpty ? nil : problems.all
        case let error as StorageError: Problem(error).map { [$0] }
        default: nil
        }
    }

    /// The status with which a form comes back; nil where the problem is not about the form.
    static func formStatus(_ problems: [Problem]) -> Int? {
        switch problems[0].kind {
        case .invalid, .conflict, .gone, .tooMany, .unavailable: problems[0].status
        default: nil
        }
    }
}

extension Problem {
    static let noToken = Problem(.unauthorized, code: "not_authorized", word: "problem.no_token")

    /// What a database answers instead of rows, for people.
    init?(_ error: StorageError) {
        switch error {
        case .unavailable, .contended:
            self.init(.unavailable(retryAfterSeconds: 5), code: "unavailable", word: "problem.unavailable")
        case .commitUnknown:
            self.init(.unavailable(retryAfterSeconds: 5), code: "outcome_unknown", word: "problem.commit_unknown")
        default:
            return nil
        }
    }
}
