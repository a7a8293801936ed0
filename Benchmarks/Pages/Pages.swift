import Access
import App
import Foundation
import Kernel
import Products
import Storage
import Synchronization
import Web

/// What writing a page and a reply costs, in this process, without a network.
enum Pages {
    static func measure(_ site: Site) async throws -> Table {
        let memory = Mutex<RememberingDriver?>(nil)
        let world = try await World.open(try site.folder("pages"), address: nil) { database in
            let driver = RememberingDriver(database)
            memory.withLock { $0 = driver }
            return Database(driver)
        }
        _ = try await world.token()
        try await world.orderFifty()
        var findings = try await rows(world)
        findings += try await reads(world)
        findings += try await page(world) { memory.withLock { $0 }?.remember() }
        await world.close()
        return Table(
            title: "Writing pages and replies",
            explanation: """
                Processor time. Raw: the same bytes appended by hand to [UInt8], with the same escaping; for JSON, JSONEncoder; for the \
                read, GRDB's own asynchronous read.
                """, findings: findings)
    }

    private static func products(_ world: World) async throws -> [Product] {
        let permit: Permit<SeeProducts> = try await world.standing(of: World.marie).permit()
        let list = try await world.kontor.database.read {
            try Product.list(ProductFilter(search: "bench-"), Paging(size: 50), by: permit, in: $0)
        }
        guard list.items.count == 50 else { throw BenchError("There are \(list.items.count) products, not 50.") }
        return list.items
    }

    private static func rows(_ world: World) async throws -> [Finding] {
        let products = try await products(world)
        let catalogue = try Catalogue(file: Catalogue.builtIn)
        let words = world.kontor.house.wording.words(.english)
        let today = Zone.zurich.day(of: world.kontor.surroundings.now())
        let heads = ReadyHeads(words)
        let ready = products.map { ReadyRow($0, catalogue, words) }

        func byHand() -> [UInt8] {
            var pen = Pen(capacity: 16 * 1024)
            for row in ready { row.append(heads, to: &pen) }
            return pen.bytes
        }
        func byHandFromProducts() -> [UInt8] {
            var pen = Pen(capacity: 16 * 1024)
            for product in products { ReadyRow(product, catalogue, words).append(ReadyHeads(words), to: &pen) }
            return pen.bytes
        }
        func interpolated() -> HTML { "\(ready.map { $0.html(heads) })" }
        func asThePageDoes() -> HTML { "\(products.map { ProductList.row($0, catalogue, today, words) })" }

        guard byHand() == interpolated().bytes, byHand() == asThePageDoes().bytes, byHand() == byHandFromProducts()
        else {
            throw BenchError(
                "ProductList.row is written otherwise now; write the same in RowsByHand: \(asThePageDoes().text.prefix(500))"
            )
        }
        let hand = await Measure.perCall { byHand() }
        let handFromProducts = await Measure.perCall { byHandFromProducts() }
        return [
            .time(
                "50 rows (\(byHand().count / 1024) KB), markup alone", await Measure.perCall { interpolated() },
                raw: hand,
                atMost: 2),
            .time(
                "50 rows from products: words, days, prices", await Measure.perCall { asThePageDoes() },
                raw: handFromProducts, atMost: 2),
        ] + [try await json(products)]
    }

    /// The whole page as `Reception` answers it: recognising, permit, links, form tokens, frame.
    private static func page(_ world: World, remember: () -> Void) async throws -> [Finding] {
        var browser = Browser(world)
        let form = try await browser.signInForm(World.marie)
        _ = try await browser.ask("POST", "/sign-in", form: form)
        let organization = try await world.standing(of: World.marie).organization.description
        let visitor = browser
        func ask() async throws -> Outgoing {
            var visitor = visitor
            let answer = try await visitor.ask(
                "GET", "/organizations/\(organization)/products", route: "/organizations/{organization}/products",
                query: ["per_page": ["50"]], parameters: ["organization": organization])
            guard Browser.isPage(answer) else { throw BenchError("The page of products is not shown.") }
            return answer
        }
        let bytes = try await ask().body
        let byHand = try await pageByHand(bytes, world)
        let withReads = try await Measure.perCall { try await ask() }
        remember()
        let withoutReads = try await Measure.perCall { try await ask() }
        return [
            .time("whole page (\(bytes.count / 1024) KB), its reads remembered", withoutReads, raw: byHand),
            .time("whole page with its reads from SQLite", withReads),
        ]
    }

