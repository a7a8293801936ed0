import Delivery
import Kernel
import Storage

extension Person {
    /// The row stays for what refers to it, such as invoices and the log; what it says of a person goes, and with it every way
    /// in (ACC-33, ACC-34).
    func erase(loginHash: [UInt8], at now: Instant, in connection: Connection) throws {
        let login = "erased-\(id)@erased.invalid"
        try connection.execute(
            """
            UPDATE person SET login = \(login), login_key = \(login), first_name = '–', last_name = '–',
                phone = \(Person.noPhone), password_hash = 'erased', picture_version = NULL, is_staff = \(false),
                support_code = NULL, block_reason = NULL, erased_at = \(now), revision = revision + 1
            WHERE id = \(id)
            """)
        _ = try Session.endAll(of: id, but: nil, in: connection)
        try SignInStep.endAll(of: id, in: connection)
        try SecondFactor.remove(of: id, in: connection)
        try connection.execute("DELETE FROM known_device WHERE person_id = \(id)")
        try connection.execute("DELETE FROM known_country WHERE person_id = \(id)")
        try connection.execute("DELETE FROM person_picture WHERE person_id = \(id)")
        try connection.execute("DELETE FROM sign_up WHERE person_id = \(id) OR email_key = \(self.login.key)")
        try connection.execute("DELETE FROM sign_up_mail WHERE email_key = \(self.login.key)")
        try connection.execute("DELETE FROM sign_in_failure WHERE login_hash = \(loginHash)")
        try connection.forgetDeliveries(to: self.login)
    }

    /// Country code 999 belongs to nobody (ITU-T E.164, assigned codes).
    private static let noPhone = "+99900000000"
}
