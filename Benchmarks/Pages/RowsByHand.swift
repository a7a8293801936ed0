import Kernel
import Products
import Web

/// A row of the table of products, ready to print.
struct ReadyRow {
    let link: Link
    let name: String
    let offer: String
    let state: String
    let ends: String
    let price: String
    let term: String

    /// Formats what a product says, for the rows of this benchmark: all of them active, none near its end.
    init(_ product: Product, _ catalogue: Catalogue, _ words: Words) {
        link = Link("/organizations/\(product.organization)/products/\(product.id)")
        name = product.name
        offer = catalogue.offer(product.offerID)?.offer.name[words.language] ?? product.offerID
        state = words("products.state.active")
        ends = product.period.map { words.day($0.lastDay) } ?? "–"
        price = words.money(product.renewalPrice)
        term = words.term(product.term)
    }
}

/// The words of the columns.
struct ReadyHeads {
    let state: String
    let ends: String
    let price: String

    init(_ words: Words) {
        state = words("products.state")
        ends = words("products.column.ends")
        price = words("products.column.price")
    }
}

extension ReadyRow {
    /// The same row as `ProductList.row`, of the same kind of markup.
    func html(_ heads: ReadyHeads) -> HTML {
        """
        <tr><th scope="row"><a href="\(link)">\
        \(name)</a><small>\(offer)</small></th>
        <td data-label="\(heads.state)">\(tag(.ok, state))</td>
        <td class="date" data-label="\(heads.ends)">\(ends)</td>
        <td class="num" data-label="\(heads.price)"><span>\(price)\
        <small>\(term)</small></span></td></tr>
        """
    }

    /// The same bytes, as one would write them where nothing but speed counts.
    func append(_ heads: ReadyHeads, to pen: inout Pen) {
        pen.raw("<tr><th scope=\"row\"><a href=\"")
        pen.text(link.text)
        pen.raw("\">")
        pen.text(name)
        pen.raw("</a><small>")
        pen.text(offer)
        pen.raw("</small></th>\n<td data-label=\"")
        pen.text(heads.state)
        pen.raw("\"><span class=\"tag ok\">")
        pen.text(state)
        pen.raw("</span></td>\n<td class=\"date\" data-label=\"")
        pen.text(heads.ends)
        pen.raw("\">")
        pen.text(ends)
        pen.raw("</td>\n<td class=\"num\" data-label=\"")
        pen.text(heads.price)
        pen.raw("\"><span>")
        pen.text(price)
        pen.raw("<small>")
        pen.text(term)
        pen.raw("</small></span></td></tr>")
    }
}

/// Appends to bytes.
struct Pen {
    private(set) var bytes: [UInt8] = []

    init(capacity: Int) { bytes.reserveCapacity(capacity) }

    mutating func raw(_ markup: StaticString) {
        markup.withUTF8Buffer { bytes.append(contentsOf: $0) }
    }

    /// Escapes the five characters that `HTML` escapes.
    mutating func text(_ text: String) {
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "&"): raw("&amp;")
            case UInt8(ascii: "<"): raw("&lt;")
            case UInt8(ascii: ">"): raw("&gt;")
            case UInt8(ascii: "\""): raw("&quot;")
            case UInt8(ascii: "'"): raw("&#39;")
            default: bytes.append(byte)
            }
        }
    }

    /// Bytes that were written before.
    mutating func copy(_ ready: some Collection<UInt8>) { bytes.append(contentsOf: ready) }
}
