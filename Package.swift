// swift-tools-version: 6.2
import PackageDescription

/// Every target of ours is compiled alike: Swift 6, the upcoming features that keep code honest, and no warnings.
let house: [SwiftSetting] = [
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
    .enableUpcomingFeature("InferIsolatedConformances"),
    .treatAllWarnings(as: .error),
]

let crypto = Target.Dependency.product(name: "Crypto", package: "swift-crypto")
let logging = Target.Dependency.product(name: "Logging", package: "swift-log")
let lifecycle = Target.Dependency.product(name: "ServiceLifecycle", package: "swift-service-lifecycle")

/// A library target. A room that speaks to people carries its words; some carry data files as well.
func room(_ name: String, _ dependencies: [Target.Dependency], words: Bool = false, data: [String] = []) -> Target {
    let resources = (words ? ["Words"] : []) + data
    return .target(
        name: name, dependencies: dependencies, resources: resources.map { .copy($0) }, swiftSettings: house)
}

func tests(_ name: String, _ dependencies: [Target.Dependency]) -> Target {
    .testTarget(name: name, dependencies: dependencies, swiftSettings: house)
}

func library(_ name: String, pkgConfig: String? = nil, debian: String) -> Target {
    .systemLibrary(name: name, pkgConfig: pkgConfig, providers: [.apt([debian])])
}

