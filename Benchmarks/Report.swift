/// One thing that was measured, ready to print.
struct Finding {
    let what: String
    let measured: String
    var raw = ""
    var ratio = ""
    var goal = ""
    /// Nil where there is no goal.
    var isReached: Bool?

    /// More is better: so many a second, ours over the raw thing's.
    static func rate(
        _ what: String, _ measured: Double, _ note: String = "", raw: Double? = nil, atLeast goal: Double? = nil
    ) -> Finding {
        let ratio = raw.map { measured / $0 }
        return Finding(
            what: what, measured: "\(Figure.count(measured))/s\(note.isEmpty ? "" : ", \(note)")",
            raw: raw.map { "\(Figure.count($0))/s" } ?? "", ratio: ratio.map(Figure.ratio) ?? "",
            goal: goal.map { "≥ \(Figure.plain($0))" } ?? "",
            isReached: goal.flatMap { goal in ratio.map { $0 >= goal } })
    }

    /// Ours and the raw thing measured in turns. What disturbs the machine for a while disturbs both of a turn, so the turn in
    /// the middle counts.
    /// - Parameter hasRawInside: ours does all that the raw thing does, and more.
    static func turns(
        _ what: String, _ turns: [(ours: Double, raw: Double)], _ note: String, atLeast goal: Double? = nil,
        hasRawInside: Bool = true
    ) -> Finding {
        let middle = turns.sorted { $0.ours / $0.raw < $1.ours / $1.raw }[turns.count / 2]
        var finding = rate(what, middle.ours, note, raw: middle.raw, atLeast: goal)
        // More than all of the raw thing cannot be: then the turns were disturbed too much to say anything.
        if hasRawInside, middle.ours > middle.raw * disturbedRatio {
            finding.ratio += ", disturbed"
            finding.isReached = nil
        }
        return finding
    }

    private static let disturbedRatio = 1.03

    /// Less is better: seconds, ours over the raw thing's.
    static func time(_ what: String, _ measured: Double, raw: Double? = nil, atMost goal: Double? = nil) -> Finding {
        let ratio = raw.map { measured / $0 }
        return Finding(
            what: what, measured: Figure.time(measured), raw: raw.map(Figure.time) ?? "",
            ratio: ratio.map(Figure.ratio) ?? "", goal: goal.map { "≤ \(Figure.plain($0))" } ?? "",
            isReached: goal.flatMap { goal in ratio.map { $0 <= goal } })
    }
}

/// What belongs together.
struct Table {
    let title: String
    /// What is compared with what, in a sentence or two.
    let explanation: String
    let findings: [Finding]

    private static let heads = ["what", "measured", "raw", "ratio", "goal", "reached"]

    private var cells: [[String]] {
        findings.map {
            [$0.what, $0.measured, $0.raw, $0.ratio, $0.goal, $0.isReached.map { $0 ? "yes" : "NO" } ?? ""]
        }
    }

    /// In columns, for a terminal.
    var text: String {
        let rows = [Table.heads] + cells
        let widths = Table.heads.indices.map { column in rows.map { $0[column].count }.max() ?? 0 }
        let lines = rows.map { row in
            zip(row, widths).map { $0 + String(repeating: " ", count: $1 - $0.count) }.joined(separator: "  ")
        }
        let rule = widths.map { String(repeating: "─", count: $0) }.joined(separator: "  ")
        return ([title, explanation, lines[0], rule] + lines.dropFirst()).joined(separator: "\n")
    }

    var markdown: String {
        let rows = [Table.heads, Table.heads.map { _ in "---" }] + cells
        let lines = rows.map { "| \($0.joined(separator: " | ")) |" }.joined(separator: "\n")
        return "## \(title)\n\n\(explanation)\n\n\(lines)\n"
    }
}

struct Report {
    let machine: String
    var tables: [Table] = []

    var verdict: String {
        let goals = tables.flatMap(\.findings).filter { !$0.goal.isEmpty }.map(\.isReached)
        let reached = goals.count { $0 == true }
        let missed = goals.count { $0 == false }
        let open = goals.count - reached - missed
        return "\(reached) of \(goals.count) goals reached, \(missed) missed, \(open) not shown."
    }

    var markdown: String {
        "\(machine)\n\n\(tables.map(\.markdown).joined(separator: "\n"))\n\(verdict)\n"
    }
}

/// Numbers as a reader takes them in: three digits, a unit.
enum Figure {
    static func count(_ value: Double) -> String {
        value < 100 ? plain((value * 10).rounded() / 10) : grouped(Int(value.rounded()))
    }

    static func ratio(_ value: Double) -> String { String(Double(Int((value * 100).rounded())) / 100) }

    static func plain(_ value: Double) -> String { value == value.rounded() ? String(Int(value)) : String(value) }

    static func time(_ seconds: Double) -> String {
        switch seconds {
        case ..<0.001: "\(ratio(seconds * 1_000_000)) µs"
        case ..<1: "\(ratio(seconds * 1_000)) ms"
        default: "\(ratio(seconds)) s"
        }
    }

    private static func grouped(_ value: Int) -> String {
        let digits = String(value)
        return String(
            digits.enumerated().flatMap { index, digit in
                index > 0 && (digits.count - index) % 3 == 0 ? [",", digit] : [digit]
            })
    }
}
