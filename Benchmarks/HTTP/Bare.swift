import ArgumentParser
import GRDB
import HTTPTypes
import Hummingbird
import Logging
import NIOCore

/// A bare Hummingbird server, for the benchmark to start: answers `/profile` with a constant, or after one indexed read.
struct Bare: AsyncParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Serves without Kontor.", shouldDisplay: false)

    @Option var port: Int

    /// A SQLite database of Kontor's with the token to look up; without it nothing is read.
    @Option var file: String?
    @Option var publicID: String?

    func run() async throws {
        let pool = try file.map { file in
            var configuration = GRDB.Configuration()
            configuration.maximumReaderCount = 8
            return try DatabasePool(path: file, configuration: configuration)
        }
        let publicID = publicID ?? ""
        let router = Router()
        router.get("/healthz") { _, _ in "ok" }
        router.get("/profile") { _, _ in
            if let pool { _ = try Bare.find(publicID, in: pool) }
            return Response(
                status: .ok, headers: [.contentType: "application/json"],
                body: .init(byteBuffer: ByteBuffer(string: Bare.profile)))
        }
        var logger = Logger(label: "bare")
        logger.logLevel = .warning
        let application = Application(
            router: router, configuration: .init(address: .hostname("127.0.0.1", port: port)), logger: logger)
        try await application.runService()
    }

    /// On the calling thread; not async, or the pool would pick its slower overload.
    private static func find(_ publicID: String, in pool: DatabasePool) throws -> Int64 {
        try pool.read { database in
            let statement = try database.cachedStatement(
                sql: "SELECT person_id, scopes FROM api_token WHERE public_id = ?")
            guard let row = try Row.fetchOne(statement, arguments: [publicID]) else {
                throw HTTPError(.notFound)
            }
            return row["person_id"]
        }
    }

    /// As long as what Kontor answers.
    private static let profile = """
        {"result":"success","data":{"id":1,"display_name":"Marie Rossier","first_name":"Marie","last_name":"Rossier",\
        "email":"marie.rossier@atelier.example","login":"marie.rossier@atelier.example","is_sso":false,"is_staff":false,\
        "avatar":null,"preferences":{"language":{"id":1,"name":"English","short_name":"en"},"country":{"id":41,"name":"CH",\
        "short_name":"CH","is_enabled":true},"timezone":{"name":"Europe/Zurich"}},"phones":[{"id":1,"phone":"+41791110001",\
        "created_at":1790000000,"checked":false,"type":"other"}],"emails":[{"id":1,"email":"marie.rossier@atelier.example",\
        "created_at":1790000000,"reminder":false,"checked":true,"type":"personal"}]}}
        """
}
