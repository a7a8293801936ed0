import Dispatch
import Foundation
import Storage
import Synchronization

/// Hears of announcements that other processes commit (`NOTIFY kontor_event`) and wakes whoever wants to know. It has a
/// connection and a thread of its own, from the first one who wants to know.
final class PostgresListener: Sendable {
    private struct State {
        var wakes: [@Sendable () -> Void] = []
        var isRunning = false
        var isClosed = false
    }

    private let server: PostgresServer
    private let state = Mutex(State())
    private let thread = DispatchGroup()
    /// Written to when the listener is closed, so that it need not look every now and then.
    private let bell = Pipe()

    /// The server is gone: look again that often. What was missed meanwhile is fetched after.
    private static let reconnectSeconds = 0.5

    init(_ server: PostgresServer) {
        self.server = server
    }

    func add(_ wake: @escaping @Sendable () -> Void) {
        state.withLock { state in
            state.wakes.append(wake)
            guard !state.isRunning, !state.isClosed else { return }
            state.isRunning = true
            thread.enter()
            let listening = Thread { [self] in
                listen()
                thread.leave()
            }
            listening.name = "kontor-listening"
            listening.start()
        }
    }

    func close() async {
        state.withLock { $0.isClosed = true }
        try? bell.fileHandleForWriting.write(contentsOf: Data([0]))
        await withCheckedContinuation { continuation in
            thread.notify(queue: .global()) { continuation.resume() }
        }
    }

    private func listen() {
        while !isClosed {
            do {
                let link = PostgresLink(try server.connect())
                _ = try link.command("LISTEN kontor_event", seconds: PostgresPurpose.statementTimeoutSeconds)
                // Something may have been announced while nobody listened.
                wake()
                while !isClosed {
                    wait(for: link.socket)
                    if try link.takeNotifications() { wake() }
                }
            } catch {
                wait(for: nil)
            }
        }
    }

    private var isClosed: Bool { state.withLock { $0.isClosed } }

    func wake() {
        for wake in state.withLock({ $0.wakes }) { wake() }
    }

    /// Until the server speaks or the bell rings; without a server, for a while.
    private func wait(for socket: Int32?) {
        var watched = [pollfd(fd: bell.fileHandleForReading.fileDescriptor, events: Int16(POLLIN), revents: 0)]
        if let socket { watched.append(pollfd(fd: socket, events: Int16(POLLIN), revents: 0)) }
        let milliseconds = socket == nil ? Int32(PostgresListener.reconnectSeconds * 1000) : -1
        _ = poll(&watched, nfds_t(watched.count), milliseconds)
    }
}
