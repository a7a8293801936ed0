import Kernel
import Storage
import Web

extension News {
    /// Writing: a topic, and a title and a text in each language that somebody can write in.
    func openDrafts(_ doors: Doors) {
        doors.staff.form("news/new", bodyLimit: News.draftBytesMax, page: newPage) { visit, form in
            let draft = try draft(&form, visit.words)
            let id = try await database.write { try draft.insert(by: visit.actor, at: visit.now, in: $0) }
            return .redirect("/staff/news/\(id)", notice: "saved")
        }
        doors.staff.form("news/{news}/edit", bodyLimit: News.draftBytesMax, page: editPage) { visit, form in
            let id: NewsItemID = try visit.visit.id("news")
            let draft = try draft(&form, visit.words)
            let revision = Int(form.typed("revision")) ?? 0
            try await database.write { connection in
                try draft.replace(id, revision: revision, by: visit.actor, at: visit.now, in: connection)
            }
            return .redirect("/staff/news/\(id)", notice: "saved")
        }
    }

    /// Five texts of the greatest length, as a browser writes them: up to nine bytes for a character.
    private static let draftBytesMax = 512 * 1024

    /// A language is written whole or not at all.
    private func draft(_ form: inout Form, _ words: Words) throws -> NewsDraft {
        let topic = form.value("topic", max: 40, otherwise: "news.desk.topic.unknown") { topics.topic($0)?.id }
        var texts: [Language: (title: String, body: String)] = [:]
        for language in Language.allCases {
            let (titleField, bodyField) = NewsDraft.fields(language)
            let title = form.text(titleField, max: NewsItem.Text.titleLengthMax, isRequired: false)
            let body = form.paragraphs(bodyField, max: NewsItem.Text.bodyLengthMax, isRequired: false)
            switch (title.isEmpty, body.isEmpty) {
            case (true, true): continue
            case (true, false): form.add(.field(titleField, "news.desk.no_title", ["language": language.ownName]))
            case (false, true): form.add(.field(bodyField, "news.desk.no_body", ["language": language.ownName]))
            case (false, false): texts[language] = (title, body)
            }
        }
        if texts.isEmpty, form.problems.isEmpty {
            form.add(.field(NewsDraft.fields(words.language).title, "news.desk.no_text"))
        }
        guard let topic, form.problems.isEmpty else { throw form.rejection }
        return NewsDraft(topic: topic, texts: texts)
    }

    private func newPage(_ visit: SignedInVisit, _ form: Form) async throws -> Page {
        draftPage(visit, form, title: visit.words("news.desk.new"), action: "/staff/news/new", back: "/staff/news")
    }

    private func editPage(_ visit: SignedInVisit, _ form: Form) async throws -> Page {
        let id: NewsItemID = try visit.visit.id("news")
        guard let item = try await database.read({ try NewsItem.find(id, in: $0) }) else { throw Problem.notFound }
        // Published while the form was open, or from a link that was kept.
        guard item.state == .draft else { throw Detour(link: "/staff/news/\(id)", notice: "news.not_edited") }
        var form = form
        form.fill("topic", item.topic)
        for language in Language.allCases {
            let (title, body) = NewsDraft.fields(language)
            form.fill(title, item.texts[language]?.title ?? "")
            form.fill(body, item.texts[language]?.body ?? "")
        }
        form.refresh("revision", String(item.revision))
        return draftPage(
            visit, form, title: visit.words("news.desk.edit"), action: "/staff/news/\(id)/edit",
            back: "/staff/news/\(id)")
    }

    private func draftPage(_ visit: SignedInVisit, _ form: Form, title: String, action: Link, back: Link) -> Page {
        let words = visit.words
        // The language of who writes comes first; it is the one that is written for certain.
        let languages = [words.language] + Language.allCases.filter { $0 != words.language }
        let texts = languages.map { language -> HTML in
            let (title, body) = NewsDraft.fields(language)
            return card(
                language.ownName,
                """
                <div class="stack measure">
                \(form.field(
                    Field(
                        title, label: words("news.desk.title_in", ["language": language.ownName]), autocomplete: "off",
                        max: NewsItem.Text.titleLengthMax, isConditional: true), words))
                \(form.textArea(
                    Field(
                        body, label: words("news.desk.body_in", ["language": language.ownName]),
                        hint: words("news.desk.body.hint"), max: NewsItem.Text.bodyLengthMax, isConditional: true),
                    rows: 8, words))
                </div>
                """)
        }
        return Page(
            title: title, current: "staff",
            body: """
                \(crumbs(words, [(words("support.desk"), "/staff"), (words("news.title"), "/staff/news"), (title, nil)]))
                \(form.summary(words))
                \(pageHead(title, words("news.desk.edit.lead")))
                <form class="stack" method="post" action="\(action)">\(visit.visit.formFields)\(form.hidden("revision"))
                \(panel(
                    form.select(
                        "topic", label: words("news.desk.topic_field"),
                        options: topics.all.map { ($0.id, $0.name[words.language]) }, words)))
                \(texts)
                <div class="row">\(button(words("news.desk.save")))<a class="btn" href="\(back)">\(words("form.cancel"))</a></div>
                </form>
                """)
    }
}

extension NewsDraft {
    /// The names of its two fields: `title_de`, `body_de`.
    fileprivate static func fields(_ language: Language) -> (title: String, body: String) {
        ("title_\(language.rawValue)", "body_\(language.rawValue)")
    }
}
