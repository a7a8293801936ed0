/// What it costs to have an order paid, and all that becomes true with it, on the disk.
enum PaymentCommits {
    static let clients = 64
    /// Orders of each of the clients in a second, where they come by themselves.
    static let ordersEachSecond = 1.0
    static let ratioMin = 0.5

    static func p99Max(_ place: Place) -> Double { place == .sqlite ? 0.010 : 0.020 }

    static func measure(_ site: Site) async throws -> Table {
        var orders: [Finding] = []
        for place in site.places { orders += try await Orders.measure(place, site) }
        return Table(
            title: "Payments: an order paid from prepaid",
            explanation: """
                The order, its product, payment, invoice, postings and events, through the rules; each answered when it is safe on \
                the disk. Raw: the same rows by the bare driver, in as few statements as they take, one order after the other. \
                In the closed loop \(clients) clients order again the moment they are answered, so that there are always \
                \(clients) at once, and each waits for the \(clients - 1) before it. In the steady stream \(clients) customers order \
                once a second each, at random; raw: as many bytes, written and flushed by the disk alone at the same moments. \
                Of five turns the one in the middle counts.
                """, findings: orders)
    }
}
