package import Documents
import Kernel
package import Web

/// Prints documents, in the language of their recipient.
package struct Press: Sendable {
    let wording: Wording
    /// The provider's; its name in type where there is none.
    let logo: PDF.Picture?

    package init(wording: Wording, logo: PDF.Picture? = nil) {
        self.wording = wording
        self.logo = logo
    }

    /// The file of A4 pages. The same paper gives the same bytes.
    package func pdf(of paper: Paper) -> [UInt8] {
        PaperPages(paper: paper, words: wording.words(paper.document.recipient.language), logo: logo).print()
    }

    /// `Rechnung-2026-00042.pdf`
    package func fileName(of document: Document) -> String {
        let title = document.title(wording.words(document.recipient.language))
        return "\(title.split(whereSeparator: \.isWhitespace).joined(separator: "-")).pdf"
    }

    /// What the code of its payment part says, where it has one.
    package func payload(of paper: Paper) -> String? {
        paper.bill(message: paper.document.title(wording.words(paper.document.recipient.language)))?.payload
    }
}

extension Document {
    /// `Rechnung 2026-00042`
    func title(_ words: Words) -> String { "\(words("billing.kind.\(kind.rawValue)")) \(number)" }
}

/// Lengths on paper are said in millimetres, and drawn in points.
func mm(_ length: Double) -> Double { length * 72 / 25.4 }
