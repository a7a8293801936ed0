import Kernel

/// Where mail is handed over, and from whom it comes.
package struct SMTPConfiguration: Sendable {
    /// How the connection is protected.
    package enum Security: String, Sendable, CaseIterable {
        /// Encrypted from the first byte, usually port 465 (RFC 8314).
        case implicit
        /// STARTTLS or no mail, usually port 587.
        case startTLSRequired = "starttls"
        /// STARTTLS where the server offers it. An attacker on the line can take the offer away: for local relays.
        case startTLSIfOffered = "starttls-if-offered"
        case none
    }

    /// Prints as •••, also where the whole configuration is printed.
    package struct Password: Sendable, CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
        let secret: String

        package init(_ secret: String) { self.secret = secret }

        package var description: String { "•••" }
        package var debugDescription: String { "•••" }
        package var customMirror: Mirror { Mirror(self, children: []) }
    }

    package struct Login: Sendable {
        package let user: String
        package let password: Password

        package init(user: String, password: String) {
            self.user = user
            self.password = Password(password)
        }
    }

    /// Sentences for whoever writes the configuration.
    package enum Mistake: Error, Equatable, CustomStringConvertible {
        case host(String)
        case port(Int)
        case timeout(Int)
        case passwordInClear

        package var description: String {
            switch self {
            case .host(let host): "“\(host)” is neither the name nor the address of a mail server."
            case .port(let port): "\(port) is not a port; mail servers usually listen at 587, 465 or 25."
            case .timeout(let seconds): "A time-out of \(seconds) s is not between 1 and 120 s."
            case .passwordInClear: "A password is only sent encrypted: use “implicit” or “starttls”."
            }
        }
    }

    package let host: String
    package let port: Int
    package let security: Security
    package let login: Login?
    package let sender: Sender
    /// For one message, from the connection to the server's last word.
    package let timeoutSeconds: Int
    /// PEM file with the authorities to trust instead of the system's.
    package let authoritiesFile: String?

    /// - Throws: `Mistake`.
    package init(
        host: String, port: Int = 587, security: Security = .startTLSRequired, login: Login? = nil, sender: Sender,
        timeoutSeconds: Int = 30, authoritiesFile: String? = nil
    ) throws(Mistake) {
        let allowed: (UInt8) -> Bool = {
            (48...57).contains($0) || (65...90).contains($0) || (97...122).contains($0) || [45, 46, 58].contains($0)
        }
        guard (1...253).contains(host.utf8.count), host.utf8.allSatisfy(allowed) else { throw .host(host) }
        guard (1...65_535).contains(port) else { throw .port(port) }
        guard (1...120).contains(timeoutSeconds) else { throw .timeout(timeoutSeconds) }
        guard login == nil || security == .implicit || security == .startTLSRequired else { throw .passwordInClear }
        self.host = host
        self.port = port
        self.security = security
        self.login = login
        self.sender = sender
        self.timeoutSeconds = timeoutSeconds
        self.authoritiesFile = authoritiesFile
    }

    /// The path is what we say in EHLO: our mail domain, and not the machine's name.
    var url: String {
        let scheme = security == .implicit ? "smtps" : "smtp"
        let host = host.contains(":") ? "[\(host)]" : host
        return "\(scheme)://\(host):\(port)/\(sender.domain)"
    }
}
