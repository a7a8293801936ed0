import Crypto
import Documents
import Foundation
package import Kernel
package import Storage

/// What becomes of the movements of a file.
package struct BankCounts: Hashable, Sendable {
    package var read = 0
    package var posted = 0
    package var known = 0
    package var unidentified = 0
    /// Sums, our own money, and money that went out or was taken back: noted, and booked with what it belongs to.
    package var other = 0

    static func += (counts: inout BankCounts, more: BankCounts) {
        counts.read += more.read
        counts.posted += more.posted
        counts.known += more.known
        counts.unidentified += more.unidentified
        counts.other += more.other
    }

    /// For the command's line.
    package var summary: String {
        "\(read) read, \(posted) posted, \(known) known before, \(unidentified) unidentified, \(other) other"
    }
}

/// What came of one file of the bank.
package struct BankImport: Hashable, Sendable {
    package let id: BankImportID
    package let fileName: String
    package let startedAt: Instant
    /// Nil while it runs, or where it was stopped: started again, it goes on.
    package let finishedAt: Instant?
    package var counts = BankCounts()
    /// Why nothing of it was taken, with the line; empty where it was.
    package var refusal = ""

    package var isRefused: Bool { !refusal.isEmpty }
}

/// A file of the bank: on the disk, or as it was uploaded.
package struct BankFile: Sendable {
    package enum Content: Sendable {
        case path(String)
        case bytes([UInt8])
    }

    package let name: String
    package let content: Content

    package init(name: String, _ content: Content) {
        self.name = String(name.prefix(BankFile.nameLengthMax))
        self.content = content
    }

    package static let nameLengthMax = 200
    /// What a browser may upload; larger files go by the command.
    package static let uploadBytesMax = 32 * 1024 * 1024

    func reader() throws -> CamtReader {
        switch content {
        case .path(let path): try CamtReader(path: path)
        case .bytes(let bytes): try CamtReader(bytes: bytes)
        }
    }

    /// SHA-256, for those who ask which file it was.
    func hash() throws -> String {
        var hash = SHA256()
        switch content {
        case .bytes(let bytes): hash.update(data: bytes)
        case .path(let path):
            guard let handle = FileHandle(forReadingAtPath: path) else {
                throw XMLTrouble(line: 0, "The file cannot be opened.")
            }
            defer { try? handle.close() }
            while let part = try handle.read(upToCount: 1 << 20), !part.isEmpty { hash.update(data: part) }
        }
        return hash.finalize().map { String($0 >> 4, radix: 16) + String($0 & 15, radix: 16) }.joined()
    }
}

/// A file that was read through, and is the bank's. Most are read once; long ones a second time, so that they do not fill the
/// memory.
struct CheckedBankFile {
    private var kept: ArraySlice<BankMovement> = []
    private var reader: CamtReader?

    private static let keptMax = 20_000

    /// - Parameter ours: the accounts it may tell of.
    /// - Throws: `XMLTrouble`
    init(_ file: BankFile, of ours: Set<IBAN>) throws {
        let first = try file.reader()
        while let movement = try first.next() {
            guard ours.contains(movement.iban) else {
                throw XMLTrouble(line: movement.line, "The account \(movement.iban) is not one of ours.")
            }
            if reader == nil { kept.append(movement) }
            if kept.count > CheckedBankFile.keptMax {
                kept = []
                reader = try file.reader()
            }
        }
    }

    /// - Returns: up to so many more, in the order of the file; none at its end.
    mutating func next(_ count: Int) throws -> [BankMovement] {
        var movements = Array(kept.prefix(count))
        kept = kept.dropFirst(count)
        while movements.count < count, let movement = try reader?.next() { movements.append(movement) }
        return movements
    }
}

extension Payments {
    /// Movements in one transaction: enough that commits do not count, few enough that nobody waits long for the books.
    package static let bankBatchSize = 500
    /// Another import of the same file may be a step ahead.
    private static let bankAttemptsMax = 5

