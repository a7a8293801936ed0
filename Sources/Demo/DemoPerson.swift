import Access
import Accounts
import Kernel

/// The people of the contract (docs/sandbox.md).
struct DemoPerson: Sendable {
    let login: EmailAddress
    let who: String
    let firstName: String
    let lastName: String
    let phone: String
    let country: String
    let language: Language
    let founding: (name: String, isCompany: Bool, currency: Currency)?
    /// In Atelier Rossier, for those who join it.
    var role: Role?
    var hasBillingRight = false
    var isStaff = false

    var person: NewPerson {
        guard let phone = PhoneNumber(phone), let country = Country(country) else {
            preconditionFailure("The demo people have real countries and numbers.")
        }
        return NewPerson(
            login: login, firstName: firstName, lastName: lastName, phone: phone, country: country, language: language,
            isStaff: isStaff)
    }

    static let all = [marie, jean, lea, luca, nina, paul, staff]

    static let marie = DemoPerson(
        login: address("marie.rossier@atelier.example"), who: "legal representative of Atelier Rossier (CHF)",
        firstName: "Marie", lastName: "Rossier", phone: "+41791110001", country: "CH", language: .english,
        founding: ("Atelier Rossier Sàrl", true, .chf))
    static let jean = DemoPerson(
        login: address("jean.favre@atelier.example"), who: "administrator there", firstName: "Jean",
        lastName: "Favre", phone: "+41791110002", country: "CH", language: .french, founding: nil,
        role: .administrator)
    static let lea = DemoPerson(
        login: address("lea.morand@atelier.example"), who: "collaborator with the accounting right",
        firstName: "Léa", lastName: "Morand", phone: "+41791110003", country: "CH", language: .french, founding: nil,
        role: .collaborator, hasBillingRight: true)
    static let luca = DemoPerson(
        login: address("luca.bianchi@atelier.example"),
        who: "collaborator with two products, member of team Webmasters", firstName: "Luca",
        lastName: "Bianchi", phone: "+41791110004", country: "CH", language: .italian, founding: nil,
        role: .collaborator)
    static let nina = DemoPerson(
        login: address("nina.weber@extern.example"), who: "external user there, with an organisation of her own (EUR)",
        firstName: "Nina", lastName: "Weber", phone: "+491701110005", country: "DE", language: .german,
        founding: ("Nina Weber", false, .eur), role: .external)
    static let paul = DemoPerson(
        login: address("paul.keller@agence.example"), who: "legal representative of Agence Keller", firstName: "Paul",
        lastName: "Keller", phone: "+41791110006", country: "CH", language: .french,
        founding: ("Agence Keller SA", true, .chf))
    static let staff = DemoPerson(
        login: address("staff@kontor.example"), who: "operator", firstName: "Sam", lastName: "Stauffer",
        phone: "+41791110007", country: "CH", language: .english, founding: ("Kontor Hosting SA", true, .chf),
        isStaff: true)

    /// Invited to the atelier, and without an account so far.
    static let invited = address("sophie.girard@atelier.example")

    private static func address(_ text: String) -> EmailAddress {
        guard let address = EmailAddress(text) else { preconditionFailure("\(text) is an address.") }
        return address
    }
}
