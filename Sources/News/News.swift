package import Delivery
package import Foundation
package import Kernel
package import Storage
package import Web

/// News by topic (NEWS-1 to NEWS-4): what the provider writes, the public pages where everybody reads it, and the letters to
/// those who asked for a topic, with an account or by their address alone.
package struct News: Sendable {
    let database: Database
    let surroundings: Surroundings
    let keys: Keys
    let wording: Wording
    let settings: WebSettings
    package let topics: Topics

    package init(
        database: Database, surroundings: Surroundings, keys: Keys, wording: Wording, settings: WebSettings,
        topics: Topics
    ) {
        self.database = database
        self.surroundings = surroundings
        self.keys = keys
        self.wording = wording
        self.settings = settings
        self.topics = topics
    }

    package static let migrations: [Migration] = [.newsSubscribers, .newsRequests, .newsItems]

    package static let words = Bundle.module.bundleURL.appendingPathComponent("Words")

    package func open(_ doors: Doors) {
        openReading(doors)
        openFeed(doors)
        openChoosing(doors)
        openRequests(doors)
        openLinks(doors)
        openDesk(doors)
        openDrafts(doors)
        openFoot(doors)
        openSubjects(doors)
    }

    package var schedules: [Schedule] { [handingOut, expiringRequests] }
}
