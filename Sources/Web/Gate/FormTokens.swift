import Kernel

/// Tokens against forged posts, bound to a session or to a browser before there is one. Each page gets the token under
/// another mask, so that compressing a page tells nothing about it (BREACH).
struct FormTokens: Sendable {
    private let sign: @Sendable (_ owner: String) -> [UInt8]

    init(keys: Keys) {
        sign = keys.signer("form")
    }

    func make(for owner: String, random mask: [UInt8]) -> String {
        let token = sign(owner).prefix(16)
        return Base64URL.encode(mask + zip(mask, token).map { $0 ^ $1 })
    }

    func isValid(_ text: String, for owner: String) -> Bool {
        guard let bytes = Base64URL.decode(text), bytes.count == 32 else { return false }
        let token = zip(bytes[0..<16], bytes[16...]).map { $0 ^ $1 }
        // Every byte is compared, so the time does not tell how many were right.
        return zip(token, sign(owner)).reduce(UInt8(0)) { $0 | ($1.0 ^ $1.1) } == 0
    }
}