    /// Reads a file of the bank and books what is new in it. A file is taken whole or not at all: it is read through before
    /// anything is written. Stopped on the way, it goes on when it is imported again; imported twice, it posts nothing.
    /// - Parameter batch: movements in one transaction.
    package func importBankFile(
        _ file: BankFile, by actor: Event.Actor, batch: Int = Payments.bankBatchSize
    ) async throws -> BankImport {
        let startedAt = surroundings.now()
        let hash: String
        var checked: CheckedBankFile
        do {
            hash = try file.hash()
            checked = try check(file)
        } catch let trouble as XMLTrouble {
            return try await refuse(file, trouble, by: actor, at: startedAt)
        }
        let id: BankImportID = try await database.write { connection in
            try connection.insertImport(file.name, hash: hash, by: actor, refusal: "", at: startedAt)
        }
        var total = BankImport(id: id, fileName: file.name, startedAt: startedAt, finishedAt: nil)
        while true {
            let movements = try checked.next(batch)
            if movements.isEmpty { break }
            total.counts += try await book(movements, of: id, by: actor)
        }
        return try await finish(total, by: actor)
    }

    /// Reads it through: what is no file of the bank, or of another account, is told before anything is booked.
    func check(_ file: BankFile) throws -> CheckedBankFile {
        try CheckedBankFile(file, of: Set(issuer.accounts.map(\.iban) + payouts.accounts.map(\.iban)))
    }

    private func refuse(
        _ file: BankFile, _ trouble: XMLTrouble, by actor: Event.Actor, at now: Instant
    ) async throws -> BankImport {
        let id: BankImportID = try await database.write { connection in
            let id = try connection.insertImport(
                file.name, hash: "", by: actor, refusal: trouble.description, at: now)
            try connection.announce(
                Event(
                    "BankFileRefused", by: actor, subject: "bank_import", id.rawValue,
                    payload: ["file": file.name, "reason": trouble.description]), at: now)
            return id
        }
        var refused = BankImport(id: id, fileName: file.name, startedAt: now, finishedAt: now)
        refused.refusal = trouble.description
        return refused
    }

    private func finish(_ total: BankImport, by actor: Event.Actor) async throws -> BankImport {
        let now = surroundings.now()
        return try await database.write { connection in
            try connection.execute("UPDATE bank_import SET finished_at = \(now) WHERE id = \(total.id)")
            try connection.announce(
                Event(
                    "BankFileImported", by: actor, subject: "bank_import", total.id.rawValue,
                    payload: [
                        "file": total.fileName, "read": String(total.counts.read),
                        "posted": String(total.counts.posted),
                        "known": String(total.counts.known), "unidentified": String(total.counts.unidentified),
                    ]), at: now)
            return total
        }
    }

    private func book(
        _ movements: [BankMovement], of id: BankImportID, by actor: Event.Actor
    ) async throws -> BankCounts {
        for attempt in 1... {
            do {
                let now = surroundings.now()
                return try await database.write { connection in
                    try book(movements, of: id, in: connection, by: actor, at: now)
                }
            } catch StorageError.duplicate where attempt < Payments.bankAttemptsMax {
                continue
            }
        }
        preconditionFailure("The last attempt returns or throws.")
    }

    private func book(
        _ movements: [BankMovement], of id: BankImportID, in connection: Connection, by actor: Event.Actor,
        at now: Instant
    ) throws -> BankCounts {
        var counts = BankCounts(read: movements.count)
        try connection.holdBank()
        var known = try connection.knownEntries(movements)
        let payers = try connection.otherPayers(
            movements, connection.transferTargets(movements.compactMap { BankReference($0.reference)?.text }))
        var new: ArraySlice<BankMovement> = []
        for movement in movements {
            if known.contains(movement) {
                counts.known += 1
            } else {
                known.insert(movement)
                new.append(movement)
            }
        }
        while !new.isEmpty {
            let round = try BankRound(of: new, in: connection)
            for (movement, state) in try book(round, of: id, in: connection, by: actor, at: now) {
                if state == .posted, let payer = payers[movement.key] {
                    try connection.tell(payer, of: movement, by: actor, at: now)
                }
                switch state {
                case .posted: counts.posted += 1
                case .unidentified: counts.unidentified += 1
                default: counts.other += 1
                }
            }
            new = new.dropFirst(round.decided.count)
        }
        try connection.execute(
            """
            UPDATE bank_import SET read_count = read_count + \(counts.read), posted_count = posted_count + \(counts.posted),
                known_count = known_count + \(counts.known),
                unidentified_count = unidentified_count + \(counts.unidentified),
                other_count = other_count + \(counts.other)
            WHERE id = \(id)
            """)
        return counts
    }
}
