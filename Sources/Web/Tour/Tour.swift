/// What the guided tour shows, and where (UI-3): at most three steps a subject. The words are `tour.<id>` and
/// `tour.<id>.text`, those of a subject `tour.subject.<id>`.
enum Tour {
    struct Step: Sendable {
        let id: String
        let subject: String
        /// Where it is on a page, as a selector of CSS; the first that is visible is pointed at. What stands in the side
        /// navigation is behind the menu button on a small screen.
        let target: String
        /// The part of the picture that stands for it.
        let part: Part
    }

    /// What the picture of the console is drawn from.
    enum Part: CaseIterable, Sendable {
        case switcher, search, person, navigation, overview, orders, tiles, languages
    }

    static let steps: [Step] = [
        Step(id: "switcher", subject: "way", target: "[popovertarget=orgs]", part: .switcher),
        Step(id: "navigation", subject: "way", target: "#side, [popovertarget=side]", part: .navigation),
        Step(id: "search", subject: "way", target: "[data-palette]", part: .search),
        Step(
            id: "overview", subject: "products", target: "#families, #nav-overview, [popovertarget=side]", part: .tiles),
        Step(id: "orders", subject: "products", target: "#nav-orders", part: .orders),
        Step(id: "person", subject: "person", target: "[popovertarget=me]", part: .person),
        Step(id: "languages", subject: "person", target: ".foot form", part: .languages),
    ]

    static let stepsOfSubjectMax = 3
}
