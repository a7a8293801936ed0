import Access
import Kernel
import Organizations
import Products
import Storage
import TestSupport
import Testing

/// Several products at once: ticked, or all that match (UI-4, PROD-1).
@Suite("Several products at once")
struct SelectionTests {
    @Test("Names open, boxes select, and the bar has what can be done", arguments: DatabaseKind.allCases)
    func list(_ kind: DatabaseKind) async throws {
        try await ProductWorld.with(kind) { place in
            let page = try await place.world.browser(for: place.marie).get("\(place.home)/products")
            #expect(page.text.matches(of: #/type="checkbox" form="selection" name="product"/#).count == 4)
            #expect(page.text.contains("<a href=\"\(place.home)/products/\(place.drive)\">Archive</a>"))
            #expect(page.text.contains("formaction=\"\(place.home)/products/access\""))
            #expect(page.text.contains("data-picked=\"Selected:\""))
            #expect(!page.text.contains("name=\"all\""), "All that match are on the page.")
            // Somebody with limited rights selects what they reach; giving access is greyed, with the reason.
            let own = try await place.world.browser(for: place.luca).get("\(place.home)/products")
            #expect(own.text.matches(of: #/type="checkbox" form="selection" name="product"/#).count == 1)
            #expect(!own.text.contains("formaction="))
            #expect(own.text.contains("id=\"give-access-reason\""))
            #expect(own.text.contains("access-requests/new?right=members"))
        }
    }

