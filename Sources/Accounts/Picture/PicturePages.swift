import Kernel
import Storage
import Web

extension Accounts {
    func openPicture(_ doors: Doors) {
        doors.signedIn.form("/profile/picture", bodyLimit: PictureImage.bytesMax + 64 * 1024, page: picturePage) {
            visit, form in
            guard let upload = form.uploads["picture"] else {
                throw Problem.field("picture", "accounts.picture.choose", code: "validation_rule_required")
            }
            let image = try await PictureDesk.work { try PictureImage.square(from: upload.bytes) }
            let version = Base64URL.encode(Array(Keys.sha256(image.bytes).prefix(9)))
            try await database.write { connection in
                try connection.execute(
                    """
                    INSERT INTO person_picture (person_id, content_type, bytes)
                    VALUES (\(visit.person.id), \(image.contentType), \(image.bytes))
                    ON CONFLICT (person_id) DO UPDATE SET content_type = excluded.content_type, bytes = excluded.bytes
                    """)
                try changePicture(visit, version, connection)
            }
            return .redirect("/profile", notice: image.isSmall ? "accounts.picture_small" : "saved")
        }
        doors.signedIn.delete("/profile/picture") { visit, _ in
            try await database.write { connection in
                try connection.execute("DELETE FROM person_picture WHERE person_id = \(visit.person.id)")
                try changePicture(visit, nil, connection)
            }
            return .redirect("/profile", notice: "saved")
        }
        doors.signedIn.get("/people/{person}/picture/{version}") { visit in
            let id: PersonID = try visit.visit.id("person")
            // Pictures of colleagues come with the member list; until then, one's own.
            guard id == visit.person.id else { throw Problem.notFound }
            let version = visit.visit.parameter("version")
            let row = try await database.read { connection in
                try connection.row(
                    """
                    SELECT content_type, bytes FROM person_picture JOIN person ON person.id = person_id
                    WHERE person_id = \(id) AND picture_version = \(version)
                    """)
            }
            guard let row else { throw Problem.notFound }
            return .bytes(try row["bytes"], contentType: try row["content_type"])
                .header("Cache-Control", "private, max-age=31536000, immutable")
        }
    }

    private func changePicture(_ visit: SignedInVisit, _ version: String?, _ connection: Connection) throws {
        try connection.execute("UPDATE person SET picture_version = \(version) WHERE id = \(visit.person.id)")
        try connection.announce(
            Event(
                version == nil ? "PictureRemoved" : "PictureChanged", by: visit.actor, subject: "person",
                visit.person.id.rawValue), at: visit.now)
    }

    private func picturePage(_ visit: SignedInVisit, _ form: Form) async throws -> Page {
        let words = visit.words
        return Page(
            title: words("accounts.picture"), current: "profile",
            body: """
                \(crumbs(words, [(words("accounts.profile.title"), "/profile"), (words("accounts.picture"), nil)]))
                \(form.summary(words))
                \(pageHead(words("accounts.picture"), words("accounts.picture.lead")))
                \(panel(
                    """
                    <p class="row gap-below">\(avatar(of: visit.person))\
                    \(words(visit.person.pictureVersion == nil ? "accounts.picture.none" : "accounts.picture.current"))</p>
                    <form class="stack measure" method="post" action="/profile/picture" enctype="multipart/form-data">\
                    \(visit.visit.formFields)
                    \(form.field(
                        Field(
                            "picture", label: words("accounts.picture.file"), type: "file",
                            hint: words("accounts.picture.hint")), words))
                    <div class="row">\(button(words("form.save")))<a class="btn" href="/profile">\(words("form.cancel"))</a></div>
                    </form>
                    \(when(
                        visit.person.pictureVersion != nil,
                        """
                        <form class="gap-above" method="post" action="/profile/picture">\(visit.visit.formFields)\
                        <input type="hidden" name="_method" value="DELETE">\
                        <button class="btn danger">\(icon("trash"))\(words("accounts.picture.remove"))</button></form>
                        """))
                    """))
                """)
    }
}
