import Access
package import Kernel
package import Storage

/// What every page of this process shares: the settings, the words, the files, the keys, the database.
package struct House: Sendable {
    package let settings: WebSettings
    package let wording: Wording
    package let assets: Assets
    package let keys: Keys
    package let surroundings: Surroundings
    package let database: Database
    package let recognition: Recognition
    package let navigation: [NavigationItem]
    /// What events can be about, by name.
    package let subjects: [String: SubjectKind]
    package let places: Places
    package let contributions: Contributions
    let limiter = RateLimiter()
    let formTokens: FormTokens

    package init(
        settings: WebSettings, wording: Wording, assets: Assets, keys: Keys, surroundings: Surroundings,
        database: Database, recognition: Recognition, navigation: [NavigationItem],
        subjects: [String: SubjectKind] = [:], contributions: Contributions = Contributions(), places: Places = .nowhere
    ) {
        self.settings = settings
        self.wording = wording
        self.assets = assets
        self.keys = keys
        self.surroundings = surroundings
        self.database = database
        self.recognition = recognition
        self.navigation = navigation
        self.subjects = subjects
        self.places = places
        self.contributions = contributions
        formTokens = FormTokens(keys: keys)
    }
}

/// How this process faces the world, read once from the configuration.
package struct WebSettings: Sendable {
    /// `https://console.example.ch`, without a slash at the end. Links in mails start with it.
    package let publicAddress: String
    /// The embedded outside world is there, and every page says so.
    package let isSandbox: Bool
    /// The name of the provider, in titles and mails.
    package let provider: String
    /// The last hop before us writes the client's address into `X-Forwarded-For`.
    package let isBehindProxy: Bool
    /// Multiplies every rate limit, for load tests and for many people behind one address.
    package let rateFactor: Int

    package init(
        publicAddress: String, isSandbox: Bool, provider: String = "Kontor", isBehindProxy: Bool = false,
        rateFactor: Int = 1
    ) {
        self.publicAddress = publicAddress
        self.isSandbox = isSandbox
        self.provider = provider
        self.isBehindProxy = isBehindProxy
        self.rateFactor = rateFactor
    }

    var isSecure: Bool { publicAddress.hasPrefix("https://") }

    /// The address of a page of ours, for mails.
    package func address(of link: Link) -> String { publicAddress + link.text }
}

/// How people are recognised: given by the rooms that know them, put together in `App`. Each runs inside one read.
package struct Recognition: Sendable {
    /// By the SHA-256 of the session cookie; nil for an unknown or ended session. In the organisation that the path names,
    /// the products granted to the person come along.
    let session: @Sendable (Connection, _ secretHash: [UInt8], _ place: OrganizationID?, Instant) throws -> SignedIn?
    /// Whom somebody may enter as their partner; asked for people of partners, at pages.
    let clients: @Sendable (Connection, PersonID) throws -> [ClientSummary]
    /// Notes that a session is in use, at most every `seenEvery`: at every request it would cost a commit each.
    let seen: @Sendable (Connection, SessionID, Instant) throws -> Void
    let seenEvery: Duration
    /// Notes in which organisation the person is now, so that the next visit of this browser begins there.
    let moved: @Sendable (Connection, SessionID, OrganizationID) throws -> Void
    /// By an API token; nil for an unknown or expired one. The scopes it was given come along.
    let token: @Sendable (Connection, _ token: String, Instant) throws -> (person: SignedIn, scopes: Set<String>)?
    /// Proves again that it is the person who is signed in, notes it in the session and gives that a new cookie. Throws
    /// problems of the fields `confirm_password` and `confirm_code`.
    let confirm: @Sendable (Visit, _ password: String, _ code: String) async throws -> [Cookie]
    /// How long a proof lasts (security.md, "Sudo").
    static let confirmedFor: Duration = .minutes(10)

    package init(
        session:
            @escaping @Sendable (Connection, _ secretHash: [UInt8], _ place: OrganizationID?, Instant) throws ->
            SignedIn?,
        clients: @escaping @Sendable (Connection, PersonID) throws -> [ClientSummary] = { _, _ in [] },
        seen: @escaping @Sendable (Connection, SessionID, Instant) throws -> Void = { _, _, _ in },
        seenEvery: Duration = .minutes(5),
        moved: @escaping @Sendable (Connection, SessionID, OrganizationID) throws -> Void = { _, _, _ in },
        token:
            @escaping @Sendable (Connection, _ token: String, Instant) throws -> (
                person: SignedIn, scopes: Set<String>
            )?,
        confirm: @escaping @Sendable (Visit, _ password: String, _ code: String) async throws -> [Cookie] = { _, _, _ in
            []
        }
    ) {
        self.session = session
        self.clients = clients
        self.seen = seen
        self.seenEvery = seenEvery
        self.moved = moved
        self.token = token
        self.confirm = confirm
    }
}