    @Test(
        "Cancelling many ends on a result: what was asked, and what was passed over and why",
        arguments: DatabaseKind.allCases)
    func cancelling(_ kind: DatabaseKind) async throws {
        try await ProductWorld.with(kind) { place in
            let browser = try await place.world.browser(for: place.marie)
            let path = "\(place.home)/products/cancellation"
            let page = await browser.get(
                "\(path)?product=\(place.hosting)&product=\(place.drive)&product=\(place.open)")
            #expect(page.text.contains("Skipped: It is not paid yet"))
            let typed = ["confirmation_name": "Atelier Rossier"].merging(ProductWorld.proof) { $1 }
            let result = try await browser.submit(page, path, typed)
            #expect(result.status == 200)
            #expect(result.text.contains("The cancellation of 2 products was asked for."))
            #expect(result.text.contains("<strong>open.example</strong>: It is not paid yet"))
            #expect(
                try await place.states()
                    == "atelier-nord.ch active asked, atelier.example active, Archive active asked, open.example ordered"
            )
            // The same again: nothing is left to ask for, and it says so.
            let again = try await browser.submit(page, path, typed)
            #expect(again.text.contains("Nothing was done."))
            #expect(again.text.contains("Its cancellation is asked for already."))
            #expect(try await place.world.count("SELECT id FROM product_cancellation") == 1)
            let letters = try await place.world.mails(to: place.marie.login)
            #expect(letters.count { $0.subject.contains("Confirm the cancellation") } == 1)
        }
    }

    @Test("All that match means the filter, not the page", arguments: DatabaseKind.allCases)
    func matching(_ kind: DatabaseKind) async throws {
        try await ProductWorld.with(kind) { place in
            let browser = try await place.world.browser(for: place.marie)
            let organization = place.marie.organization
            try await place.world.database.write { connection in
                for number in 1...30 {
                    try connection.execute(
                        """
                        INSERT INTO product_order (organization_id, state, client_key, offer_id, term, description, currency,
                            list_price, discount_name, discount_basis_points, vat_class, total, recipient, ordered_by_id,
                            ordered_at)
                        SELECT organization_id, 'cancelled', \("copy-\(number)"), offer_id, term, description, currency,
                            list_price, discount_name, discount_basis_points, vat_class, total, recipient, ordered_by_id,
                            ordered_at
                        FROM product_order WHERE id = (SELECT MIN(id) FROM product_order)
                        """)
                    try connection.execute(
                        """
                        INSERT INTO product (organization_id, type_id, offer_id, name, state, term, currency, renewal_price,
                            period_start, period_end, expires_at, order_id, created_at)
                        SELECT organization_id, 'drive', 'drive-team', \("Copy \(number)"), state, term, currency,
                            renewal_price, period_start, period_end, expires_at, (SELECT MAX(id) FROM product_order), created_at
                        FROM product WHERE organization_id = \(organization) AND name = 'atelier-nord.ch'
                        """)
                }
            }
            let list = await browser.get("\(place.home)/products?type=drive")
            #expect(list.text.contains("All 31 that match"))
            let path = "\(place.home)/products/cancellation"
            let page = await browser.get("\(path)?all=yes&type=drive&search=copy")
            #expect(page.text.contains("30 products"))
            let result = try await browser.submit(
                page, path, ["confirmation_name": "Atelier Rossier"].merging(ProductWorld.proof) { $1 })
            #expect(result.text.contains("The cancellation of 30 products was asked for."))
            #expect(
                try await place.world.count(
                    "SELECT id FROM product WHERE cancellation_id IS NOT NULL AND name = 'Archive'")
                    == 0)
        }
    }

    @Test("Access goes to people and teams, and each line says what became of it", arguments: DatabaseKind.allCases)
    func giving(_ kind: DatabaseKind) async throws {
        try await ProductWorld.with(kind) { place in
            let world = place.world
            let browser = try await world.browser(for: place.adam)
            let directory = world.products.directory
            let (marie, now) = (place.marie, world.clock.now)
            let team = try await world.database.write { connection in
                try Team.create(
                    name: "Designers", description: "", products: [], by: marie.standing.permit(),
                    directory: directory, actor: marie.actor, at: now, in: connection)
            }
            let path = "\(place.home)/products/access"
            let page = await browser.get("\(path)?product=\(place.drive)&product=\(place.hosting)")
            #expect(page.text.contains("2 products are given"))
            #expect(page.text.contains("name=\"person-\(place.luca.id)\""))
            #expect(!page.text.contains("name=\"person-\(place.marie.id)\""), "Who administers reaches all of them.")
            let products = ["products": "\(place.drive),\(place.hosting),999999"]
            let nobody = await browser.post(path, products.merging(ProductWorld.proof) { $1 })
            #expect(nobody.status == 422)
            #expect(nobody.text.contains("Tick at least one person or team."))
            let result = await browser.post(
                path,
                products.merging([
                    "person-\(place.luca.id)": "yes", "person-\(place.lea.id)": "yes", "team-\(team)": "yes",
                    "team-888888": "yes",
                ]) { $1 })
            #expect(result.status == 200)
            #expect(result.text.contains("Luca Bianchi got 1 more product."))
            #expect(result.text.contains("Léa Morand got 2 more products."))
            #expect(result.text.contains("Designers got 2 more products."))
            #expect(result.text.contains("1 product was no longer there."))
            #expect(result.text.contains("Somebody who is no longer there"))
            #expect(try await place.grants(of: place.luca) == ["atelier-nord.ch", "Archive"])
            #expect(try await world.count("SELECT product_id FROM team_product") == 2)
            let again = await browser.post(path, products.merging(["person-\(place.luca.id)": "yes"]) { $1 })
            #expect(again.text.contains("Has all of them already."))
            #expect(try await world.mails(to: place.lea.login).contains { $0.text.contains("atelier-nord.ch") })
        }
    }

    @Test("Nobody acts on what they do not reach, whatever they send", arguments: DatabaseKind.allCases)
    func foreign(_ kind: DatabaseKind) async throws {
        try await ProductWorld.with(kind) { place in
            let luca = try await place.world.browser(for: place.luca)
            let path = "\(place.home)/products/cancellation"
            #expect(await luca.get("\(path)?product=\(place.hosting)").status == 404)
            let page = await luca.get("\(path)?all=yes")
            #expect(page.text.contains("Archive"))
            #expect(!page.text.contains("atelier-nord.ch"))
            #expect(!page.text.contains("unpaid document"), "What is owed is for those who may see documents.")
            let forged = await luca.post(
                path,
                ["products": "\(place.hosting),\(place.drive)", "confirmation_name": "Archive"].merging(
                    ProductWorld.proof
                ) { $1 })
            #expect(forged.status == 200)
            #expect(
                try await place.states()
                    == "atelier-nord.ch active, atelier.example active, Archive active asked, open.example ordered")
            #expect(await luca.get("\(place.home)/products/access?product=\(place.drive)").status == 403)
            let given = await luca.post(
                "\(place.home)/products/access",
                ["products": "\(place.hosting)", "person-\(place.luca.id)": "yes"].merging(ProductWorld.proof) { $1 })
            #expect(given.status == 403)
            #expect(try await place.grants(of: place.luca) == ["Archive"])
        }
    }

    @Test("Whoever was given a product can end it, and reaches it no more", arguments: DatabaseKind.allCases)
    func collaborator(_ kind: DatabaseKind) async throws {
        try await ProductWorld.with(kind) { place in
            let luca = try await place.world.browser(for: place.luca)
            let path = "\(place.home)/products/cancellation"
            let page = await luca.get("\(path)?product=\(place.drive)")
            let typed = ["confirmation_name": "Archive"].merging(ProductWorld.proof) { $1 }
            #expect(try await luca.submit(page, path, typed).status == 303)
            let mail = try await place.world.mails(to: place.luca.login).last { $0.subject.contains("Confirm") }
            let link = try #require(mail?.path)
            let lea = try await place.world.browser(for: place.lea)
            #expect(await lea.get(link).status == 403, "The link alone opens nothing.")
            let ended = try await luca.submit(await luca.get(link), link)
            #expect(ended.location?.hasPrefix("\(place.home)") == true)
            #expect(try await luca.follow(ended).status == 200)
            #expect(try await place.states().contains("Archive cancelled"))
            #expect(await luca.get("\(place.home)/products/\(place.drive)").status == 403)
            #expect(
                try await place.world.mails(to: place.adam.login).contains { $0.subject.contains("were cancelled") })
        }
    }
}
