import Access
import Kernel
import Storage
import Web

extension Organizations {
    /// Several addresses, what they may do, and a last look before anything is sent (USR-3).
    func openInvitationWizard(_ doors: Doors) {
        doors.organization(ManageMembers.self).form("invitations/new", page: wizardPage) { visit, form in
            let options = try await invitationOptions(visit)
            let draft = InvitationDraft(form, options)
            let step = Int(form.typed("to")).flatMap(InvitationDraft.Step.init(rawValue:)) ?? .people
            if step != .people { try await check(draft, visit) }
            if step == .review { try throwing(draft.problems(among: options)) }
            return .page(InvitationWizard(visit: visit, form: form, draft: draft, options: options, step: step).page)
        }
        // Members and rights are guarded: the password again, unless it was given lately.
        doors.organization(ManageMembers.self).confirmed.form("invitations", page: invitationsPage) { visit, form in
            let options = try await invitationOptions(visit)
            let draft = InvitationDraft(form, options)
            guard let membership = draft.membership else { throw Problem.field("role", "invitations.refused.role") }
            let batch = InvitationBatch(
                addresses: draft.list.addresses, membership: membership, language: visit.language, key: draft.key)
            try throwing(draft.problems(givenBy: visit.standing) + draft.problems(among: options))
            try await database.write { connection in
                try batch.send(
                    permit: visit.permit, products: products, surroundings: surroundings,
                    actor: visit.actor, at: visit.now, in: connection)
            }
            return .redirect("/organizations/\(visit.organization.id)/invitations", notice: "invitations.sent")
        }
    }

    /// The list, or the wizard where its last step was refused.
    private func invitationsPage(_ visit: OrganizationVisit<ManageMembers>, _ form: Form) async throws -> Page {
        if form.isEmpty { return try await invitationListPage(visit) }
        return try await wizardPage(visit, form)
    }

    private func wizardPage(_ visit: OrganizationVisit<ManageMembers>, _ form: Form) async throws -> Page {
        let options = try await invitationOptions(visit)
        var form = form
        form.fill("emails", String(visit.visit.query("email").prefix(254)))
        form.fill("role", Role.collaborator.rawValue)
        if form.typed("client_key").isEmpty { form.set("client_key", surroundings.secret()) }
        let sent = Int(form.typed("step")).flatMap(InvitationDraft.Step.init(rawValue:)) ?? .people
        return InvitationWizard(
            visit: visit, form: form, draft: InvitationDraft(form, options), options: options,
            step: InvitationDraft.step(of: form.problems) ?? sent
        ).page
    }

    private func check(_ draft: InvitationDraft, _ visit: OrganizationVisit<ManageMembers>) async throws {
        var problems = draft.problems(givenBy: visit.standing)
        let addresses = draft.list.addresses
        if addresses.count <= Invitation.batchMax {
            problems += try await database.read { connection in
                try InvitationBatch.refusals(of: addresses, by: visit.permit, at: visit.now, in: connection)
            }
        }
        try throwing(problems)
    }

    private func throwing(_ problems: [Problem]) throws(Problems) {
        if !problems.isEmpty { throw Problems(problems) }
    }

    private func invitationOptions(_ visit: OrganizationVisit<ManageMembers>) async throws -> InvitationOptions {
        try await database.read { connection in
            InvitationOptions(
                products: try products.list(visit.organization.id, connection),
                teams: try Team.all(in: visit.organization.id, connection))
        }
    }
}
