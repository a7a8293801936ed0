import Delivery
import Foundation
import Web

/// Stripe's API: forms in, JSON out, each write with a key of ours so that it happens once.
struct StripeClient: Sendable {
    let configuration: StripeConfiguration
    private let http: HTTPClient

    init(_ configuration: StripeConfiguration) {
        self.configuration = configuration
        http = HTTPClient(timeoutSeconds: 30, allowsPlain: configuration.isPlain)
    }

    /// Stripe said no, and it is certain that nothing happened.
    struct Refusal: Error {
        let status: Int
        let error: StripeError
    }

    func get<Answer: Decodable>(_ type: Answer.Type, _ path: String) async throws -> Answer {
        try await send(type, "GET", path, fields: [], key: nil)
    }

    /// - Parameter key: the same key is the same act, for a day at Stripe; beyond that its objects are looked up.
    func post<Answer: Decodable>(
        _ type: Answer.Type, _ path: String, _ fields: [(String, String)], key: String? = nil
    ) async throws -> Answer {
        try await send(type, "POST", path, fields: fields, key: key)
    }

    private func send<Answer: Decodable>(
        _ type: Answer.Type, _ method: String, _ path: String, fields: [(String, String)], key: String?
    ) async throws -> Answer {
        var headers = [
            (name: "Authorization", value: "Bearer \(configuration.secretKey)"),
            (name: "Content-Type", value: "application/x-www-form-urlencoded"),
            (name: "Stripe-Version", value: "2024-06-20"),
        ]
        if let key { headers.append((name: "Idempotency-Key", value: key)) }
        let body = fields.map { "\(Link.encode($0.0))=\(Link.encode($0.1))" }.joined(separator: "&")
        let response = try await http.send(
            HTTPClient.Request(
                method: method, url: "\(configuration.address)/v1/\(path)", headers: headers, body: Array(body.utf8)))
        let data = Data(response.body)
        switch response.status {
        case 200...299: return try JSONDecoder().decode(type, from: data)
        // What is wrong with us (401, 403), with the moment (409, 429) or with Stripe (5xx) says nothing about the act.
        case 400, 402, 404:
            guard let problem = try? JSONDecoder().decode(StripeProblem.self, from: data) else {
                throw HTTPClient.Failure(status: response.status)
            }
            throw Refusal(status: response.status, error: problem.error)
        default: throw HTTPClient.Failure(status: response.status)
        }
    }
}

extension HTTPClient.Failure {
    fileprivate init(status: Int) { self.init(description: "Stripe answered \(status).") }
}
