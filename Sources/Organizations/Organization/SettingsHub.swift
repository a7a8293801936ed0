import Access
import Accounts
import Kernel
import Storage
import Web

/// What the settings say of the pages they lead to.
struct SettingsFacts {
    let members: Int
    let lacking: Int
    let invitations: Int
    let teams: Int
    let requiresSecondFactor: Bool
    let hasLogo: Bool

    static func find(
        _ organization: OrganizationID, at now: Instant, in connection: Connection
    ) throws -> SettingsFacts {
        guard
            let row = try connection.row(
                """
                SELECT requires_second_factor, (square_logo IS NOT NULL OR wide_logo IS NOT NULL) AS has_logo,
                    (SELECT COUNT(*) FROM membership WHERE organization_id = organization.id) AS members,
                    (SELECT COUNT(*) FROM membership JOIN person ON person.id = membership.person_id
                        WHERE membership.organization_id = organization.id AND NOT \(Person.hasSecondFactor)) AS lacking,
                    (SELECT COUNT(*) FROM invitation WHERE organization_id = organization.id AND state = 'pending'
                        AND expires_at > \(now)) AS invitations,
                    (SELECT COUNT(*) FROM team WHERE organization_id = organization.id) AS teams
                FROM organization WHERE organization.id = \(organization)
                """)
        else { throw Problem.notFound }
        return SettingsFacts(
            members: try row["members"], lacking: try row["lacking"], invitations: try row["invitations"],
            teams: try row["teams"], requiresSecondFactor: try row["requires_second_factor"],
            hasLogo: try row["has_logo"])
    }
}

/// The pages of an organisation's settings, each with where it stands; what the reader may not open is greyed with the
/// reason and the way to ask (PERM-4).
struct SettingsHub {
    let visit: OrganizationVisit<SeeOrganization>
    let facts: SettingsFacts

    private var words: Words { visit.words }

    var card: HTML {
        Web.card(
            words("settings.pages"),
            summary([
                row("members", ManageMembers.self, state: members),
                row(
                    "invitations", ManageMembers.self,
                    state: known(ManageMembers.self, words.count("settings.invitations", facts.invitations))),
                row("teams", ManageTeams.self, state: known(ManageTeams.self, words.count("teams.count", facts.teams))),
                row("policy", ManagePolicy.self, state: policy),
                row(
                    "appearance", ManageAppearance.self,
                    state: HTML(words(facts.hasLogo ? "settings.appearance.logo" : "settings.appearance.initials"))),
                row("partners", ManageMembers.self, state: HTML(words("settings.partners.text"))),
                row("activity", SeeActivity.self, state: HTML(words("settings.activity.text"))),
                row("delete", ManageOrganization.self, state: HTML(words("settings.delete.text"))),
            ]))
    }

    private func row<R: Right>(_ path: String, _ right: R.Type, state: HTML) -> (
        name: String, value: HTML, action: HTML
    ) {
        let title = words("settings.\(path)")
        let link: Link = "/organizations/\(visit.organization.id)/\(path)"
        let open: HTML =
            "<a class=\"row\" href=\"\(link)\">\(words("settings.open"))<span class=\"vh\"> \(title)</span></a>"
        return (
            title, state, visit.standing.has(R.self) ? open : visit.locked(words("settings.open"), R.self, id: path)
        )
    }

    /// How many there are is for those who manage them.
    private func known<R: Right>(_ right: R.Type, _ count: String) -> HTML {
        visit.standing.has(R.self) ? HTML(count) : "–"
    }

    private var members: HTML {
        let lacks = facts.lacking > 0 && visit.standing.has(ManageMembers.self)
        return """
            <span class="row"><span>\(known(ManageMembers.self, words.count("settings.members.count", facts.members)))</span>\
            \(when(lacks, tag(.danger, words.count("policy.lacking", facts.lacking))))</span>
            """
    }

    private var policy: HTML {
        facts.requiresSecondFactor
            ? tag(.ok, words("policy.second_factor.on")) : tag(.off, words("policy.second_factor.off"))
    }
}
