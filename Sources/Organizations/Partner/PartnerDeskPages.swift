import Accounts
import Kernel
import Storage
import Web

extension Organizations {
    /// Enough to say something.
    private static let reasonLengthMin = 10
    private static let reasonLengthMax = 300

    /// The operator takes an organisation into the partner programme, and out of it; each with a reason that it reads.
    func openPartnerDesk(_ doors: Doors) {
        doors.staff.confirmed.form("organizations/{organization}/partner", page: partnerDeskPage) { visit, form in
            let (organization, _) = try await programme(visit)
            let reason = form.text("reason", max: Organizations.reasonLengthMax)
            if (1..<Organizations.reasonLengthMin).contains(reason.count) {
                form.add(
                    .field(
                        "reason", "partners.desk.reason.short", code: "validation_rule_min",
                        ["min": String(Organizations.reasonLengthMin)]))
            }
            let isEnd = form.typed("act") == "dismiss"
            if !isEnd, form.typed("act") != "admit" {
                form.add(.field("act", "form.required", code: "validation_rule_required"))
            }
            try form.check()
            try await database.write { connection in
                if isEnd {
                    try Partner.dismiss(
                        organization.id, reason: reason, by: visit.actor, at: visit.now, in: connection)
                } else {
                    try Partner.admit(organization.id, reason: reason, by: visit.actor, at: visit.now, in: connection)
                }
            }
            return .redirect(
                "/staff/organizations/\(organization.id)", notice: isEnd ? "partners.dismissed" : "partners.admitted")
        }
    }

    private func programme(_ visit: SignedInVisit) async throws -> (Organization, since: Instant?) {
        let id: OrganizationID = try visit.visit.id("organization")
        let found = try await database.read { connection in
            try Organization.find(id, in: connection).map { ($0, try Partner.since(id, in: connection)) }
        }
        guard let found else { throw Problem.notFound }
        return found
    }

    private func partnerDeskPage(_ visit: SignedInVisit, _ form: Form) async throws -> Page {
        let words = visit.words
        let (organization, since) = try await programme(visit)
        let state =
            since.map { words("partners.desk.since", ["moment": words.moment($0, in: visit.zone)]) }
            ?? words("partners.desk.none")
        let act: HTML =
            since == nil
            ? "<button class=\"btn primary\" name=\"act\" value=\"admit\">\(words("partners.desk.admit"))</button>"
            : "<button class=\"btn danger\" name=\"act\" value=\"dismiss\">\(words("partners.desk.dismiss"))</button>"
        let reason = Field(
            "reason", label: words("partners.desk.reason"), hint: words("partners.desk.reason.hint"),
            autocomplete: "off", max: Organizations.reasonLengthMax)
        return Page(
            title: words("partners.desk"), current: "staff",
            body: """
                \(crumbs(words, [
                    (organization.name, "/staff/organizations/\(organization.id)"), (words("partners.desk"), nil),
                ]))
                \(form.summary(words))
                \(pageHead(
                    words("partners.desk.title", ["organization": organization.name]),
                    words(since == nil ? "partners.desk.lead" : "partners.desk.lead.end")))
                \(panel(
                    """
                    <p class="gap-below">\(state)</p>
                    <form class="stack measure" method="post" action="\(Link("/staff/organizations/\(organization.id)/partner"))">\(visit.visit.formFields)
                    \(form.field(reason, words))
                    <div class="row">\(act)\
                    <a class="btn" href="\(Link("/staff/organizations/\(organization.id)"))">\(words("form.cancel"))</a></div>
                    </form>
                    """))
                """)
    }
}
