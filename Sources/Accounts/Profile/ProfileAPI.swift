import Kernel
import Storage
import Web

extension Accounts {
    func openProfileAPI(_ doors: Doors) {
        doors.api.get("/profile", version: 2, scope: "accounts") { visit, _ in
            .success { reply in
                reply.object { ProfileReply(person: visit.person).write(to: &$0) }
            }
        }
    }
}

/// `GET /2/profile`, in the order and the names that clients of the public API know.
struct ProfileReply {
    let person: SignedIn

    func write(to reply: inout JSONWriter) {
        reply.field("id", person.id)
        reply.field("display_name", person.name)
        reply.field("first_name", person.firstName)
        reply.field("last_name", person.lastName)
        reply.field("email", person.login)
        reply.field("login", person.login)
        reply.field("is_sso", false)
        reply.field("is_staff", person.isStaff)
        reply.field("avatar", nil as String?)
        reply.object("preferences") { preferences in
            preferences.object("language") { language in
                language.field("id", number(person.language))
                language.field("name", person.language.ownName)
                language.field("short_name", person.language.rawValue)
            }
            preferences.object("country") { country in
                country.field("id", person.country.number)
                country.field("name", person.country.code)
                country.field("short_name", person.country.code)
                country.field("is_enabled", true)
            }
            preferences.object("timezone") { zone in
                zone.field("name", person.zone.name)
            }
        }
        reply.array("phones", [person.phone]) { entry, phone in
            entry.object { entry in
                entry.field("id", person.id)
                entry.field("phone", phone.description)
                entry.field("created_at", person.createdAt)
                entry.field("checked", false)
                entry.field("type", "other")
            }
        }
        reply.array("emails", [person.login]) { entry, login in
            entry.object { entry in
                entry.field("id", person.id)
                entry.field("email", login)
                entry.field("created_at", person.createdAt)
                entry.field("reminder", false)
                entry.field("checked", true)
                entry.field("type", "personal")
            }
        }
    }

    private func number(_ language: Language) -> Int { (Language.allCases.firstIndex(of: language) ?? 0) + 1 }
}
