package import Billing
import Configuration
package import Delivery
package import Kernel
import Web

/// The configuration, read once at the door: from the environment (`KONTOR_…`), with the command line before it. Rooms never
/// see the environment. Every setting is described in `docs/configuration.md`.
package struct Settings: Sendable {
    package enum Mode: String, Sendable {
        case sandbox, production
    }

    package var mode: Mode
    package var host: String
    package var port: Int
    /// Keeps the key file and, without a database address, the SQLite database.
    package var dataDirectory: String
    /// `postgres://…`; nil for SQLite in the data directory.
    package var databaseAddress: String?
    package var publicAddress: String?
    package var provider: String
    package var catalogueFile: String?
    package var newsTopicsFile: String?
    /// Where the stylesheet, the script and the icons are.
    package var publicFolder: String?
    /// Where the tables of countries by address are.
    package var geoipFolder: String
    package var hasDemo: Bool
    package var smtp: SMTPConfiguration?
    package var isBehindProxy: Bool
    package var rateFactor: Int
    /// What an operator may do alone with a customer's money, in francs or euros.
    package var fourEyesAbove: Money
    /// On which days after its own an unpaid invoice is reminded.
    package var reminders: ReminderRule
    package var logLevel: String
    package var passwordMemoryKiB: Int
    package var passwordIterations: Int
    package var issuer: IssuerSettings
    /// Where money is paid out from, written like the issuer's accounts.
    package var payingAccounts: String
    /// Nil where Stripe is not connected.
    package var stripe: StripeSettings?

    /// Prints without its secrets.
    package struct StripeSettings: Sendable, CustomStringConvertible, CustomReflectable {
        package let secretKey: String
        package let webhookSecret: String?
        package let address: String?

        package var description: String { "Stripe, key •••" }
        package var customMirror: Mirror { Mirror(self, children: []) }
    }

    /// The provider's company as documents name it.
    package struct IssuerSettings: Sendable {
        package let name: String
        package let street: String
        package let postcode: String
        package let town: String
        package let country: String
        package let vatNumber: String?
        /// `CHF=CH44…, EUR=CH93…`: where it takes transfers.
        package let accounts: String
        /// A PNG file, printed at the top of documents.
        package let logo: String?
    }

    /// - Throws: `StartError` for a value that cannot be.
    package init() throws(StartError) {
        let config = ConfigReader(provider: EnvironmentVariablesProvider())
        let kontor = config.scoped(to: "kontor")
        func number(_ key: ConfigKey, _ name: String, _ range: ClosedRange<Int>, _ usual: Int) throws(StartError) -> Int
        {
            guard let text = kontor.string(forKey: key) else { return usual }
            guard let value = Int(text), range.contains(value) else {
                throw .configuration(
                    "\(name) is \(text); write a number from \(range.lowerBound) to \(range.upperBound).")
            }
            return value
        }
        guard let mode = Mode(rawValue: kontor.string(forKey: "mode", default: "sandbox")) else {
            throw .configuration("KONTOR_MODE is neither sandbox nor production.")
        }
        self.mode = mode
        host = kontor.string(forKey: "host", default: "127.0.0.1")
        port = try number("port", "KONTOR_PORT", 0...65535, 8080)
        dataDirectory = kontor.string(forKey: "data", default: ".kontor")
        databaseAddress = kontor.string(forKey: "database")
        publicAddress = kontor.string(forKey: "public.address")
        provider = kontor.string(forKey: "provider", default: "Kontor")
        catalogueFile = kontor.string(forKey: "catalogue")
        newsTopicsFile = kontor.string(forKey: "news.topics")
        publicFolder = kontor.string(forKey: "public.folder")
        geoipFolder = kontor.string(forKey: "geoip.folder", default: Places.folderUsual)
        hasDemo = kontor.bool(forKey: "demo", default: true)
        isBehindProxy = kontor.bool(forKey: "behind.proxy", default: false)
        rateFactor = try number("rate.factor", "KONTOR_RATE_FACTOR", 1...1_000_000, mode == .sandbox ? 20 : 1)
        let fourEyes = kontor.string(forKey: "four.eyes.above", default: "500.00")
        guard let fourEyesAbove = Money(fourEyes, .chf) else {
            throw .configuration("KONTOR_FOUR_EYES_ABOVE is \(fourEyes); write an amount such as 500.00.")
        }
        self.fourEyesAbove = fourEyesAbove
        reminders = try Settings.reminders(kontor.string(forKey: "reminder.days", default: "10, 20, 30"))
        logLevel = kontor.string(forKey: "log.level", default: mode == .sandbox ? "notice" : "info")
        passwordMemoryKiB = try number("password.memory.kib", "KONTOR_PASSWORD_MEMORY_KIB", 19_456...1_048_576, 47_104)
        passwordIterations = try number("password.iterations", "KONTOR_PASSWORD_ITERATIONS", 1...10, 1)
        payingAccounts = kontor.string(
            forKey: "paying.accounts",
            default: mode == .sandbox ? "CHF=CH9300762011623852957, EUR=CH5604835012345678009" : "")
        issuer = IssuerSettings(
            name: kontor.string(forKey: "issuer.name", default: "Kontor Hosting SA"),
            street: kontor.string(forKey: "issuer.street", default: "Quai du Lac 1"),
            postcode: kontor.string(forKey: "issuer.postcode", default: "1201"),
            town: kontor.string(forKey: "issuer.town", default: "Genève"),
            country: kontor.string(forKey: "issuer.country", default: "CH"),
            vatNumber: kontor.string(forKey: "issuer.vat.number", default: "CHE-123.456.788 MWST"),
            accounts: kontor.string(
                forKey: "issuer.accounts",
                default: mode == .sandbox ? "CHF=CH4431999123000889012, EUR=CH9300762011623852957" : ""),
            logo: kontor.string(forKey: "issuer.logo"))
        stripe = kontor.string(forKey: "stripe.secret.key", isSecret: true).map { key in
            StripeSettings(
                secretKey: key, webhookSecret: kontor.string(forKey: "stripe.webhook.secret", isSecret: true),
                address: kontor.string(forKey: "stripe.address"))
        }
        smtp = try Settings.smtp(kontor)
    }

    /// `10, 20, 30`; nothing where nobody is reminded.
    package static func reminders(_ text: String) throws(StartError) -> ReminderRule {
        let parts = text.split(separator: ",").map { $0.filter { !$0.isWhitespace } }.filter { !$0.isEmpty }
        let days = parts.compactMap { Int($0) }
        guard days.count == parts.count, let rule = ReminderRule(days: days) else {
            throw .configuration(
                "KONTOR_REMINDER_DAYS is \(text); write at most \(ReminderRule.countMax) rising numbers from 1 to \(ReminderRule.dayMax), such as 10, 20, 30."
            )
        }
        return rule
    }

    private static func smtp(_ kontor: ConfigReader) throws(StartError) -> SMTPConfiguration? {
        guard let host = kontor.string(forKey: "smtp.host") else { return nil }
        guard
            let security = SMTPConfiguration.Security(
                rawValue: kontor.string(forKey: "smtp.security", default: "starttls"))
        else { throw .configuration("KONTOR_SMTP_SECURITY is none of implicit, starttls, starttls-if-offered, none.") }
        guard let port = Int(kontor.string(forKey: "smtp.port", default: security == .implicit ? "465" : "587")) else {
            throw .configuration("KONTOR_SMTP_PORT is not a number.")
        }
        let address = kontor.string(forKey: "mail.from", default: "")
        guard let from = EmailAddress(address) else {
            throw .configuration("KONTOR_MAIL_FROM is \"\(address)\"; write the address that mails come from.")
        }
        let login = kontor.string(forKey: "smtp.user").map { user in
            SMTPConfiguration.Login(
                user: user, password: kontor.string(forKey: "smtp.password", isSecret: true, default: ""))
        }
        do {
            return try SMTPConfiguration(
                host: host, port: port, security: security, login: login,
                sender: Sender(address: from, name: kontor.string(forKey: "provider", default: "Kontor")))
        } catch {
            throw .configuration("\(error)")
        }
    }
}

/// Why Kontor does not start: one clear line, and the exit code of `sysexits.h`.
package struct StartError: Error, CustomStringConvertible {
    package let description: String
    package let exitCode: Int32

    /// 78: something is configured that cannot be.
    package static func configuration(_ text: String) -> StartError { StartError(description: text, exitCode: 78) }
    /// 69: a service that is needed cannot be reached.
    package static func unavailable(_ text: String) -> StartError { StartError(description: text, exitCode: 69) }
    /// 73: a file cannot be made.
    package static func cannotCreate(_ text: String) -> StartError { StartError(description: text, exitCode: 73) }
    /// 65: the data is not of this version.
    package static func data(_ text: String) -> StartError { StartError(description: text, exitCode: 65) }
}
