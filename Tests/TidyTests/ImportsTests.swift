import Testing

/// Which way the arrows go (ARCHITECTURE.md, "Floors and rooms").
@Suite struct ImportsTests {
    private static let ground = ["Kernel", "Storage", "Access", "Web", "Documents", "Delivery"]

    /// What of our own a target may import. Arrows only point down.
    private static let allowed: [String: [String]] = [
        "Kernel": [],
        "Storage": ["Kernel"],
        "StorageSQLite": ["Kernel", "Storage"],
        "StoragePostgres": ["Kernel", "Storage", "CPostgres"],
        "Access": ["Kernel"],
        "Web": ["Kernel", "Storage", "Access"],
        "Documents": ["Kernel", "CPango", "CQREncode", "CXML2", "CZip", "CZlib"],
        "Delivery": ["Kernel", "Storage", "Access", "CCurl"],
        "Accounts": ground + ["CArgon2", "CGD"],
        "News": ground + ["Accounts"],
        "OAuth": ground + ["Accounts", "Organizations"],
        "Organizations": ground + ["Accounts"],
        "Billing": ground + ["Accounts", "Organizations"],
        "Products": ground + ["Accounts", "Organizations", "Billing"],
        "Support": ground + ["Accounts", "Organizations"],
        "Sandbox": ground + ["Accounts", "OAuth", "Organizations", "Billing", "Products"],
        "Demo": ground + ["Accounts", "News", "OAuth", "Organizations", "Billing", "Products", "Sandbox"],
        "App": ground + [
            "StorageSQLite", "StoragePostgres", "Accounts", "News", "OAuth", "Organizations", "Billing", "Products",
            "Support",
            "Sandbox", "Demo",
        ],
        "kontor": ground + ["App", "Demo"],
        "TestSupport": ground + [
            "StorageSQLite", "StoragePostgres", "Accounts", "News", "OAuth", "Organizations", "Billing", "Products",
            "Sandbox",
            "Demo",
            "App",
        ],
    ]

    /// Each of these is imported by the one target named for it.
    private static let owners: [String: [String]] = [
        "GRDB": ["StorageSQLite"], "GRDBSQLite": ["StorageSQLite"], "CPostgres": ["StoragePostgres"],
        "CCurl": ["Delivery"], "CArgon2": ["Accounts"],
        "CGD": ["Accounts"], "CQREncode": ["Documents"], "CPango": ["Documents"], "CXML2": ["Documents"],
        "CZip": ["Documents"], "CZlib": ["Documents"], "Hummingbird": ["Web"], "HTTPTypes": ["Web"],
        "NIOCore": ["Web"],
        "NIOHTTPCompression": ["Web"], "NIOHTTPTypesHTTP1": ["Web"], "Configuration": ["App"], "UnixSignals": ["App"],
        "ArgumentParser": ["kontor"],
    ]

    private struct Import {
        let file: Tree.File
        let module: String
    }

    private static let imports: [Import] = Tree.sources.flatMap { file in
        file.lines.compactMap { line in
            line.firstMatch(
                of:
                    /^\s*(?:@[a-zA-Z_()]+ )*(?:package |public |internal |private |fileprivate )?import (?:(?:struct|class|enum|func|var|typealias|protocol|let) )?([A-Za-z0-9_]+)/
            )
            .map { Import(file: file, module: String($0.1)) }
        }
    }

    @Test func `Every target has its place on a floor`() {
        let targets = Set(Tree.sources.map(\.target))
        #expect(
            targets.subtracting(ImportsTests.allowed.keys).sorted().isEmpty, "Say in this table what it may import.")
    }

    @Test func `Arrows only point down`() {
        let ours = Set(ImportsTests.allowed.keys)
        let up = ImportsTests.imports.filter {
            ours.contains($0.module) && !(ImportsTests.allowed[$0.file.target] ?? []).contains($0.module)
        }
        #expect(up.map { "\($0.file.path) imports \($0.module)" }.isEmpty)
        #expect(ImportsTests.imports.count > 300)
    }

    @Test func `The floors have no circle`() {
        for (target, below) in ImportsTests.allowed {
            for other in below {
                #expect(ImportsTests.allowed[other]?.contains(target) != true, "\(target) and \(other)")
            }
        }
    }

    @Test func `What comes from outside is imported by the one target named for it`() {
        let strange = ImportsTests.imports.filter { ImportsTests.owners[$0.module]?.contains($0.file.target) == false }
        #expect(strange.map { "\($0.file.path) imports \($0.module)" }.isEmpty)
        for (module, targets) in ImportsTests.owners {
            #expect(
                ImportsTests.imports.contains { $0.module == module && targets.contains($0.file.target) }, "\(module)")
        }
    }

    @Test func `Kernel stands on Foundation in two files only`() {
        let files = ImportsTests.imports.filter { $0.file.target == "Kernel" }
        #expect(Set(files.map(\.module)).isSubset(of: ["Foundation", "FoundationEssentials"]))
        #expect(
            Set(files.map(\.file.path)).isSubset(of: ["Sources/Kernel/MachineClock.swift", "Sources/Kernel/Zone.swift"])
        )
    }
}
