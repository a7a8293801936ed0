/// What a guesser knows about a person: login, names, the provider they are a customer of.
struct GuessableWords {
    private let whole: Set<String>
    private let words: Set<String>
    private let longest: Int

    init(about terms: [String]) {
        var whole: Set<String> = []
        var words: Set<String> = []
        for term in terms {
            let localPart = term.split(separator: "@").first.map(String.init) ?? ""
            for text in [term, localPart].compactMap(PasswordText.init) where !text.scalars.isEmpty {
                whole.insert(text.string)
                let parts = text.scalars.split { !PasswordText.isLetter($0) }
                // One letter is an initial; with those allowed, every text would be made of them.
                words.formUnion(parts.filter { $0.count >= 2 }.map(PasswordText.string))
                if text.letters.count >= 2 { words.insert(PasswordText.string(text.letters[...])) }
            }
        }
        self.whole = whole
        self.words = words
        longest = words.lazy.map { $0.unicodeScalars.count }.max() ?? 0
    }

    /// Whether a password is one of them, or only a row of them once digits, punctuation and blanks are taken out:
    /// `Marie.Rossier-1984!` as much as `rossiermarie2026`.
    func cover(_ text: PasswordText) -> Bool {
        if whole.contains(text.string) { return true }
        let letters = text.letters
        guard !letters.isEmpty else { return false }
        var reachable = [true] + [Bool](repeating: false, count: letters.count)
        for end in 1...letters.count {
            reachable[end] = (max(0, end - longest)..<end).contains { start in
                reachable[start] && words.contains(PasswordText.string(letters[start..<end]))
            }
        }
        return reachable[letters.count]
    }
}
