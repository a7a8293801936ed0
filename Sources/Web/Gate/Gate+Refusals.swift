import Kernel
import Storage

extension Gate {
    /// Writes into the log of an organisation that a right was missing (security.md, "Audit"). The same again is noted once an
    /// hour, and no person more than so often, lest refusals fill the disk. The refusal stands, whether it can be noted or not.
    func note(_ explained: Explained) async {
        let visit = explained.visit
        guard let problem = explained.cause as? Problem, problem.code == "access_denied",
            let organization = visit.organization?.id, let person = visit.person?.id
        else { return }
        let method = visit.request.method
        let path = String(visit.request.path.prefix(Gate.refusedPathMax))
        guard house.limiter.count(.sameRefusal, "\(person) \(method) \(path)", factor: 1, at: visit.now).isAllowed,
            house.limiter.count(.refusals, "\(person)", factor: 1, at: visit.now).isAllowed
        else { return }
        let event = Event(
            "ActRefused", by: visit.actor, organization: organization, subject: "organization", organization.rawValue,
            payload: ["method": method, "path": path])
        _ = try? await house.database.write { try $0.announce(event, at: visit.now) }
    }

    /// Whom a member can ask for the right they lack; nobody where that cannot be told now: the refusal stands.
    func grantors(_ problem: Problem, _ visit: Visit) async -> [String] {
        guard let right = ErrorPages.missingRight(problem), let organization = visit.organization,
            organization.through == nil
        else { return [] }
        let find = house.contributions.grantors
        return (try? await house.database.read { try find($0, organization.id, right) }) ?? []
    }

    /// Longer ones are no paths of ours.
    static let refusedPathMax = 200
}

extension RateLimit {
    fileprivate static let sameRefusal = RateLimit("same refusal", count: 1, perSeconds: 3600)
    fileprivate static let refusals = RateLimit("refusals", count: 30, perSeconds: 3600)
}
