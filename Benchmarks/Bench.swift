import ArgumentParser

/// Measures Kontor against the raw things that it is made of, in one run on one machine: see `docs/benchmarks.md`.
@main
struct Bench: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "kontor-bench",
        abstract: "Measures Kontor against the raw things that it is made of.",
        subcommands: [Run.self, Bare.self, Hashes.self], defaultSubcommand: Run.self)
}
