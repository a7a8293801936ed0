package import Delivery
package import Foundation
package import Kernel
package import Storage
package import Web

/// The room of people: signing up and in, profile, passwords, sessions.
/// What it needs is handed in; what it offers to other rooms is below and in `PersonStore`.
package struct Accounts: Sendable {
    let database: Database
    let surroundings: Surroundings
    let keys: Keys
    let wording: Wording
    let settings: WebSettings
    let hasher: PasswordHasher
    let policy: PasswordPolicy
    /// What else comes true with an account, in the same transaction: an organisation (ACC-7).
    let founding: Founding

    package init(
        database: Database, surroundings: Surroundings, keys: Keys, wording: Wording, settings: WebSettings,
        hasher: PasswordHasher, policy: PasswordPolicy, founding: Founding
    ) {
        self.database = database
        self.surroundings = surroundings
        self.keys = keys
        self.wording = wording
        self.settings = settings
        self.hasher = hasher
        self.policy = policy
        self.founding = founding
    }

    package static let migrations: [Migration] = [
        .people, .signUps, .sessions, .signInFailures, .temporary, .invitedSignUps,
    ]

    package static let words = Bundle.module.bundleURL.appendingPathComponent("Words")
    package static let openAPI = Bundle.module.bundleURL.appendingPathComponent("openapi.json")

    package func open(_ doors: Doors) {
        openSignUp(doors)
        openSignIn(doors)
        openProfile(doors)
        openPicture(doors)
        openPassword(doors)
        openSessions(doors)
        openLanguage(doors)
        openProfileAPI(doors)
    }

    package var subscriptions: [Subscription] {
        [
            Subscription("SignUpRequested", signUpLetter),
            Subscription("PersonSignedIn", newDeviceLetter),
            Subscription("PasswordChanged", passwordChangedLetter),
        ]
    }

    package var schedules: [Schedule] { [expiringSessions] }
}
