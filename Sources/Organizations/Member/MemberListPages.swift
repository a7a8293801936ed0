import Access
import Accounts
import Documents
import Kernel
import Storage
import Web

extension Organizations {
    /// More would be a file that no spreadsheet opens.
    private static let exportedMembersMax = 50_000

    func openMembers(_ doors: Doors) {
        let managing = doors.organization(ManageMembers.self)
        managing.get("members") { visit in
            let filter = MemberFilter(visit.visit.query)
            return .page(
                try await database.read { connection in
                    MemberList(
                        visit: visit, filter: filter,
                        list: try Member.list(filter, visit.paging, by: visit.permit, in: connection),
                        teams: try Team.all(in: visit.organization.id, connection),
                        all: try Member.others(than: [], in: visit.organization.id, connection),
                        openRequests: try AccessRequest.open(Paging(size: 1), by: visit.permit, in: connection).total)
                }.page)
        }
        managing.download("members.csv") { visit in
            let filter = MemberFilter(visit.visit.query)
            let members = try await database.report {
                try Member.export(filter, limit: Organizations.exportedMembersMax, by: visit.permit, in: $0)
            }
            return .bytes(csv(members, visit), contentType: "text/csv; charset=utf-8; header=present")
                .header("Content-Disposition", "attachment; filename=\"members.csv\"")
                .header("Cache-Control", "no-store")
        }
        managing.get("members/{person}") { visit in try await memberPage(visit) }
        managing.post("members/{person}/security-alert") { visit, _ in
            let person: PersonID = try visit.visit.id("person")
            do {
                try await database.write { connection in
                    try Member.alert(person, permit: visit.permit, actor: visit.actor, at: visit.now, in: connection)
                }
            } catch let problem as Problem where problem.code == "alerted_today" {
                return .redirect(memberLink(visit, person), notice: "members.alerted_before")
            }
            return .redirect(memberLink(visit, person), notice: "members.alerted")
        }
        // Colleagues see each other's pictures, whatever their rights; the version in the path cannot be guessed.
        doors.organization(SeeOrganization.self).get("members/{person}/picture/{version}") { visit in
            let person: PersonID = try visit.visit.id("person")
            let version = visit.visit.parameter("version")
            let picture = try await database.read { connection -> (type: String, bytes: [UInt8])? in
                guard try Member.find(person, in: visit.organization.id, connection) != nil else { return nil }
                return try Person.picture(of: person, version: version, in: connection)
            }
            guard let picture else { throw Problem.notFound }
            return .bytes(picture.bytes, contentType: picture.type)
                .header("Cache-Control", "private, max-age=31536000, immutable")
        }
        openMemberChange(doors)
        openMemberRemoval(doors)
        openSelection(doors)
        openAccess(doors)
        openAsking(doors)
        openReview(doors)
        doors.navigate(
            NavigationItem(
                id: "members", section: .organization, icon: "people", title: { $0("members.title") },
                link: { "/organizations/\($0)/members" }, isShown: { $0.has(ManageMembers.self) }))
        doors.navigate(
            NavigationItem(
                id: "access", section: .organization, icon: "key", title: { $0("rights.title") },
                link: { "/organizations/\($0)/access" }))
    }

    func memberLink(_ visit: OrganizationVisit<ManageMembers>, _ person: PersonID) -> Link {
        "/organizations/\(visit.organization.id)/members/\(person)"
    }

    private func csv(_ members: [Member], _ visit: OrganizationVisit<ManageMembers>) -> [UInt8] {
        let words = visit.words
        func yes(_ isSo: Bool) -> String { words(isSo ? "rights.yes" : "rights.no") }
        var table = CSV()
        table.row([
            words("members.name"), words("members.login"), words("members.role"), words("members.billing"),
            words("members.second_factor"), words("members.blocked"), words("members.contacts"), words("members.teams"),
            words("members.joined"),
        ])
        for member in members {
            table.row([
                member.name, member.login.description, words("role.\(member.role.rawValue)"),
                yes(member.membership.hasBillingRight), yes(member.hasSecondFactor), yes(member.isBlocked),
                member.membership.contactText(words), String(member.teamCount),
                visit.organization.zone.day(of: member.joinedAt).description,
            ])
        }
        return table.bytes
    }
}
