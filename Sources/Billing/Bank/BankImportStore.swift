import Kernel
import Storage

extension BankImport {
    init(_ row: Row) throws {
        id = try row["id"]
        fileName = try row["file_name"]
        startedAt = try row["started_at"]
        finishedAt = try row["finished_at"]
        counts = BankCounts(
            read: try row["read_count"], posted: try row["posted_count"], known: try row["known_count"],
            unidentified: try row["unidentified_count"], other: try row["other_count"])
        refusal = try row["refusal"]
    }

    init(id: BankImportID, fileName: String, startedAt: Instant, finishedAt: Instant?) {
        self.id = id
        self.fileName = fileName
        self.startedAt = startedAt
        self.finishedAt = finishedAt
    }
}

extension Connection {
    func insertImport(
        _ fileName: String, hash: String, by actor: Event.Actor, refusal: String, at now: Instant
    ) throws -> BankImportID {
        try insert(
            """
            INSERT INTO bank_import (file_name, hash, person_id, started_at, finished_at, read_count, posted_count,
                known_count, unidentified_count, other_count, refusal)
            VALUES (\(fileName), \(hash), \(actor.person), \(now), \(refusal.isEmpty ? nil : now), 0, 0, 0, 0, 0,
                \(refusal))
            RETURNING id
            """)
    }

    func bankImports(limit: Int) throws -> [BankImport] {
        try rows(
            """
            SELECT id, file_name, started_at, finished_at, read_count, posted_count, known_count, unidentified_count,
                other_count, refusal
            FROM bank_import ORDER BY id DESC LIMIT \(limit)
            """
        ).map(BankImport.init)
    }
}
