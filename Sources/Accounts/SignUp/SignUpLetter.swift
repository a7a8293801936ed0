package import Delivery
package import Kernel
import Storage
package import Web

extension Accounts {
    /// To an address that nobody has: the link. To the owner of an account: that somebody tried, and how to sign in. The page
    /// said the same to both.
    func signUpLetter(_ event: RecordedEvent, _ connection: Connection) throws -> [Dispatch] {
        guard let signUp = try SignUp.find(SignUpID(rawValue: event.event.subjectID), in: connection) else { return [] }
        if let person = try Person.find(login: signUp.email, in: connection) {
            let words = wording.words(person.language)
            let letter = Letter(
                subject: words("accounts.mail.known.subject"), words: words, settings: settings,
                greeting: person.firstName, paragraphs: [words("accounts.mail.known.text")],
                action: (words("accounts.sign_in.title"), "/sign-in"), closing: [words("accounts.mail.not_you")])
            return [.email(letter.mail(to: person.login, name: person.name))]
        }
        let words = wording.words(signUp.language)
        let letter = Letter(
            subject: words("accounts.mail.verify.subject"), words: words, settings: settings, greeting: nil,
            paragraphs: [words("accounts.mail.verify.text")],
            action: (words("accounts.mail.verify.action"), "/sign-up/\(signUp.token(keys).text)"),
            closing: [words("accounts.mail.verify.expires"), words("accounts.mail.verify.not_you")])
        return [.email(letter.mail(to: signUp.email, name: ""))]
    }
}

extension Letter {
    package func mail(to address: EmailAddress, name: String) -> Mail {
        Mail(to: address.description, toName: name, subject: subject, text: text, html: html)
    }
}
