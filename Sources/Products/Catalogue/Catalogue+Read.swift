import Billing
package import Foundation
import Kernel
import Web

/// A catalogue that cannot be sold from: where in the file, what is wrong, what to write instead.
package struct CatalogueError: Error, CustomStringConvertible {
    package let description: String
}

extension Catalogue {
    /// The catalogue that comes with Kontor, to begin with.
    package static let builtIn = Bundle.module.bundleURL.appendingPathComponent("catalogue.json")

    /// - Throws: `CatalogueError` for the first thing that is wrong.
    package init(file: URL) throws(CatalogueError) {
        guard let data = try? Data(contentsOf: file) else {
            throw CatalogueError(description: "The catalogue \(file.path) cannot be read.")
        }
        do {
            self = try Catalogue(JSONDecoder().decode(CatalogueFile.self, from: data))
        } catch let error as DecodingError {
            throw CatalogueError(description: "The catalogue \(file.path) \(error.place).")
        } catch let error as CatalogueError {
            throw CatalogueError(description: "The catalogue \(file.path): \(error)")
        } catch {
            throw CatalogueError(description: "The catalogue \(file.path): \(error)")
        }
    }

    private init(_ file: CatalogueFile) throws(CatalogueError) {
        var types: [ProductType] = []
        for (index, entry) in file.types.enumerated() { types.append(try entry.type(at: "types[\(index)]")) }
        guard !types.isEmpty else { throw CatalogueError(description: "types is empty; there is nothing to sell.") }
        let ids = types.map(\.id)
        if let twice = ids.first(where: { id in ids.count { $0 == id } > 1 }) {
            throw CatalogueError(description: "two types have the id \(twice); give each its own.")
        }
        let offers = types.flatMap(\.offers).map(\.id)
        if let twice = offers.first(where: { id in offers.count { $0 == id } > 1 }) {
            throw CatalogueError(description: "two offers have the id \(twice); give each its own.")
        }
        self.types = types
    }
}

/// The file as it is written.
private struct CatalogueFile: Decodable {
    let types: [TypeEntry]

    struct TypeEntry: Decodable {
        let id: String
        let family: String
        let icon: String
        let namedBy: String
        let service: String?
        let application: String?
        let name: [String: String]
        let description: [String: String]
        let offers: [OfferEntry]

        enum CodingKeys: String, CodingKey {
            case id, family, icon, service, application, name, description, offers
            case namedBy = "named_by"
        }

        func type(at place: String) throws(CatalogueError) -> ProductType {
            try check(id: id, at: place)
            guard let section = NavigationItem.Section(rawValue: family), section != .top, section != .organization
            else {
                throw CatalogueError(
                    description:
                        "\(place).family is \"\(family)\"; write collaborate, web, cloud, events or streaming.")
            }
            guard let naming = ProductType.Naming(rawValue: namedBy) else {
                throw CatalogueError(description: "\(place).named_by is \"\(namedBy)\"; write domain or label.")
            }
            let kind = try kind(naming, at: place)
            guard !offers.isEmpty else { throw CatalogueError(description: "\(place).offers is empty; add one.") }
            var read: [Offer] = []
            for (index, entry) in offers.enumerated() { read.append(try entry.offer(at: "\(place).offers[\(index)]")) }
            return ProductType(
                id: id, family: section, icon: icon, name: try local(name, at: "\(place).name"),
                description: try local(description, at: "\(place).description"), naming: naming, service: kind,
                application: try address(at: place), offers: read)
        }

        private func address(at place: String) throws(CatalogueError) -> ProductType.Application? {
            guard let application else { return nil }
            guard let address = ApplicationAddress(application) else {
                throw CatalogueError(
                    description:
                        "\(place).application is \"\(application)\"; write an address such as \"https://mail.example.net/{name}\", "
                        + "with {organization}, {product} and {name} behind its host.")
            }
            return .address(address)
        }

        private func kind(
            _ naming: ProductType.Naming, at place: String
        ) throws(CatalogueError) -> ProductType.Service? {
            guard let service else { return nil }
            guard let kind = ProductType.Service(rawValue: service) else {
                throw CatalogueError(
                    description:
                        "\(place).service is \"\(service)\"; write mail, suite or personal_suite, or leave it out.")
            }
            if kind == .mail, naming != .domain {
                throw CatalogueError(
                    description: "\(place).named_by is \"\(namedBy)\"; a mail service is named by its domain.")
            }
            return kind
        }
    }

    struct OfferEntry: Decodable {
        let id: String
        let name: [String: String]
        let details: [String: String]
        let vat: String?
        let prices: [String: [String: String]]
        let introduction: IntroductionEntry?

        func offer(at place: String) throws(CatalogueError) -> Offer {
            try check(id: id, at: place)
            guard let vatClass = VATClass(rawValue: vat ?? "standard") else {
                throw CatalogueError(
                    description: "\(place).vat is \"\(vat ?? "")\"; write standard, reduced, accommodation or none.")
            }
            return Offer(
                id: id, name: try local(name, at: "\(place).name"), details: try local(details, at: "\(place).details"),
                vatClass: vatClass, prices: try readPrices(at: "\(place).prices"),
                introduction: try introduction?.discount(at: "\(place).introduction"))
        }

        private func readPrices(at place: String) throws(CatalogueError) -> [Term: [Currency: Money]] {
            var read: [Term: [Currency: Money]] = [:]
            for (name, amounts) in prices {
                guard let term = Term(rawValue: name) else {
                    throw CatalogueError(
                        description: "\(place) has a term \"\(name)\"; write monthly, quarterly or yearly.")
                }
                for currency in Currency.allCases {
                    guard let text = amounts[currency.rawValue] else {
                        throw CatalogueError(description: "\(place).\(name) has no price in \(currency.rawValue).")
                    }
                    guard let amount = Money(text, currency) else {
                        throw CatalogueError(
                            description:
                                "\(place).\(name).\(currency.rawValue) is \"\(text)\"; write an amount such as \"12.00\"."
                        )
                    }
                    guard amount.isPositive else {
                        throw CatalogueError(
                            description: "\(place).\(name).\(currency.rawValue) is \(text); a price is above zero.")
                    }
                    read[term, default: [:]][currency] = amount
                }
            }
            guard !read.isEmpty else { throw CatalogueError(description: "\(place) is empty; add a term.") }
            return read
        }
    }

    struct IntroductionEntry: Decodable {
        let name: [String: String]
        let perCent: Int

        enum CodingKeys: String, CodingKey {
            case name
            case perCent = "per_cent"
        }

        func discount(at place: String) throws(CatalogueError) -> Offer.Discount {
            guard (1...99).contains(perCent) else {
                throw CatalogueError(
                    description: "\(place).per_cent is \(perCent); write a whole number from 1 to 99.")
            }
            return Offer.Discount(
                name: try local(name, at: "\(place).name"), percentage: Percentage(basisPoints: Int64(perCent) * 100))
        }
    }
}

private func local(_ texts: [String: String], at place: String) throws(CatalogueError) -> LocalText {
    do { return try LocalText(texts) } catch {
        throw CatalogueError(description: "\(place) has no text in \(error.language.rawValue).")
    }
}

private func check(id: String, at place: String) throws(CatalogueError) {
    let isPlain = id.utf8.allSatisfy { (97...122).contains($0) || (48...57).contains($0) || $0 == 45 }
    guard (1...60).contains(id.utf8.count), isPlain else {
        throw CatalogueError(description: "\(place).id is \"\(id)\"; write small letters, digits and hyphens.")
    }
}
