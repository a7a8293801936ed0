import Billing
import Kernel
import Web

/// What the pages of the sandbox have in common.
extension Sandbox {
    /// A part of a page under its heading: a card of its own for whoever is signed in; in the gate there is a card already.
    func part(_ title: String, _ visit: Visit, isFlush: Bool = false, _ body: HTML) -> HTML {
        guard visit.person == nil else { return card(title, isFlush: isFlush, body) }
        return "<section class=\"gap-above\"><h2>\(title)</h2><div class=\"gap-above\">\(body)</div></section>"
    }

    func time(_ instant: Instant, _ visit: Visit) -> HTML {
        "<time datetime=\"\(instant.description)\">\(visit.words.moment(instant, in: visit.zone))</time>"
    }

    func stateTag(_ state: SandboxCharge.State, _ words: Words) -> HTML {
        let tone: Tone =
            switch state {
            case .succeeded: .ok
            case .failed: .danger
            case .needsAction: .warn
            }
        return tag(tone, words("sandbox.charge.state.\(state.rawValue)"))
    }
}

extension SandboxCharge {
    /// "Ending in 4242", or the method's name.
    func title(_ words: Words) -> String {
        method == .card ? words("sandbox.charge.ending", ["digits": last4]) : words(method.word)
    }

    /// The word for why it did not pay; nil where it did, or may yet.
    var reason: String? { state == .failed ? failure.map(PaymentFailure.word(for:)) : nil }
}

extension SandboxCard {
    /// The test cards as people type them.
    static let samples: [(number: String, card: SandboxCard)] = [
        "4242 4242 4242 4242", "4000 0000 0000 0002", "4000 0000 0000 9995", "4000 0025 0000 3155",
        "4000 0000 0000 0341",
    ].map { ($0, SandboxCard(number: $0.filter { $0 != " " })) }
}
