import Kernel
import Storage

extension Connection {
    /// Until when each schedule is held by a process, or rests after a failure.
    func scheduleLeases() throws -> [String: Instant] {
        let held = try rows("SELECT name, leased_until FROM schedule_lease WHERE leased_until IS NOT NULL")
        return Dictionary(uniqueKeysWithValues: try held.map { (try $0["name"], try $0["leased_until"]) })
    }

    /// - Returns: false where another process has it.
    func leaseSchedule(_ name: String, to holder: String, at now: Instant, until end: Instant) throws -> Bool {
        try row(
            """
            INSERT INTO schedule_lease (name, holder, leased_until) VALUES (\(name), \(holder), \(end))
            ON CONFLICT (name) DO UPDATE SET holder = excluded.holder, leased_until = excluded.leased_until
            WHERE schedule_lease.leased_until IS NULL OR schedule_lease.leased_until <= \(now)
            RETURNING name
            """) != nil
    }

    /// - Returns: false where it ended meanwhile and somebody else took it.
    func renewSchedule(_ name: String, by holder: String, until end: Instant) throws -> Bool {
        try execute("UPDATE schedule_lease SET leased_until = \(end) WHERE name = \(name) AND holder = \(holder)") == 1
    }

    func releaseSchedule(_ name: String, from holder: String) throws {
        try execute(
            """
            UPDATE schedule_lease SET leased_until = NULL, attempts = 0, last_error = NULL
            WHERE name = \(name) AND holder = \(holder)
            """)
    }

    func scheduleAttempts(_ name: String) throws -> Int {
        try row("SELECT attempts FROM schedule_lease WHERE name = \(name)").map { try $0["attempts"] } ?? 0
    }

    func restSchedule(_ name: String, attempts: Int, until end: Instant, reason: String) throws {
        try execute(
            """
            INSERT INTO schedule_lease (name, holder, leased_until, attempts, last_error)
            VALUES (\(name), '', \(end), \(attempts), \(shortened(reason)))
            ON CONFLICT (name) DO UPDATE SET holder = '', leased_until = excluded.leased_until,
                attempts = excluded.attempts, last_error = excluded.last_error
            """)
    }
}
