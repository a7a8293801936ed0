import Access
import App
import Billing
import Foundation
import Kernel
import Storage

/// Documents on paper: an invoice of ten lines with discounts, and the payment part of a Swiss QR-bill.
enum Papers {
    private static let rateMin = 200.0
    private static let lines = 10

    static func measure(_ site: Site) async throws -> Table {
        let world = try await World.open(try site.folder("paper"), address: nil)
        _ = try await world.token()
        let standing = try await world.standing(of: World.marie)
        let paper = try await paper(of: standing.organization, world)
        let press = world.kontor.press
        guard press.payload(of: paper) != nil else { throw BenchError("The document has no payment part.") }
        let seconds = await Measure.perCall { press.pdf(of: paper) }
        let bytes = press.pdf(of: paper).count
        await world.close()
        return Table(
            title: "Documents on paper",
            explanation:
                "A PDF of a pro forma with \(lines) lines and a Swiss QR-bill, by the processor's time of one core; read from the database before.",
            findings: [
                Finding(
                    what: "PDFs with QR-bill", measured: "\(Figure.count(1 / seconds))/s, \(bytes / 1000) kB each",
                    goal: "≥ \(Figure.plain(rateMin))/s", isReached: 1 / seconds >= rateMin)
            ])
    }

    private static func paper(of organization: OrganizationID, _ world: World) async throws -> Paper {
        let issuer = world.kontor.payments.issuer
        guard let account = issuer.account(for: .chf) else { throw BenchError("Nobody can transfer to us.") }
        let now = machineNow()
        return try await world.kontor.database.write { connection in
            let document = try connection.issueProForma(
                DocumentDraft(
                    key: "bench-paper", organization: organization,
                    recipient: try Billing.recipient(connection, organization), currency: .chf,
                    lines: (1...lines).map { index in
                        DraftLine(
                            description: "Hébergement web Professionnel, site-\(index).example", quantity: index,
                            unitListPrice: Money(minorUnits: 11_940, .chf),
                            discounts: [Discount("Paiement pour trois ans", Percentage(basisPoints: 1500))])
                    }), from: issuer, by: .system, at: now)
            _ = try connection.transferReference(
                for: "order", 1, of: organization, document: document.id, amount: document.total, to: account, at: now)
            return try connection.paper(of: document)
        }
    }
}
