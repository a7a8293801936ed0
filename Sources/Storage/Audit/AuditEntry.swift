import Crypto
import Kernel

/// An event as the audit chain binds it: all of its row, and of its personal data only the digests. The bytes are described
/// in `docs/audit.md`, so that anybody can compute them again.
struct AuditEntry: Sendable {
    let id: Int64
    let name: String
    let version: Int
    let organization: Int64?
    let person: Int64?
    let onBehalfOf: Int64?
    let subject: String
    let subjectID: Int64
    let product: Int64?
    /// JSON, as it is stored: its bytes count.
    let payload: String
    let requestID: String
    let happenedAt: Instant
    let originDigest: [UInt8]?
    let detailsDigest: [UInt8]?

    init(_ row: Row) throws {
        id = try row["id"]
        name = try row["name"]
        version = try row["version"]
        organization = try row["organization_id"]
        person = try row["person_id"]
        onBehalfOf = try row["on_behalf_of_id"]
        subject = try row["subject"]
        subjectID = try row["subject_id"]
        product = try row["product_id"]
        payload = try row["payload"]
        requestID = try row["request_id"]
        happenedAt = try row["happened_at"]
        originDigest = try row["origin_digest"]
        detailsDigest = try row["details_digest"]
    }

    static let columns: SQL = """
        event.id AS id, name, version, organization_id, event.person_id AS person_id, on_behalf_of_id, subject, subject_id,
            product_id, payload, request_id, happened_at, origin_digest, details_digest
        """

    /// SHA-256 over the fields in this order: 32 bytes.
    var digest: [UInt8] {
        var fields = AuditFields("kontor-audit-event-1")
        fields.add(id)
        fields.add(name)
        fields.add(Int64(version))
        fields.add(organization)
        fields.add(person)
        fields.add(onBehalfOf)
        fields.add(subject)
        fields.add(subjectID)
        fields.add(product)
        fields.add(payload)
        fields.add(requestID)
        fields.add(happenedAt.milliseconds)
        fields.add(originDigest)
        fields.add(detailsDigest)
        return Array(SHA256.hash(data: fields.bytes))
    }
}

/// Fields one after the other so that no two lists of fields make the same bytes: each is its length in four bytes, most
/// significant first, and its bytes; a field that is missing is the length 2³² − 1 and nothing. Numbers are decimal digits,
/// text is UTF-8.
struct AuditFields {
    private(set) var bytes: [UInt8] = []

    /// - Parameter kind: what is listed, and in which version of the format.
    init(_ kind: String) {
        bytes.reserveCapacity(512)
        add(kind)
    }

    mutating func add(_ bytes: [UInt8]?) {
        guard let bytes else { return add(length: .max) }
        add(length: UInt32(bytes.count))
        self.bytes += bytes
    }

    mutating func add(_ text: String) {
        let utf8 = text.utf8
        add(length: UInt32(utf8.count))
        bytes.append(contentsOf: utf8)
    }

    mutating func add(_ number: Int64?) {
        guard let number else { return add(length: .max) }
        add(String(number))
    }

    private mutating func add(length: UInt32) {
        for shift in [UInt32(24), 16, 8, 0] { bytes.append(UInt8(truncatingIfNeeded: length >> shift)) }
    }
}
