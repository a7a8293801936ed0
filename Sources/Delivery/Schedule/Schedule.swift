package import Kernel
package import Storage

/// What time brings: renewals, reminders, expiries. Found by asking the data, not by a timetable.
package struct Schedule: Sendable {
    /// Stable: it names the lease and the count in what `Worker.drain` answers.
    package let name: String
    /// When the next thing falls due; nil where nothing ever will as things are. Asked every second, so it is one look into
    /// an index. What it names as due must be gone from it after `run`.
    package let nextDue: @Sendable (Connection) throws -> Instant?
    /// Does what is due at `now`, all of it or a part, and tells how much: never 0 where `nextDue` was not after `now`.
    /// It can be killed at any point and is then run again; cancelled when its lease was lost.
    package let run: @Sendable (_ now: Instant) async throws -> Int

    package init(
        name: String, nextDue: @escaping @Sendable (Connection) throws -> Instant?,
        run: @escaping @Sendable (_ now: Instant) async throws -> Int
    ) {
        self.name = name
        self.nextDue = nextDue
        self.run = run
    }
}
