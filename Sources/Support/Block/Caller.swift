import Accounts
import Kernel
import Storage
import Web

/// Who asked for a block, and how support knows it is them (BLK-7, SUP-19): by their support code, or else by what staff says.
enum Caller: Sendable {
    case known(PersonID)
    case unproved(why: String)

    /// A sentence that somebody else can judge later; a word is not.
    static let reasonLengthMin = 10
    static let reasonLengthMax = 500

    /// What goes with the event, so that it can be looked up who asked.
    var payload: [String: String] {
        switch self {
        case .known(let person): ["caller": person.description, "exception": ""]
        case .unproved(let why): ["caller": "", "exception": why]
        }
    }

    /// Reads how the caller was recognised; what is missing or wrong is noted at its field. A code counts that is the person's
    /// own, or that of somebody who administers an organisation they are in: nobody else's.
    /// - Returns: nil where a field has a problem.
    static func read(_ form: inout Form, about person: PersonID, in connection: Connection) throws -> Caller? {
        switch form.typed("proof") {
        case "code":
            let code = form.text("support_code", max: 20)
            if code.isEmpty { return nil }
            guard let caller = try Person.find(supportCode: code, in: connection) else {
                form.add(.field("support_code", "support.block.code.unknown"))
                return nil
            }
            guard try caller.id == person || administers(caller.id, over: person, connection) else {
                form.add(.field("support_code", "support.block.code.stranger"))
                return nil
            }
            return .known(caller.id)
        case "none":
            return reason("exception", &form).map { .unproved(why: $0) }
        default:
            form.add(.field("proof", "support.block.proof.missing", code: "validation_rule_required"))
            return nil
        }
    }

    private static func administers(
        _ caller: PersonID, over person: PersonID, _ connection: Connection
    ) throws -> Bool {
        try connection.row(
            """
            SELECT 1 AS one FROM membership AS theirs
            JOIN membership AS callers ON callers.organization_id = theirs.organization_id
            WHERE theirs.person_id = \(person) AND callers.person_id = \(caller)
                AND callers.role IN ('legal_representative', 'administrator')
            LIMIT 1
            """) != nil
    }

    /// - Returns: nil where the field has a problem.
    static func reason(_ field: String, _ form: inout Form) -> String? {
        let count = form.problems.count
        let text = form.text(field, max: reasonLengthMax)
        guard form.problems.count == count else { return nil }
        guard text.count >= reasonLengthMin else {
            form.add(
                .field(
                    field, "support.block.reason.short", code: "validation_rule_min", ["min": String(reasonLengthMin)]))
            return nil
        }
        return text
    }
}
