/// How letters that the QR-bill does not know are written there.
///
/// Cyrillic as most of its languages write themselves in passports, Greek by ELOT 743 letter by letter. What is in no table
/// loses its accents, and what is no letter of ours even then becomes a dot.
enum QRBillTable {
    static let letters: [Unicode.Scalar: String] = cyrillic.merging(greek) { first, _ in first }
        .merging(signs) { first, _ in first }

    /// Only where there is no room for accents.
    static let plain: [Unicode.Scalar: String] = [
        "Ä": "Ae", "ä": "ae", "Ö": "Oe", "ö": "oe", "Ü": "Ue", "ü": "ue", "Æ": "Ae", "æ": "ae", "Œ": "Oe",
        "œ": "oe", "Ø": "O", "ø": "o", "Å": "A", "å": "a", "Đ": "D", "đ": "d", "Ð": "D", "ð": "d", "Þ": "Th",
        "þ": "th", "Ł": "L", "ł": "l", "Ħ": "H", "ħ": "h", "Ŧ": "T", "ŧ": "t", "Ŋ": "N", "ŋ": "n", "ß": "ss",
        "ı": "i", "ĸ": "k", "ŉ": "'n", "ſ": "s", "«": "'", "»": "'", "€": "EUR", "·": "-", "´": "'", "¨": "'",
        "¸": ",", "¯": "-", "×": "x", "÷": "/", "¡": "!", "¿": "?", "§": "Par.", "©": "(c)", "®": "(R)", "°": "o",
    ]

    private static let cyrillic: [Unicode.Scalar: String] = [
        "А": "A", "а": "a", "Б": "B", "б": "b", "В": "V", "в": "v", "Г": "G", "г": "g", "Д": "D", "д": "d",
        "Е": "E", "е": "e", "Ё": "E", "ё": "e", "Ж": "Zh", "ж": "zh", "З": "Z", "з": "z", "И": "I", "и": "i",
        "Й": "I", "й": "i", "К": "K", "к": "k", "Л": "L", "л": "l", "М": "M", "м": "m", "Н": "N", "н": "n",
        "О": "O", "о": "o", "П": "P", "п": "p", "Р": "R", "р": "r", "С": "S", "с": "s", "Т": "T", "т": "t",
        "У": "U", "у": "u", "Ф": "F", "ф": "f", "Х": "Kh", "х": "kh", "Ц": "Ts", "ц": "ts", "Ч": "Ch", "ч": "ch",
        "Ш": "Sh", "ш": "sh", "Щ": "Shch", "щ": "shch", "Ъ": "", "ъ": "", "Ы": "Y", "ы": "y", "Ь": "", "ь": "",
        "Э": "E", "э": "e", "Ю": "Yu", "ю": "yu", "Я": "Ya", "я": "ya", "Є": "Ye", "є": "ye", "І": "I", "і": "i",
        "Ї": "Yi", "ї": "yi", "Ґ": "G", "ґ": "g", "Ђ": "Đ", "ђ": "đ", "Ј": "J", "ј": "j", "Љ": "Lj", "љ": "lj",
        "Њ": "Nj", "њ": "nj", "Ћ": "Ć", "ћ": "ć", "Џ": "Dž", "џ": "dž", "Ў": "U", "ў": "u", "Ѓ": "Gj", "ѓ": "gj",
        "Ќ": "Kj", "ќ": "kj", "Ѕ": "Dz", "ѕ": "dz",
    ]

    private static let greek: [Unicode.Scalar: String] = [
        "Α": "A", "α": "a", "Β": "V", "β": "v", "Γ": "G", "γ": "g", "Δ": "D", "δ": "d", "Ε": "E", "ε": "e",
        "Ζ": "Z", "ζ": "z", "Η": "I", "η": "i", "Θ": "Th", "θ": "th", "Ι": "I", "ι": "i", "Κ": "K", "κ": "k",
        "Λ": "L", "λ": "l", "Μ": "M", "μ": "m", "Ν": "N", "ν": "n", "Ξ": "X", "ξ": "x", "Ο": "O", "ο": "o",
        "Π": "P", "π": "p", "Ρ": "R", "ρ": "r", "Σ": "S", "σ": "s", "Τ": "T", "τ": "t", "Υ": "Y", "υ": "y",
        "Φ": "F", "φ": "f", "Χ": "Ch", "χ": "ch", "Ψ": "Ps", "ψ": "ps", "Ω": "O", "ω": "o", "ς": "s",
    ]

    private static let signs: [Unicode.Scalar: String] = [
        "–": "-", "—": "-", "‐": "-", "‑": "-", "‒": "-", "―": "-", "−": "-", "‘": "'", "’": "'", "‚": "'",
        "‛": "'", "“": "\"", "”": "\"", "„": "\"", "‟": "\"", "‹": "'", "›": "'", "…": "...", "•": "-", "‰": "o/oo",
        "№": "No", "ƒ": "f", "ẞ": "SS", "ǅ": "Dž", "Ə": "E", "ə": "e", "Ɖ": "Đ",
    ]
}
