import Accounts
import Billing
import Documents
import Foundation
import Kernel
import News
import Products
package import Web

extension Kontor {
    package static func wording() throws(StartError) -> Wording {
        do { return try Wording(folders: wordFolders) } catch {
            throw .data("The words cannot be read: \(error)")
        }
    }

    /// `Public` beside the program, or where the settings say.
    static func assets(_ settings: Settings) throws(StartError) -> Assets {
        let program = URL(fileURLWithPath: CommandLine.arguments[0]).deletingLastPathComponent()
        let places: [String] =
            settings.publicFolder.map { [$0] } ?? [
                "Public", program.appendingPathComponent("Public").path,
                program.appendingPathComponent("../../../Public").path,
            ]
        guard
            let folder = places.first(where: {
                FileManager.default.fileExists(atPath: "\($0)/css/order.txt")
            })
        else { throw .configuration("The folder Public is not here. Say where with --public or KONTOR_PUBLIC_FOLDER.") }
        do { return try Assets(folder: URL(fileURLWithPath: folder)) } catch {
            throw .configuration("The folder \(folder) lacks a file: \(error)")
        }
    }

    static func issuer(_ settings: Settings.IssuerSettings) throws(StartError) -> LegalEntity {
        guard let country = Country(settings.country) else {
            throw .configuration("KONTOR_ISSUER_COUNTRY is \(settings.country); write two letters such as CH.")
        }
        return LegalEntity(
            code: "main", name: settings.name, street: settings.street, postcode: settings.postcode,
            town: settings.town, country: country, vatNumber: settings.vatNumber, zone: country.usualZone,
            accounts: try accounts(settings.accounts))
    }

    /// What stands at the top of documents, or nil: then it is the provider's name.
    static func logo(_ settings: Settings.IssuerSettings) throws(StartError) -> PDF.Picture? {
        guard let file = settings.logo else { return nil }
        guard let data = try? Data(contentsOf: URL(fileURLWithPath: file)) else {
            throw .configuration("KONTOR_ISSUER_LOGO is \(file), which cannot be read.")
        }
        do { return try PDF.Picture(png: Array(data)) } catch {
            switch error {
            case .notPNG: throw .configuration("KONTOR_ISSUER_LOGO is \(file), which is not a picture in PNG.")
            case .tooLarge(let width, let height):
                throw .configuration(
                    "KONTOR_ISSUER_LOGO has \(width) × \(height) pixels; at most \(PDF.Picture.pixelsMax) all together."
                )
            }
        }
    }

    /// - Throws: `StartError` for an address that the key should not travel to.
    static func stripe(
        _ settings: Settings, publicAddress: String
    ) throws(StartError) -> StripeConfiguration? {
        guard let stripe = settings.stripe else { return nil }
        let configuration = StripeConfiguration(
            secretKey: stripe.secretKey, webhookSecret: stripe.webhookSecret,
            address: stripe.address ?? StripeConfiguration.usualAddress, publicAddress: publicAddress)
        guard let configuration else {
            throw .configuration("KONTOR_STRIPE_ADDRESS is neither https nor, for a stand-in, on this machine.")
        }
        return configuration
    }

    /// `CHF=CH44…, EUR=CH93…`
    private static func accounts(_ text: String) throws(StartError) -> [ReceivingAccount] {
        try accounts(text, of: "KONTOR_ISSUER_ACCOUNTS").map { ReceivingAccount(iban: $0.iban, currency: $0.currency) }
    }

    static func payingAccounts(_ text: String) throws(StartError) -> [PayingAccount] {
        var paying: [PayingAccount] = []
        for (iban, currency) in try accounts(text, of: "KONTOR_PAYING_ACCOUNTS") {
            guard let account = PayingAccount(iban: iban, currency: currency) else {
                throw .configuration(
                    "KONTOR_PAYING_ACCOUNTS has the QR-IBAN \(iban); nothing can be paid from it, name the plain IBAN."
                )
            }
            paying.append(account)
        }
        return paying
    }

    private static func accounts(
        _ text: String, of variable: String
    ) throws(StartError) -> [(iban: IBAN, currency: Currency)] {
        var accounts: [(iban: IBAN, currency: Currency)] = []
        for part in text.split(separator: ",") {
            let sides = part.split(separator: "=").map { $0.filter { !$0.isWhitespace } }
            guard sides.count == 2, let currency = Currency(rawValue: sides[0]), let iban = IBAN(sides[1]) else {
                throw .configuration(
                    "\(variable) has \(part); write a currency and an IBAN, such as CHF=CH9300762011623852957."
                )
            }
            guard !accounts.contains(where: { $0.currency == currency }) else {
                throw .configuration("\(variable) names two accounts for \(currency.rawValue).")
            }
            accounts.append((iban, currency))
        }
        return accounts
    }

    /// The provider's own catalogue, beside the database or where the settings say; else the one that comes along.
    static func catalogue(_ settings: Settings) throws(StartError) -> Catalogue {
        let own = settings.catalogueFile ?? "\(settings.dataDirectory)/catalogue.json"
        let isOwn = settings.catalogueFile != nil || FileManager.default.fileExists(atPath: own)
        do {
            let catalogue = try Catalogue(file: isOwn ? URL(fileURLWithPath: own) : Catalogue.builtIn)
            return settings.mode == .sandbox ? catalogue.withStandIns() : catalogue
        } catch {
            throw .configuration("\(error)")
        }
    }

    /// The provider's own news topics, found like the catalogue.
    static func topics(_ settings: Settings) throws(StartError) -> Topics {
        let own = settings.newsTopicsFile ?? "\(settings.dataDirectory)/news-topics.json"
        let isOwn = settings.newsTopicsFile != nil || FileManager.default.fileExists(atPath: own)
        do { return try Topics(file: isOwn ? URL(fileURLWithPath: own) : Topics.builtIn) } catch {
            throw .configuration("\(error)")
        }
    }

    static func hasher(_ settings: Settings, _ surroundings: Surroundings) throws(StartError) -> PasswordHasher {
        let parameters = PasswordParameters(
            memoryKiB: settings.passwordMemoryKiB, iterations: settings.passwordIterations)
        guard let parameters else {
            throw .configuration(
                "The password parameters are below the floor of 19456 KiB and 2 iterations, or 47104 and 1.")
        }
        return PasswordHasher(parameters: parameters, random: surroundings.random)
    }

    static func policy() throws(StartError) -> PasswordPolicy {
        do { return PasswordPolicy(common: try .common()) } catch { throw .configuration("\(error)") }
    }

    /// `/openapi.json`: a file from each room, merged.
    static func openDescription(_ doors: Doors) throws(StartError) {
        var paths: [String: Any] = [:]
        for file in [Accounts.openAPI] {
            guard let data = try? Data(contentsOf: file),
                let part = try? JSONSerialization.jsonObject(with: data) as? [String: Any]
            else { throw .data("\(file.path) is not JSON.") }
            paths.merge(part) { first, _ in first }
        }
        let whole: [String: Any] = [
            "openapi": "3.1.0", "info": ["title": "Kontor", "version": "2"], "paths": paths,
            "components": ["securitySchemes": ["token": ["type": "http", "scheme": "bearer"]]],
            "security": [["token": [String]()]],
        ]
        guard
            let text = try? JSONSerialization.data(
                withJSONObject: whole, options: [.sortedKeys, .withoutEscapingSlashes])
        else { throw .data("The description of the API cannot be written.") }
        let bytes = Array(text)
        doors.public.get("/openapi.json") { _ in .bytes(bytes, contentType: "application/json") }
    }
}