let package = Package(
    name: "kontor",
    platforms: [.macOS(.v15)],
    products: [.executable(name: "kontor", targets: ["kontor"])],
    dependencies: [
        .package(url: "https://github.com/hummingbird-project/hummingbird", from: "2.28.1"),
        .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
        .package(url: "https://github.com/apple/swift-nio-extras", from: "1.35.2"),
        .package(url: "https://github.com/apple/swift-http-types", from: "1.8.0"),
        .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
        .package(url: "https://github.com/apple/swift-crypto", from: "4.5.2"),
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/apple/swift-configuration", from: "1.4.0"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
        .package(url: "https://github.com/apple/swift-metrics", from: "2.13.0"),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
    ],
    targets: [
        // The ground floor: what every room stands on.
        room("Kernel", []),
        room("Storage", ["Kernel", crypto, logging]),
        room(
            "StorageSQLite",
            [
                "Kernel", "Storage", logging, .product(name: "GRDB", package: "GRDB.swift"),
                .product(name: "GRDBSQLite", package: "GRDB.swift"),
            ]),
        room("StoragePostgres", ["Kernel", "Storage", "CPostgres", logging]),
        room("Access", ["Kernel"]),
        room(
            "Web",
            [
                "Kernel", "Storage", "Access", crypto, logging, lifecycle,
                .product(name: "Hummingbird", package: "hummingbird"),
                .product(name: "HTTPTypes", package: "swift-http-types"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOHTTPCompression", package: "swift-nio-extras"),
                .product(name: "NIOHTTPTypesHTTP1", package: "swift-nio-extras"),
                .product(name: "Metrics", package: "swift-metrics"),
            ], words: true),
        room("Documents", ["Kernel", "CPango", "CQREncode", "CXML2", "CZip", "CZlib"]),
        room("Delivery", ["Kernel", "Storage", "CCurl", logging, lifecycle]),

        // The rooms.
        room(
            "Accounts",
            [
                "Kernel", "Storage", "Access", "Web", "Documents", "Delivery", "CArgon2", "CGD", crypto, logging,
            ],
            words: true, data: ["openapi.json"]),
        room(
            "News", ["Kernel", "Storage", "Access", "Web", "Delivery", "Accounts"], words: true, data: ["topics.json"]),
        room("OAuth", ["Kernel", "Storage", "Access", "Web", "Accounts", crypto]),
        room(
            "Organizations", ["Kernel", "Storage", "Access", "Web", "Documents", "Delivery", "Accounts"], words: true),
        room(
            "Billing",
            [
                "Kernel", "Storage", "Access", "Web", "Documents", "Delivery", "Accounts", "Organizations", crypto,
                logging,
            ],
            words: true),
        room(
            "Products",
            ["Kernel", "Storage", "Access", "Web", "Delivery", "Accounts", "Organizations", "Billing", logging],
            words: true, data: ["catalogue.json"]),
        room("Support", ["Kernel", "Storage", "Access", "Web", "Delivery", "Accounts", "Organizations"], words: true),
        room(
            "Sandbox", ["Kernel", "Storage", "Access", "Web", "Documents", "Delivery", "Billing", crypto, logging],
            words: true),
        room(
            "Demo",
            [
                "Kernel", "Storage", "Access", "Delivery", "Accounts", "News", "OAuth", "Organizations", "Billing",
                "Products", "Sandbox", logging,
            ]),
        room(
            "App",
            [
                "Kernel", "Storage", "StorageSQLite", "StoragePostgres", "Access", "Web", "Documents", "Delivery",
                "Accounts", "News", "OAuth", "Organizations", "Billing", "Products", "Support", "Sandbox", "Demo",
                crypto,
                logging, lifecycle,
                .product(name: "Configuration", package: "swift-configuration"),
                .product(name: "UnixSignals", package: "swift-service-lifecycle"),
            ]),
        .executableTarget(
            name: "kontor",
            dependencies: [
                "Kernel", "Storage", "Access", "Web", "Demo", "App", logging,
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ], swiftSettings: house),
        .executableTarget(
            name: "kontor-bench",
            dependencies: [
                "App", "Kernel", "Storage", "StorageSQLite", "StoragePostgres", "Access", "Web", "Accounts",
                "Organizations", "Billing", "Products", "Sandbox", "Demo", "CArgon2", "CPostgres", logging,
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
                .product(name: "GRDB", package: "GRDB.swift"),
                .product(name: "Hummingbird", package: "hummingbird"),
                .product(name: "HTTPTypes", package: "swift-http-types"),
                .product(name: "NIOCore", package: "swift-nio"),
            ], path: "Benchmarks", swiftSettings: house),

        // Libraries from the system.
        library("CPostgres", debian: "libpq-dev"),
        library("CArgon2", pkgConfig: "libargon2", debian: "libargon2-dev"),
        library("CCurl", debian: "libcurl4-openssl-dev"),
        library("CGD", debian: "libgd-dev"),
        library("CPango", pkgConfig: "pangocairo", debian: "libpango1.0-dev"),
        library("CXML2", pkgConfig: "libxml-2.0", debian: "libxml2-dev"),
        library("CZip", pkgConfig: "libzip", debian: "libzip-dev"),
        library("CZlib", pkgConfig: "zlib", debian: "zlib1g-dev"),
        library("CQREncode", pkgConfig: "libqrencode", debian: "libqrencode-dev"),

        // Tests.
        room(
            "TestSupport",
            [
                "Kernel", "Storage", "StorageSQLite", "StoragePostgres", "Access", "Web", "Delivery", "Accounts",
                "News", "OAuth", "Organizations", "Billing", "Products", "Sandbox", "Demo", "App", logging,
            ]),
        tests("KernelTests", ["Kernel"]),
        tests("StorageTests", ["Kernel", "Storage", "StorageSQLite", "StoragePostgres", "TestSupport"]),
        tests("AccessTests", ["Kernel", "Access"]),
        tests(
            "WebTests",
            [
                "Kernel", "Storage", "Access", "Web", "TestSupport", logging,
                .product(name: "Metrics", package: "swift-metrics"),
            ]),
        tests("DocumentsTests", ["Kernel", "Documents"]),
        tests("DeliveryTests", ["Kernel", "Storage", "Delivery", "TestSupport", logging, lifecycle]),
        tests("AccountsTests", ["Kernel", "Storage", "Access", "Web", "Documents", "Accounts", "App", "TestSupport"]),
        tests("NewsTests", ["Kernel", "Storage", "Access", "Web", "Delivery", "Accounts", "News", "TestSupport"]),
        tests(
            "OrganizationsTests",
            ["Kernel", "Storage", "Access", "Web", "Accounts", "Organizations", "Products", "TestSupport"]),
        tests(
            "BillingTests",
            [
                "Kernel", "Storage", "Access", "Web", "Documents", "Accounts", "Billing", "Organizations", "Sandbox",
                "TestSupport", logging,
            ]),
        tests(
            "ProductsTests",
            ["Kernel", "Storage", "Access", "Web", "Billing", "Organizations", "Products", "TestSupport"]),
        tests("SupportTests", ["Kernel", "Storage", "Access", "Organizations", "TestSupport"]),
        tests(
            "AppTests",
            [
                "Kernel", "Storage", "Access", "Web", "Delivery", "News", "Organizations", "Products", "App", "Sandbox",
                "Demo", "TestSupport",
            ]),
        tests("TidyTests", ["Kernel", "Web", "App", "TestSupport"]),
    ],
    swiftLanguageModes: [.v6]
)
