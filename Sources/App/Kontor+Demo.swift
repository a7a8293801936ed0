package import Demo

extension Kontor {
    /// The demo world, made at the first start of a sandbox; nil in production and where it was left out.
    package func demoToken() async throws(StartError) -> DemoWorld.Greeting? {
        guard settings.mode == .sandbox, settings.hasDemo else { return nil }
        let demo = DemoWorld(
            database: database, surroundings: surroundings, accounts: accounts, products: products, payments: payments,
            news: news, keys: keys)
        do { return try await demo.greet() } catch {
            throw .unavailable("The demo world cannot be made: \(error.sentence)")
        }
    }
}
