/// What it costs to have something on the disk.
enum Commits {
    static let clients = 64

    static func measure(_ site: Site) async throws -> [Table] {
        var notes: [Finding] = []
        var orders: [Finding] = []
        for place in site.places {
            notes += try await Notes.measure(place, site)
            orders += try await Orders.measure(place, site)
        }
        return [
            Table(
                title: "Commits: one small row",
                explanation: """
                    Each answered when it is safe on the disk. Raw of the first: the bare driver, one transaction after the other. \
                    Raw of the second: the first.
                    """, findings: notes),
            Table(
                title: "Commits: an order paid from prepaid",
                explanation: """
                    The order, its product, payment, invoice, postings and events, through the rules. Raw: the very same statements by \
                    the bare driver, one order after the other.
                    """, findings: orders),
        ]
    }
}
