import Billing
import Kernel
import Storage

extension World {
    /// An order of 100.00 and VAT (108.10), and the reference under which a transfer pays it.
    func orderByTransfer() async throws -> (order: OrderID, reference: String) {
        let order = try await order(10_000)
        let asked = try await database.write { try requestTransfer(for: order, in: $0) }
        return (order, asked.reference.text)
    }

    func requestTransfer(
        for order: OrderID, net: Int64 = 10_000, in connection: Connection
    ) throws -> TransferReference {
        let draft = DocumentDraft(
            key: "pf:\(order)", organization: World.organization, recipient: World.recipient, currency: .chf,
            lines: [DraftLine(description: "Web hosting", unitListPrice: chf(net))])
        return try payments.requestTransfer(
            for: "order", order.rawValue, draft, in: connection, by: World.actor, at: clock.now)
    }
}
