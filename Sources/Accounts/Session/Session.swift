import Kernel
import Storage
package import Web

/// A browser in which a person is signed in (SES-1, SES-14). Only the SHA-256 of its cookie is kept.
struct Session: Sendable {
    let id: SessionID
    let person: PersonID
    let address: String
    let client: Client
    let createdAt: Instant
    let lastSeenAt: Instant

    /// Remembered, across restarts of the browser (AUTH-8, security.md "Sessions").
    static let lifetime: Duration = .days(30)
}

/// What a browser says of itself, made readable: `Firefox`, `Linux`.
package struct Client: Sendable, Hashable {
    package let browser: String?
    package let system: String?

    package init(userAgent: String) {
        let browsers = [
            ("Edg/", "Edge"), ("OPR/", "Opera"), ("Firefox/", "Firefox"), ("HeadlessChrome/", "Chrome"),
            ("Chrome/", "Chrome"), ("Safari/", "Safari"), ("curl/", "curl"),
        ]
        let systems = [
            ("Android", "Android"), ("iPhone", "iPhone"), ("iPad", "iPad"), ("Windows", "Windows"),
            ("Mac OS X", "macOS"), ("CrOS", "ChromeOS"), ("Linux", "Linux"),
        ]
        browser = browsers.first { userAgent.contains($0.0) }?.1
        system = systems.first { userAgent.contains($0.0) }?.1
    }

    package func name(_ words: Words) -> String {
        switch (browser, system) {
        case (let browser?, let system?): words("accounts.client", ["browser": browser, "system": system])
        case (let browser?, nil): browser
        case (nil, let system?): system
        case (nil, nil): words("accounts.client.unknown")
        }
    }
}

extension String {
    fileprivate func contains(_ other: String) -> Bool { firstRange(of: other) != nil }
}
