import Dispatch
import Foundation
package import Kernel
package import Logging
import Synchronization

/// Which country an address is in, from the tables of Debian's `tor-geoipdb`: offline, so that nobody is told who signs in
/// here (SES-9, SES-14). Read once, when the first address is asked for; without the files nothing is known of any.
package final class Places: Sendable {
    /// Where Debian puts the files `geoip` and `geoip6`.
    package static let folderUsual = "/usr/share/tor"

    private struct Tables: Sendable {
        let v4: PlaceTable<UInt32>
        let v6: PlaceTable<UInt64>
    }

    private enum State {
        case unread
        case read(Tables?)
    }

    private let folder: String
    private let logger: Logger
    private let state = Mutex(State.unread)
    /// Reading takes a fraction of a second, which the event loop has not got.
    private static let queue = DispatchQueue(label: "kontor.places")

    package init(folder: String, logger: Logger) {
        self.folder = folder
        self.logger = logger
    }

    /// Knows no place; for tests and tools.
    package static let nowhere = Places(
        folder: "", logger: Logger(label: "kontor.places") { _ in SwiftLogNoOpLogHandler() })

    /// Reads the tables where that was not done yet, on a thread of its own. Pages wait for this before they ask.
    package func prepare() async {
        if case .read = state.withLock({ $0 }) { return }
        await withCheckedContinuation { continuation in
            Places.queue.async {
                _ = self.tables()
                continuation.resume()
            }
        }
    }

    /// - Returns: nil for what is no address, is private, or is in no table. Reads the tables where `prepare` was not called,
    ///   on the thread that asks.
    package func country(of address: String) -> Country? {
        guard let number = NetworkAddress(address), let tables = tables() else { return nil }
        return switch number {
        // The tables list no private, loopback or link-local ranges.
        case .v4(let number): tables.v4.country(of: number)
        case .v6(let number): tables.v6.country(of: number)
        }
    }

    private func tables() -> Tables? {
        // Whoever comes second waits for the first one, instead of reading again.
        state.withLock { state in
            if case .read(let tables) = state { return tables }
            let tables = read()
            state = .read(tables)
            return tables
        }
    }

    private func read() -> Tables? {
        if folder.isEmpty { return nil }
        guard let v4 = FileManager.default.contents(atPath: "\(folder)/geoip"),
            let v6 = FileManager.default.contents(atPath: "\(folder)/geoip6")
        else {
            logger.notice(
                "Places of addresses are not shown: the tables of tor-geoipdb are not there",
                metadata: ["folder": "\(folder)"])
            return nil
        }
        let tables = Tables(
            v4: PlaceTable(Array(v4)) { NetworkAddress.decimal($0).flatMap(UInt32.init(exactly:)) },
            v6: PlaceTable(Array(v6)) { text in
                guard case .v6(let number) = NetworkAddress(text) else { return nil }
                return number
            })
        logger.info(
            "Read the places of addresses",
            metadata: ["ranges": "\(tables.v4.count + tables.v6.count)", "folder": "\(folder)"])
        return tables
    }
}

extension Visit {
    /// An address and, where it is known, its country in the reader's language.
    package func place(of address: String) -> String {
        guard let country = house.places.country(of: address) else { return address }
        return "\(address), \(words.country(country))"
    }
}
