import Kernel
import Storage
import Web

extension Sandbox {
    /// `{"advance": "P14D"}` or `{"to": "2027-01-01T00:00:00Z"}` (contract.md, "Sandbox only").
    func openClockAPI(_ doors: Doors, _ work: SandboxWork) {
        doors.sandbox.get("clock.json") { _ in
            let now = clock.now
            return .json { $0.object { $0.field("now", now.description) } }
        }
        doors.sandbox.postJSON("clock") { visit, body in
            do {
                let moved =
                    switch try ClockMove(json: body) {
                    case .by(let duration): try await clock.advance(by: duration, in: database, work)
                    case .to(let moment): try await clock.advance(to: moment, in: database, work)
                    }
                let reply = Moved(now: moved.now.description, done: moved.done)
                return .bytes(Array(JSONText.encode(reply).utf8), contentType: "application/json")
            } catch let problem as Problem {
                return refusal(problem, visit)
            }
        }
    }

    private struct Moved: Encodable {
        let now: String
        let done: [String: Int]
    }

    /// A program posts here and reads JSON, whatever it says it accepts. The shape is the public API's, in English like it.
    func refusal(_ problem: Problem, _ visit: Visit) -> Answer {
        let words = visit.house.wording.words(.english)
        let sentence = words(problem.word, problem.arguments)
        return .json(status: problem.status) { json in
            json.object { reply in
                reply.field("result", "error")
                reply.object("error") { error in
                    guard let field = problem.field else {
                        error.field("code", problem.code)
                        error.field("description", sentence)
                        return
                    }
                    error.field("code", "validation_failed")
                    error.field("description", words("problem.validation_failed"))
                    error.array("errors", [field]) { entry, field in
                        entry.object { entry in
                            entry.field("code", problem.code)
                            entry.field("description", sentence)
                            entry.object("context") { $0.field("attribute", field) }
                        }
                    }
                }
            }
        }
    }
}

/// How far, or to when.
enum ClockMove: Hashable, Sendable {
    case by(Duration)
    case to(Instant)

    private struct Request: Decodable {
        let advance: String?
        let to: String?
    }

    /// - Throws: 400 where it is not a JSON object; 422 with the field for anything else.
    init(json body: [UInt8]) throws(Problem) {
        let request = try ClockMove.read(body)
        switch (request.advance, request.to) {
        case (let advance?, nil):
            guard let duration = Duration(iso8601: advance) else {
                throw .field("advance", "sandbox.clock.duration_unreadable")
            }
            self = .by(duration)
        case (nil, let to?):
            guard let moment = Instant(rfc3339: to) else { throw .field("to", "sandbox.clock.instant_unreadable") }
            self = .to(moment)
        default:
            throw .field("advance", "sandbox.clock.one_of", code: "validation_rule_required")
        }
    }

    private static func read(_ body: [UInt8]) throws(Problem) -> Request {
        let malformed = Problem(.malformed, code: "malformed_json", word: "sandbox.json.malformed")
        guard let text = String(validating: body, as: UTF8.self) else { throw malformed }
        do {
            return try JSONText.decode(Request.self, text)
        } catch DecodingError.typeMismatch(_, let context) {
            guard let field = context.codingPath.last?.stringValue else { throw malformed }
            throw .field(field, "sandbox.json.text_expected")
        } catch {
            throw malformed
        }
    }
}
