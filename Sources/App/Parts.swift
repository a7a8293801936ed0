import Accounts
import Products
import Web

/// What is read from files at the start. All of it takes some twenty milliseconds, so it is read while the database is opened.
struct Parts: Sendable {
    let wording: Wording
    let assets: Assets
    let catalogue: Catalogue
    let policy: PasswordPolicy

    init(_ settings: Settings) throws(StartError) {
        wording = try Kontor.wording()
        assets = try Kontor.assets(settings)
        catalogue = try Kontor.catalogue(settings)
        policy = try Kontor.policy()
    }

    /// Begins to read.
    static func reading(_ settings: Settings) -> Task<Result<Parts, StartError>, Never> {
        Task {
            do throws(StartError) { return .success(try Parts(settings)) } catch { return .failure(error) }
        }
    }
}