    /// The rows from products, within a frame that is only copied.
    private static func pageByHand(_ page: [UInt8], _ world: World) async throws -> Double {
        guard let head = page.firstRange(of: Array("<tbody>".utf8))?.upperBound,
            let foot = page.firstRange(of: Array("</tbody>".utf8))?.lowerBound
        else { throw BenchError("The page has no table.") }
        let products = try await products(world)
        let catalogue = try Catalogue(file: Catalogue.builtIn)
        let words = world.kontor.house.wording.words(.english)
        return await Measure.perCall {
            var pen = Pen(capacity: page.count)
            pen.copy(page[..<head])
            for product in products { ReadyRow(product, catalogue, words).append(ReadyHeads(words), to: &pen) }
            pen.copy(page[foot...])
            return pen.bytes
        }
    }

    private static func json(_ products: [Product]) async throws -> Finding {
        let replies = products.map(ProductReply.init)
        let written = await Measure.perCall {
            Reply.success { writer in
                writer.array(replies) { writer, reply in writer.object { reply.write(to: &$0) } }
            }.bytes
        }
        let encoder = JSONEncoder()
        let encoded = try await Measure.perCall { try encoder.encode(replies) }
        return .time("JSON of 50 products: JSONWriter", written, raw: encoded)
    }

    /// Short reads run on the calling thread.
    private static func reads(_ world: World) async throws -> [Finding] {
        let inline = try await Measure.perCall {
            try await world.kontor.database.read {
                try $0.row("SELECT id, name, kind FROM organization WHERE id = 1") != nil
            }
        }
        let bare = try BareSQLite("\(world.directory)/kontor.sqlite")
        let hopping = try await Measure.perCall { try await bare.readElsewhere() }
        let calling = try await Measure.perCall { try bare.readHere() }
        bare.close()
        return [
            .time("one indexed read on the calling thread", inline, raw: hopping),
            .time("the same by GRDB alone on the calling thread", calling, raw: hopping),
        ]
    }
}

/// A product as a reply of the public API would show it.
private struct ProductReply: Encodable {
    let id: Int64
    let name: String
    let typeID: String
    let offerID: String
    let state: String
    let price: Int64
    let currency: String
    let startsOn: String?
    let endsOn: String?
    let createdAt: Int64

    private enum CodingKeys: String, CodingKey {
        case id, name, state, price, currency
        case typeID = "type_id"
        case offerID = "offer_id"
        case startsOn = "starts_on"
        case endsOn = "ends_on"
        case createdAt = "created_at"
    }

    init(_ product: Product) {
        id = product.id.rawValue
        name = product.name
        typeID = product.typeID
        offerID = product.offerID
        state = product.state.rawValue
        price = product.renewalPrice.minorUnits
        currency = product.renewalPrice.currency.rawValue
        startsOn = product.period?.start.description
        endsOn = product.period?.end.description
        createdAt = product.createdAt.epochSeconds
    }

    func write(to writer: inout JSONWriter) {
        writer.field("id", id)
        writer.field("name", name)
        writer.field("type_id", typeID)
        writer.field("offer_id", offerID)
        writer.field("state", state)
        writer.field("price", price)
        writer.field("currency", currency)
        writer.field("starts_on", startsOn)
        writer.field("ends_on", endsOn)
        writer.field("created_at", createdAt)
    }
}
