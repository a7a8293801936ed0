import Accounts
import News
import Products
import Web

/// What is read from files at the start. All of it takes some twenty milliseconds, so it is read while the database is opened.
struct Parts: Sendable {
    let wording: Wording
    let assets: Assets
    let catalogue: Catalogue
    let policy: PasswordPolicy
    let topics: Topics

    /// Begins to read: words on one thread, everything else on another.
    static func reading(_ settings: Settings) -> Task<Result<Parts, StartError>, Never> {
        let wording = Task { () -> Result<Wording, StartError> in
            do throws(StartError) { return .success(try Kontor.wording()) } catch { return .failure(error) }
        }
        return Task {
            do throws(StartError) {
                let (assets, catalogue) = (try Kontor.assets(settings), try Kontor.catalogue(settings))
                let (policy, topics) = (try Kontor.policy(), try Kontor.topics(settings))
                return .success(
                    Parts(
                        wording: try await wording.value.get(), assets: assets, catalogue: catalogue, policy: policy,
                        topics: topics))
            } catch {
                return .failure(error)
            }
        }
    }
}

extension Parts {
    /// One after the other, on the calling thread.
    init(_ settings: Settings) throws(StartError) {
        self.init(
            wording: try Kontor.wording(), assets: try Kontor.assets(settings),
            catalogue: try Kontor.catalogue(settings), policy: try Kontor.policy(), topics: try Kontor.topics(settings))
    }
}
