import Delivery
import Kernel
import Storage
import Web

extension Accounts {
    func openSessions(_ doors: Doors) {
        doors.signedIn.get("/security/sessions") { visit in
            let sessions = try await database.read { try Session.all(of: visit.person.id, at: visit.now, in: $0) }
            await visit.visit.house.places.prepare()
            return .page(page(visit, sessions))
        }
        doors.signedIn.delete("/security/sessions/{session}") { visit, _ in
            let id: SessionID = try visit.visit.id("session")
            try await database.write { connection in
                guard try Session.end(id, of: visit.person.id, in: connection) else { throw Problem.notFound }
                try connection.announce(
                    Event("SessionEnded", by: visit.actor, subject: "session", id.rawValue), at: visit.now)
            }
            if id == visit.person.session { return signedOut() }
            return .redirect("/security/sessions", notice: "accounts.session_ended")
        }
        doors.signedIn.post("/security/sessions/end-others") { visit, _ in
            let ended = try await database.write { connection in
                let ended = try Session.endAll(of: visit.person.id, but: visit.person.session, in: connection)
                try connection.announce(
                    Event(
                        "OtherSessionsEnded", by: visit.actor, subject: "person", visit.person.id.rawValue,
                        payload: ["count": String(ended)]), at: visit.now)
                return ended
            }
            return .redirect(
                "/security/sessions", notice: ended == 0 ? "accounts.no_other_session" : "accounts.sessions_ended")
        }
    }

    private func page(_ visit: SignedInVisit, _ sessions: [Session]) -> Page {
        let words = visit.words
        let rows = sessions.map { session -> HTML in
            let isCurrent = session.id == visit.person.session
            let action: Link = "/security/sessions/\(session.id)"
            let name = session.client.name(words)
            return """
                <tr><th scope="row">\(name)\(when(isCurrent, " \(tag(.ok, words("accounts.session.current")))"))</th>
                <td data-label="\(words("accounts.session.address"))">\(visit.visit.place(of: session.address))</td>
                <td data-label="\(words("accounts.session.created"))">\(words.moment(session.createdAt, in: visit.zone))</td>
                <td data-label="\(words("accounts.session.seen"))">\(words.moment(session.lastSeenAt, in: visit.zone))</td>
                <td class="act"><form method="post" action="\(action)">\(visit.visit.formFields)\
                <input type="hidden" name="_method" value="DELETE"><button class="btn quiet">\
                \(words("accounts.session.end"))<span class="vh"> \(name)</span></button></form></td></tr>
                """
        }
        return Page(
            title: words("accounts.sessions.title"), current: "security",
            body: """
                \(crumbs(words, [(words("shell.security"), "/security"), (words("accounts.sessions.title"), nil)]))
                \(pageHead(words("accounts.sessions.title"), words("accounts.sessions.lead")))
                \(panel(
                    isFlush: true,
                    """
                    <table class="table"><caption class="vh">\(words("accounts.sessions.title"))</caption>
                    <thead><tr><th scope="col">\(words("accounts.session.device"))</th>\
                    <th scope="col">\(words("accounts.session.address"))</th>\
                    <th scope="col">\(words("accounts.session.created"))</th>\
                    <th scope="col">\(words("accounts.session.seen"))</th>\
                    <th scope="col"><span class="vh">\(words("accounts.session.end"))</span></th></tr></thead>
                    <tbody>\(rows)</tbody></table>
                    """))
                <form class="gap-above" method="post" action="/security/sessions/end-others">\(visit.visit.formFields)\
                <button class="btn">\(words("accounts.sessions.end_others"))</button></form>
                """)
    }

    /// Sessions end by themselves; their rows go with them.
    var expiringSessions: Schedule {
        Schedule(
            name: "accounts-expiring-sessions",
            nextDue: { connection in
                try connection.row("SELECT MIN(expires_at) AS due FROM session")?["due"]
            },
            run: { [database] now in
                try await database.write { try $0.execute("DELETE FROM session WHERE expires_at <= \(now)") }
            })
    }
}
