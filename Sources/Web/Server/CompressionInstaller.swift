import NIOCore
import NIOHTTPCompression
import NIOHTTPTypesHTTP1

/// Puts the gzip compressor of swift-nio-extras where it belongs. Hummingbird takes handlers only behind the codec that turns
/// HTTP/1 parts into its own; the compressor works on HTTP/1 parts, so it has to stand before that codec.
final class CompressionInstaller: ChannelInboundHandler, RemovableChannelHandler {
    typealias InboundIn = NIOAny

    func handlerAdded(context: ChannelHandlerContext) {
        let pipeline = context.pipeline.syncOperations
        guard let codec = try? pipeline.handler(type: HTTP1ToHTTPServerCodec.self) else {
            preconditionFailure("The HTTP/1 codec is not in the pipeline; Hummingbird's channel has changed.")
        }
        do {
            try pipeline.addHandler(HTTPResponseCompressor(), position: .before(codec))
        } catch {
            context.fireErrorCaught(error)
        }
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) { context.fireChannelRead(data) }
}
