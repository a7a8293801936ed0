import Kernel
import Storage
import Web

extension Billing {
    /// What the events of this room are about (SES-3).
    func openSubjects(_ doors: Doors) {
        doors.subject(
            "document", .billing,
            link: { organization, id in organization.map { "/organizations/\($0)/billing/documents/\(id)" } },
            titles: { connection, ids, _ in
                let rows = try connection.rows("SELECT id, number FROM document WHERE id IN \(ids)")
                return Dictionary(uniqueKeysWithValues: try rows.map { (try $0["id"], try $0["number"]) })
            })
        doors.subject("payment", .billing)
        doors.subject(
            "billing_address", .billing,
            link: { organization, _ in organization.map { "/organizations/\($0)/billing/addresses" } },
            titles: { connection, ids, _ in
                let rows = try connection.rows("SELECT id, name FROM billing_address WHERE id IN \(ids)")
                return Dictionary(uniqueKeysWithValues: try rows.map { (try $0["id"], try $0["name"]) })
            })
        doors.subject("bank_import", .billing)
        doors.subject("bank_entry", .billing)
        doors.subject("payment_profile", .billing)
    }
}
