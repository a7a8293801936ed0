import HTTPTypes
import Hummingbird
import Kernel
import Logging
import NIOCore

/// Turns Hummingbird's request into ours and our answer into Hummingbird's; counts and logs each.
struct Desk: Sendable {
    let reception: Reception
    let logger: Logger

    func answer(
        _ request: Request, _ context: ServerContext, at path: ServedPath
    ) async -> Response {
        let start = ContinuousClock.now
        let settings = reception.gate.house.settings
        let requestID = Base64URL.encode(reception.gate.house.surroundings.random(9))
        var headers: [String: String] = [:]
        for field in request.headers {
            let name = field.name.canonicalName
            let separator = name == "cookie" ? "; " : ", "
            headers[name] = headers[name].map { $0 + separator + field.value } ?? field.value
        }
        headers["host"] = request.head.authority ?? headers["host"]
        var source = context.address
        if settings.isBehindProxy, let last = headers["x-forwarded-for"]?.split(separator: ",").last {
            source = String(last).trimmed
        }
        var parameters: [String: String] = [:]
        for (name, value) in context.parameters { parameters[String(name)] = FormBody.decode(value) ?? "" }
        var incoming = Incoming(
            method: context.method.rawValue, path: request.uri.path,
            query: (try? FormBody.urlEncoded(request.uri.query ?? "")) ?? [:], parameters: parameters, headers: headers)
        let outgoing: Outgoing
        if context.method == .get || context.method == .head {
            outgoing = await reception.answer(
                Arrival(request: incoming, requestID: requestID, source: source, logger: logger), routes: path.routes)
        } else {
            // One byte more than the limit is enough to know; what comes after is not read into memory.
            let body = try? await request.body.collect(upTo: max(path.bodyLimit, Gate.bodyLimitDefault))
            incoming.body = body.map { Array($0.readableBytesView) } ?? []
            let arrival = Arrival(request: incoming, requestID: requestID, source: source, logger: logger)
            outgoing =
                body == nil
                ? await reception.tooLarge(arrival, limit: path.bodyLimit)
                : await reception.answer(arrival, routes: path.routes)
        }
        let duration = ContinuousClock.now - start
        path.answered(incoming.method, status: outgoing.status, after: duration)
        logger.info(
            "\(incoming.method) \(path.pattern) \(outgoing.status)",
            metadata: ["request": "\(requestID)", "milliseconds": "\(duration.wholeMilliseconds)"])
        return response(outgoing, requestID: requestID, isHead: context.method == .head)
    }

    private func response(_ outgoing: Outgoing, requestID: String, isHead: Bool) -> Response {
        var fields = HTTPFields()
        for header in outgoing.headers {
            if let name = HTTPField.Name(header.name) { fields.append(HTTPField(name: name, value: header.value)) }
        }
        fields[.init("x-request-id")!] = requestID
        fields[.contentLength] = String(outgoing.body.count)
        return Response(
            status: .init(code: outgoing.status), headers: fields,
            body: isHead ? .init() : .init(byteBuffer: ByteBuffer(bytes: outgoing.body)))
    }
}
