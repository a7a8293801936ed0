/// What rights cost in a large organisation, in this process, without a network.
enum Rights {
    static func measure(_ site: Site) async throws -> [Table] {
        var pages: [Finding] = []
        var lists: [Finding] = []
        for place in site.places {
            let directory = try site.folder("rights-\(place.rawValue)")
            let address = place == .postgres ? try site.makeDatabase("bench_rights") : nil
            let world = try await World.open(directory, address: address)
            let crowd = try await Crowd.gather(in: world)
            pages += try await ProductPages.measure(crowd, world, place)
            lists += try await MemberLists.measure(crowd, world, place)
            await world.close()
        }
        return [
            Table(
                title: "Rights: the page of products",
                explanation: """
                    50 of \(Figure.count(Double(Crowd.productsCount))) products, in an organisation of \
                    \(Figure.count(Double(Crowd.membersCount))) members. Measured: a collaborator who reaches \
                    \(Figure.count(Double(Crowd.reachedCount))) of them, \(Crowd.givenCount) given and the rest through \
                    \(Crowd.teamsCount) teams. Raw: its owner, who reaches all. In turns, the middle one counts. Processor time is that of \
                    this process, without PostgreSQL's own; rates have both.
                    """, findings: pages),
            Table(
                title: "Rights: the list of members",
                explanation: """
                    \(MemberLists.rowsCount) of \(Figure.count(Double(Crowd.membersCount))) members, one question after the other.
                    """, findings: lists),
        ]
    }
}
