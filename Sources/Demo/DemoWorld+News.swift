import Kernel
import News
import Storage

extension DemoWorld {
    /// Two pieces of news on the public site, and a draft that only the desk sees.
    func writeNews() async throws {
        let now = surroundings.now()
        let topics = news.topics
        // A provider's own file may have other topics.
        func topic(_ id: String) -> String { topics.topic(id)?.id ?? topics.all[0].id }
        let published = [
            NewsDraft(topic: topic("maintenance"), texts: DemoWorld.maintenance),
            NewsDraft(topic: topic("products"), texts: DemoWorld.lock),
        ]
        let draft = NewsDraft(topic: topic("company"), texts: DemoWorld.roof)
        try await database.write { connection in
            if try connection.row("SELECT id FROM news_item LIMIT 1") != nil { return }
            for draft in published {
                let id = try draft.insert(by: .system, at: now, in: connection)
                try News.publish(id, by: .system, at: now, in: connection)
            }
            _ = try draft.insert(by: .system, at: now, in: connection)
        }
    }

    private typealias Texts = [Language: (title: String, body: String)]

    private static let maintenance: Texts = [
        .english: (
            "Mail servers: work in the night of Sunday",
            """
            On Sunday between 02:00 and 04:00 we renew the storage of the mail servers. Mailboxes may not answer for a few \
            minutes; no message is lost, and what arrives meanwhile is delivered afterwards.

            You need not do anything.
            """
        ),
        .french: (
            "Serveurs mail : travaux dans la nuit de dimanche",
            """
            Dimanche entre 2 h et 4 h, nous renouvelons le stockage des serveurs mail. Les boîtes peuvent ne pas répondre \
            pendant quelques minutes ; aucun message n’est perdu, et ce qui arrive entre-temps est remis ensuite.

            Vous n’avez rien à faire.
            """
        ),
        .german: (
            "Mailserver: Arbeiten in der Nacht auf Sonntag",
            """
            Am Sonntag zwischen 02:00 und 04:00 Uhr erneuern wir den Speicher der Mailserver. Postfächer antworten \
            vielleicht einige Minuten lang nicht; keine Nachricht geht verloren, und was inzwischen eintrifft, wird danach \
            zugestellt.

            Sie müssen nichts tun.
            """
        ),
        .italian: (
            "Server e-mail: lavori nella notte di domenica",
            """
            Domenica tra le 2 e le 4 rinnoviamo la memoria dei server e-mail. Per alcuni minuti le caselle potrebbero non \
            rispondere; nessun messaggio va perso, e ciò che arriva nel frattempo viene consegnato dopo.

            Non deve fare nulla.
            """
        ),
        .spanish: (
            "Servidores de correo: trabajos en la noche del domingo",
            """
            El domingo entre las 2:00 y las 4:00 renovamos el almacenamiento de los servidores de correo. Los buzones pueden \
            no responder durante unos minutos; no se pierde ningún mensaje, y lo que llegue entretanto se entrega después.

            No tiene que hacer nada.
            """
        ),
    ]

    private static let lock: Texts = [
        .english: (
            "Two steps instead of one",
            """
            You can now protect your account with a second step: after the password, the console asks for a code from an app \
            on your phone. Switch it on under Security, and keep the backup codes in a safe place.

            Organisations can require it of all their members.
            """
        ),
        .french: (
            "Deux étapes plutôt qu’une",
            """
            Vous pouvez désormais protéger votre compte par une seconde étape : après le mot de passe, la console demande un \
            code d’une application de votre téléphone. Activez-la sous Sécurité et gardez les codes de secours en lieu sûr.

            Les organisations peuvent l’exiger de tous leurs membres.
            """
        ),
        .german: (
            "Zwei Schritte statt einem",
            """
            Sie können Ihr Konto jetzt mit einem zweiten Schritt schützen: Nach dem Passwort fragt die Konsole nach einem \
            Code aus einer App auf Ihrem Telefon. Schalten Sie ihn unter Sicherheit ein, und bewahren Sie die \
            Ersatzcodes sicher auf.

            Organisationen können ihn von allen Mitgliedern verlangen.
            """
        ),
        .italian: (
            "Due passi invece di uno",
            """
            Ora può proteggere il suo account con un secondo passo: dopo la password la console chiede un codice di un’app \
            sul suo telefono. Lo attivi in Sicurezza e conservi i codici di riserva in un luogo sicuro.

            Le organizzazioni possono esigerlo da tutti i membri.
            """
        ),
        .spanish: (
            "Dos pasos en lugar de uno",
            """
            Ahora puede proteger su cuenta con un segundo paso: tras la contraseña, la consola pide un código de una \
            aplicación de su teléfono. Actívelo en Seguridad y guarde los códigos de reserva en un lugar seguro.

            Las organizaciones pueden exigirlo a todos sus miembros.
            """
        ),
    ]

    private static let roof: Texts = [
        .english: (
            "Power from our own roof",
            "Since this autumn, the roof of our second building has made a fifth of the power that our servers use."
        )
    ]
}
