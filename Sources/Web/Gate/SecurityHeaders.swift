/// Headers on every answer (security.md, "CSRF and headers").
enum SecurityHeaders {
    private static let policy = """
        default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; \
        connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'; \
        require-trusted-types-for 'script'; trusted-types kontor
        """

    static func page(_ isSecure: Bool) -> [(name: String, value: String)] {
        data(isSecure) + [
            ("Content-Security-Policy", policy),
            ("Cross-Origin-Opener-Policy", "same-origin"),
            ("Permissions-Policy", "camera=(), geolocation=(), microphone=(), payment=(), usb=()"),
            ("X-Frame-Options", "DENY"),
        ]
    }

    /// For what is not a page: data, files. Pages and data speak of one person, so nobody keeps them.
    static func data(_ isSecure: Bool) -> [(name: String, value: String)] {
        var headers = [
            (name: "X-Content-Type-Options", value: "nosniff"),
            (name: "Referrer-Policy", value: "same-origin"),
            (name: "Cross-Origin-Resource-Policy", value: "same-origin"),
            (name: "Cache-Control", value: "no-store"),
        ]
        if isSecure { headers.append(("Strict-Transport-Security", "max-age=63072000; includeSubDomains")) }
        return headers
    }
}
