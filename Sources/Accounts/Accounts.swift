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
    let places: Places
    /// What else comes true with an account, in the same transaction: an organisation (ACC-7).
    let founding: Founding
    /// What keeps an account from being deleted, and what goes with it in the rooms above (ACC-36).
    let departure: Departure

    package init(
        database: Database, surroundings: Surroundings, keys: Keys, wording: Wording, settings: WebSettings,
        hasher: PasswordHasher, policy: PasswordPolicy, places: Places, founding: Founding,
        departure: Departure
    ) {
        self.database = database
        self.surroundings = surroundings
        self.keys = keys
        self.wording = wording
        self.settings = settings
        self.hasher = hasher
        self.policy = policy
        self.places = places
        self.founding = founding
        self.departure = departure
    }

    package static let migrations: [Migration] = [
        .people, .signUps, .sessions, .signInFailures, .secondFactors, .signInSteps, .invitedSignUps,
        .payoutFreeze,
        .renewedSessions,
        .forgottenSignUps,
    ]

    package static let words = Bundle.module.bundleURL.appendingPathComponent("Words")
    package static let openAPI = Bundle.module.bundleURL.appendingPathComponent("openapi.json")

    package func open(_ doors: Doors) {
        openSignUp(doors)
        openSignIn(doors)
        openSignInStep(doors)
        openProfile(doors)
        openSupportCode(doors)
        openDeletion(doors)
        openPicture(doors)
        openPassword(doors)
        openSecondFactor(doors)
        openEnrolment(doors)
        openBackupCodes(doors)
        openSessions(doors)
        openLanguage(doors)
        openProfileAPI(doors)
        openSubjects(doors)
    }

    package var subscriptions: [Subscription] {
        [
            Subscription("SignUpRequested", signUpLetter),
            Subscription("PersonSignedIn", newDeviceLetter),
            Subscription("PasswordChanged", passwordChangedLetter),
            Subscription("SecondFactorAdded", secondFactorLetter("added")),
            Subscription("SecondFactorRemoved", secondFactorLetter("removed")),
            Subscription("BackupCodesRenewed", secondFactorLetter("renewed")),
            Subscription("BackupCodeUsed", backupCodeLetter),
            Subscription("PersonBlocked", blockLetter("blocked")),
            Subscription("PersonUnblocked", blockLetter("unblocked")),
        ]
    }

    package var schedules: [Schedule] { [expiringSessions, expiringSignInSteps, forgettingSignUps] }
}
