import Kernel
package import Storage

/// The way in for programs. A route has a version and is also there without one while it is the newest (API-2).
package struct APIDoor {
    let doors: Doors

    /// An answer that only reads: recognised and answered over one read of the database.
    /// - Parameter path: without the version: `/profile`.
    package func get(
        _ path: String, version: Int, scope: String, isNewest: Bool = true,
        _ handle: @escaping @Sendable (APIVisit, Connection) throws -> Reply
    ) {
        for path in ["/\(version)\(path)"] + (isNewest ? [path] : []) {
            doors.add(
                Route(
                    method: "GET", path: path, door: .api, right: scope, isConfirmed: false,
                    bodyLimit: Gate.bodyLimitDefault,
                    accepts: .nothing
                ) { gate, arrival in try await gate.reply(arrival, scope: scope, handle) })
        }
    }
}
