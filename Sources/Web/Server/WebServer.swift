import HTTPTypes
package import Hummingbird
import Kernel
package import Logging
import NIOCore
import ServiceLifecycle

/// The HTTP server: the only place that knows Hummingbird's router.
package struct WebServer: Service, CustomStringConvertible {
    /// The name that the service group asks for; without it, it would print all that the server holds.
    package var description: String { "web server" }

    private let application: Application<PathResponder>

    /// - Parameters:
    ///   - port: 0 for one that is free, told to `onListening`.
    ///   - reception: what answers, once a route is found.
    package init(
        host: String, port: Int, routes: [Route], reception: Reception, logger: Logger,
        onListening: @escaping @Sendable (Int) async -> Void = { _ in }
    ) {
        application = Application(
            responder: PathResponder(paths: WebServer.router(routes, reception, logger).buildResponder()),
            server: .http1(configuration: .init(additionalChannelHandlers: [CompressionInstaller()])),
            configuration: .init(
                address: .hostname(host, port: port), serverName: nil, backlog: 1024, reuseAddress: true),
            onServerRunning: { await onListening($0.localAddress?.port ?? port) },
            logger: Logger(label: "kontor.http") { _ in SwiftLogNoOpLogHandler() })
    }

    package func run() async throws {
        try await application.run()
    }

    /// Every path is there once, for all methods: which of them it knows is the reception's to say, so that a wrong method is
    /// told from a wrong path.
    private static func router(_ routes: [Route], _ reception: Reception, _ logger: Logger) -> Router<ServerContext> {
        let router = Router(context: ServerContext.self)
        let desk = Desk(reception: reception, logger: logger)
        router.add(middleware: Unrouted(desk: desk))
        for (path, routes) in Dictionary(grouping: routes, by: \.path) {
            let pattern = RouterPath(path.replacing(pattern: "{", with: ":").filter { $0 != "}" })
            let served = ServedPath(path, routes)
            router.on(pattern, method: PathResponder.method) { request, context in
                await desk.answer(request, context, at: served)
            }
        }
        return router
    }
}

/// A request's context: who it came from.
package struct ServerContext: RequestContext {
    package var coreContext: CoreRequestContextStorage
    let address: String
    /// What was really asked for; the router sees one method only.
    var method = PathResponder.method

    package init(source: ApplicationRequestContextSource) {
        coreContext = .init(source: source)
        address = source.channel.remoteAddress?.ipAddress ?? ""
    }
}

/// Finds the path, whatever the method. To register each path under each method takes Hummingbird's router a tenth of the
/// time that a start may take.
struct PathResponder: HTTPResponder {
    static let method = HTTPRequest.Method.get

    let paths: RouterResponder<ServerContext>

    func respond(to request: Request, context: ServerContext) async throws -> Response {
        var context = context
        context.method = request.method
        var head = request.head
        head.method = PathResponder.method
        return try await paths.respond(to: Request(head: head, body: request.body), context: context)
    }
}

/// What no route matches is answered by our own page, not by the framework's.
private struct Unrouted: RouterMiddleware {
    let desk: Desk
    let path = ServedPath(ServedPath.none, [])

    @concurrent func handle(
        _ request: Request, context: ServerContext,
        next: @concurrent (Request, ServerContext) async throws -> Response
    ) async throws -> Response {
        do {
            return try await next(request, context)
        } catch let error as any HTTPResponseError where error.status == .notFound {
            return await desk.answer(request, context, at: path)
        }
    }
}

extension String {
    fileprivate func replacing(pattern: Character, with other: Character) -> String {
        String(map { $0 == pattern ? other : $0 })
    }
}
