package import Access
package import Accounts
package import Kernel
package import Storage
import Web

extension Migration {
    static let appearance = Migration(
        "organizations-003-appearance",
        """
        ALTER TABLE organization ADD COLUMN appearance_revision INTEGER NOT NULL DEFAULT 1;
        CREATE TABLE organization_logo (
            organization_id BIGINT NOT NULL REFERENCES organization (id) ON DELETE CASCADE,
            kind TEXT NOT NULL CHECK (kind IN ('square', 'wide')),
            version TEXT NOT NULL,
            content_type TEXT NOT NULL,
            bytes BYTES NOT NULL,
            PRIMARY KEY (organization_id, kind)
        );
        """)
}

extension LogoImage.Kind: StoredAsText {}

/// How an organisation looks (BRAND-2 to BRAND-6): a square logo alone, or letters in the square with or without the
/// rectangular logo; and the one rectangular logo, which apps show too.
package struct Appearance: Sendable, Hashable {
    /// Chosen letters; empty for those of the name.
    package let initials: String
    /// Versions of the stored pictures; nil without one.
    package let square: String?
    package let wide: String?
    /// The rectangular logo in place of the name in the console, where there is no square one.
    package let showsWide: Bool
    package let revision: Int

    package static let initialsMax = 3

    package func version(_ kind: LogoImage.Kind) -> String? { kind == .square ? square : wide }
}

/// What is chosen for the top left of the console. A logo is only given where it is a new one.
package enum ConsoleLook: Sendable {
    case square(LogoImage?)
    case initials(String, showsWide: Bool, wide: LogoImage?)
}

extension Appearance {
    package static func find(_ organization: OrganizationID, in connection: Connection) throws -> Appearance {
        guard
            let row = try connection.row(
                """
                SELECT initials, square_logo, wide_logo, shows_wide_logo, appearance_revision FROM organization
                WHERE id = \(organization)
                """)
        else { throw Problem.notFound }
        return Appearance(
            initials: try row["initials"], square: try row["square_logo"], wide: try row["wide_logo"],
            showsWide: try row["shows_wide_logo"], revision: try row["appearance_revision"])
    }

    /// Sets the top left of the console. Choosing initials takes the square logo away: it would be shown instead.
    /// - Throws: 409 where somebody changed it meanwhile; 422 where a logo is chosen that is not there.
    package static func change(
        _ look: ConsoleLook, revision: Int, by permit: Permit<ManageAppearance>, actor: Event.Actor, at now: Instant,
        in connection: Connection
    ) throws {
        let old = try begin(revision, by: permit, connection)
        var (initials, square, wide, showsWide) = (old.initials, old.square, old.wide, old.showsWide)
        switch look {
        case .square(let image):
            square = try image.map { try store($0, .square, by: permit, connection) } ?? square
            if square == nil {
                throw Problem.field("square", "appearance.choose_file", code: "validation_rule_required")
            }
        case .initials(let text, let shows, let image):
            wide = try image.map { try store($0, .wide, by: permit, connection) } ?? wide
            if shows, wide == nil {
                throw Problem.field("wide", "appearance.choose_file", code: "validation_rule_required")
            }
            try remove(.square, by: permit, connection)
            (initials, square, showsWide) = (text, nil, shows)
        }
        try connection.execute(
            """
            UPDATE organization SET initials = \(initials), square_logo = \(square), wide_logo = \(wide),
                shows_wide_logo = \(showsWide), appearance_revision = appearance_revision + 1
            WHERE id = \(permit.organization)
            """)
        let log = Log(permit: permit, actor: actor, now: now, connection: connection)
        try log.logo(.square, from: old.square, to: square)
        try log.logo(.wide, from: old.wide, to: wide)
        if initials != old.initials || showsWide != old.showsWide {
            try log.announce("InitialsChanged", ["before": old.initials, "after": initials])
        }
    }

    /// The one rectangular logo, for apps and for the console (BRAND-3, BRAND-4).
    /// - Throws: 409 where somebody changed the appearance meanwhile.
    package static func set(
        wide image: LogoImage, revision: Int, by permit: Permit<ManageAppearance>, actor: Event.Actor,
        at now: Instant, in connection: Connection
    ) throws {
        let old = try begin(revision, by: permit, connection)
        let version = try store(image, .wide, by: permit, connection)
        try connection.execute(
            """
            UPDATE organization SET wide_logo = \(version), appearance_revision = appearance_revision + 1
            WHERE id = \(permit.organization)
            """)
        try Log(permit: permit, actor: actor, now: now, connection: connection).logo(.wide, from: old.wide, to: version)
    }

    /// Takes a logo away; done twice, it is done once.
    package static func remove(
        _ kind: LogoImage.Kind, by permit: Permit<ManageAppearance>, actor: Event.Actor, at now: Instant,
        in connection: Connection
    ) throws {
        try permit.renew(in: connection)
        let old = try find(permit.organization, in: connection)
        guard old.version(kind) != nil else { return }
        try remove(kind, by: permit, connection)
        let change: SQL =
            kind == .square ? "square_logo = NULL" : "wide_logo = NULL, shows_wide_logo = FALSE"
        try connection.execute(
            """
            UPDATE organization SET \(change), appearance_revision = appearance_revision + 1
            WHERE id = \(permit.organization)
            """)
        try Log(permit: permit, actor: actor, now: now, connection: connection)
            .logo(kind, from: old.version(kind), to: nil)
    }

    private static func begin(
        _ revision: Int, by permit: Permit<ManageAppearance>, _ connection: Connection
    ) throws -> Appearance {
        try permit.renew(in: connection)
        let old = try find(permit.organization, in: connection)
        guard old.revision == revision else {
            throw Problem(.conflict, code: "changed_meanwhile", word: "form.changed_meanwhile")
        }
        return old
    }

    /// - Returns: the version, which names the picture for ever.
    private static func store(
        _ image: LogoImage, _ kind: LogoImage.Kind, by permit: Permit<ManageAppearance>, _ connection: Connection
    ) throws -> String {
        let version = Base64URL.encode(Array(Keys.sha256(image.bytes).prefix(9)))
        try connection.execute(
            """
            INSERT INTO organization_logo (organization_id, kind, version, content_type, bytes)
            VALUES (\(permit.organization), \(kind), \(version), \(image.contentType), \(image.bytes))
            ON CONFLICT (organization_id, kind) DO UPDATE SET version = excluded.version,
                content_type = excluded.content_type, bytes = excluded.bytes
            """)
        return version
    }

    private static func remove(
        _ kind: LogoImage.Kind, by permit: Permit<ManageAppearance>, _ connection: Connection
    ) throws {
        try connection.execute(
            "DELETE FROM organization_logo WHERE organization_id = \(permit.organization) AND kind = \(kind)")
    }

    private struct Log {
        let permit: Permit<ManageAppearance>
        let actor: Event.Actor
        let now: Instant
        let connection: Connection

        func logo(_ kind: LogoImage.Kind, from old: String?, to new: String?) throws {
            if old == new { return }
            try announce(new == nil ? "LogoRemoved" : "LogoChanged", ["kind": kind.rawValue])
        }

        func announce(_ name: String, _ payload: [String: String]) throws {
            try connection.announce(
                Event(
                    name, by: actor, organization: permit.organization, subject: "organization",
                    permit.organization.rawValue, payload: payload), at: now)
        }
    }
}
