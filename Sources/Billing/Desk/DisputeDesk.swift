import Kernel
import Storage
import Web

/// A dispute that nobody has decided, and whose payment it is.
struct OpenDispute: Sendable {
    let dispute: Dispute
    let organization: String

    static let shownMax = 50
}

extension Billing {
    /// Who answers a bank too late has lost: what is open stands where operators look for their work, the next day first. The answer
    /// is given to the processor, under its own name for the dispute.
    func disputesCard(_ open: [OpenDispute], _ visit: SignedInVisit) -> HTML {
        if open.isEmpty { return .empty }
        let words = visit.words
        let rows = open.map { open -> HTML in
            let dispute = open.dispute
            let until = dispute.respondBy.map { words.moment($0, in: visit.zone) } ?? "–"
            return """
                <tr><th scope="row"><a href="\(Link("/staff/organizations/\(dispute.organization)/money"))">\(open.organization)</a>\
                <small>\(dispute.reference)</small></th>
                <td class="date" data-label="\(words("billing.desk.disputed_at"))">\(words.moment(dispute.openedAt, in: visit.zone))</td>
                <td class="date" data-label="\(words("billing.desk.respond_by"))">\(until)</td>
                <td class="num" data-label="\(words("billing.movement.amount"))">\(words.money(dispute.amount))</td></tr>
                """
        }
        return list(
            words("billing.desk.disputes"), words, rows,
            heads: ["billing.what", "billing.desk.disputed_at", "billing.desk.respond_by", "billing.movement.amount"])
    }
}

extension Connection {
    /// Those whose time is over first; what has no day comes last.
    func openDisputes(limit: Int = OpenDispute.shownMax) throws -> [OpenDispute] {
        try rows(
            """
            SELECT \(Dispute.columns), (SELECT o.name FROM organization o WHERE o.id = dispute.organization_id) AS customer
            FROM dispute WHERE state = \(Dispute.State.open)
            ORDER BY CASE WHEN respond_by IS NULL THEN 1 ELSE 0 END, respond_by, id LIMIT \(limit)
            """
        ).map { OpenDispute(dispute: try Dispute($0), organization: try $0["customer"]) }
    }
}
