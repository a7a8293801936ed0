/// What it costs to have something on the disk.
enum Commits {
    static let clients = 64

    static func measure(_ site: Site) async throws -> Table {
        var notes: [Finding] = []
        for place in site.places { notes += try await Notes.measure(place, site) }
        return Table(
            title: "Commits: one small row",
            explanation: """
                Each answered when it is safe on the disk. Raw of the first: the bare driver, one transaction after the other. \
                Raw of the second: the first.
                """, findings: notes)
    }
}
