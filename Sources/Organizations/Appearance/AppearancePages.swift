import Access
import Accounts
import Kernel
import Storage
import Web

extension Organizations {
    /// Logos and initials (BRAND-1 to BRAND-6).
    func openAppearance(_ doors: Doors) {
        let door = doors.organization(ManageAppearance.self)
        // Two files and the rest of the form.
        let limit = 2 * LogoImage.bytesMax + 64 * 1024
        door.get("appearance") { visit in .page(appearancePage(visit, try await appearance(visit))) }
        door.form("appearance/console", bodyLimit: limit, page: consoleLookPage) { visit, form in
            let look = try await consoleLook(&form)
            let revision = Int(form.typed("revision")) ?? 0
            try await database.write { connection in
                try Appearance.change(
                    look, revision: revision, by: visit.permit, actor: visit.actor, at: visit.now, in: connection)
            }
            return .redirect("/organizations/\(visit.organization.id)/appearance", notice: "saved")
        }
        door.form("appearance/apps", bodyLimit: limit, page: appsLookPage) { visit, form in
            guard let upload = form.uploads["wide"] else {
                throw Problem.field("wide", "appearance.choose_file", code: "validation_rule_required")
            }
            let image = try await logo(.wide, upload)
            let revision = Int(form.typed("revision")) ?? 0
            try await database.write { connection in
                try Appearance.set(
                    wide: image, revision: revision, by: visit.permit, actor: visit.actor, at: visit.now,
                    in: connection)
            }
            return .redirect("/organizations/\(visit.organization.id)/appearance", notice: "saved")
        }
        door.form("appearance/logos/{kind}/removal", page: removalPage) { visit, _ in
            guard let kind = LogoImage.Kind(rawValue: visit.visit.parameter("kind")) else { throw Problem.notFound }
            try await database.write { connection in
                try Appearance.remove(kind, by: visit.permit, actor: visit.actor, at: visit.now, in: connection)
            }
            return .redirect("/organizations/\(visit.organization.id)/appearance", notice: "appearance.removed")
        }
        doors.organization(SeeOrganization.self, isBeforeWall: true).get("logo/{kind}/{version}") { visit in
            let kind = visit.visit.parameter("kind")
            let version = visit.visit.parameter("version")
            let row = try await database.read { connection in
                try connection.row(
                    """
                    SELECT content_type, bytes FROM organization_logo
                    WHERE organization_id = \(visit.organization.id) AND kind = \(kind) AND version = \(version)
                    """)
            }
            guard let row else { throw Problem.notFound }
            return .bytes(try row["bytes"], contentType: try row["content_type"])
                .header("Cache-Control", "private, max-age=31536000, immutable")
        }
    }

    func appearance(_ visit: OrganizationVisit<ManageAppearance>) async throws -> Appearance {
        try await database.read { try Appearance.find(visit.organization.id, in: $0) }
    }

    private func logo(_ kind: LogoImage.Kind, _ upload: Form.Upload) async throws -> LogoImage {
        try await PictureDesk.work { try LogoImage.make(kind, from: upload.bytes, field: kind.rawValue) }
    }

    /// - Throws: `Problems`, one for each field, or the problem of a file.
    private func consoleLook(_ form: inout Form) async throws -> ConsoleLook {
        switch form.typed("look") {
        case "square":
            guard let upload = form.uploads["square"] else { return .square(nil) }
            return .square(try await logo(.square, upload))
        case "initials":
            let initials = form.text("initials", max: Appearance.initialsMax, isRequired: false)
            if !initials.allSatisfy({ $0.isLetter || $0.isNumber }) {
                form.add(.field("initials", "appearance.initials.letters"))
            }
            try form.check()
            let shows = form.isChecked("shows_wide")
            guard shows, let upload = form.uploads["wide"] else {
                return .initials(initials, showsWide: shows, wide: nil)
            }
            return .initials(initials, showsWide: shows, wide: try await logo(.wide, upload))
        default:
            throw Problem.field("look", "appearance.choose_look", code: "validation_rule_required")
        }
    }

    private func appearancePage(
        _ visit: OrganizationVisit<ManageAppearance>, _ appearance: Appearance
    ) -> Page {
        let words = visit.words
        let preview = AppearancePreview(organization: visit.organization, appearance: appearance)
        let custom = { (path: String, what: String) -> HTML in
            let link: Link = "/organizations/\(visit.organization.id)/appearance/\(path: path)"
            return """
                <a class="btn" href="\(link)">\(icon("pencil"))\(words("appearance.customise"))\
                <span class="vh"> \(what)</span></a>
                """
        }
        return Page(
            title: words("appearance.title"), current: "settings",
            body: """
                \(settingsCrumbs(visit, words("appearance.title")))
                \(pageHead(words("appearance.title"), words("appearance.lead")))
                <div class="stack">
                \(card(
                    words("appearance.console"), action: custom("console", words("appearance.console")),
                    """
                    <p class="gap-below">\(words("appearance.console.text"))</p>
                    \(preview.console(words))
                    \(remove(.square, appearance, visit))
                    """))
                \(card(
                    words("appearance.apps"), action: custom("apps", words("appearance.apps")),
                    """
                    <p class="gap-below">\(words("appearance.apps.text"))</p>
                    \(appearance.wide == nil ? "<p class=\"muted\">\(words("appearance.apps.none"))</p>" : preview.apps(words))
                    \(remove(.wide, appearance, visit))
                    """))
                </div>
                """)
    }

    private func removalPage(_ visit: OrganizationVisit<ManageAppearance>, _ form: Form) async throws -> Page {
        let words = visit.words
        guard let kind = LogoImage.Kind(rawValue: visit.visit.parameter("kind")) else { throw Problem.notFound }
        let home: Link = "/organizations/\(visit.organization.id)/appearance"
        let title = words("appearance.removal.title")
        let destruction = Destructive(
            title: words("appearance.remove.\(kind.rawValue)"),
            action: "\(path: home.text)/logos/\(kind.rawValue)/removal",
            effects: [
                Destructive.Effect(words("appearance.removal.\(kind.rawValue)")),
                Destructive.Effect(words("appearance.removal.file")),
            ], back: home)
        return Page(
            title: title, current: "settings",
            body: """
                \(settingsCrumbs(visit, title, below: (words("appearance.title"), home)))
                \(form.summary(words))
                \(pageHead(title))
                \(destruction.show(form, visit.visit))
                """)
    }

    private func remove(
        _ kind: LogoImage.Kind, _ appearance: Appearance, _ visit: OrganizationVisit<ManageAppearance>
    ) -> HTML {
        if appearance.version(kind) == nil { return .empty }
        let link: Link = "/organizations/\(visit.organization.id)/appearance/logos/\(kind.rawValue)/removal"
        return """
            <p class="gap-above"><a class="btn danger" href="\(link)">\(icon("trash"))\
            \(visit.words("appearance.remove.\(kind.rawValue)"))</a></p>
            """
    }
}
