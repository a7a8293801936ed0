import Kernel
import Testing
import Web

/// What asks again who is there, and what stands in front of an organisation.
@Suite struct ConfirmationTests {
    @Test func `Whoever has not proved lately that it is them is asked, and the act goes on with what was typed`()
        async throws
    {
        try await SmallHouse.run { house in
            let question = await house.post("/vault", ["subject": "<all> gold"], session: SmallHouse.representative)
            #expect(question.status == 422)
            #expect(question.text.contains("name=\"confirm_password\""))
            #expect(question.text.contains("name=\"subject\" value=\"&lt;all&gt; gold\""))
            #expect(!question.text.contains("name=\"confirm_code\""), "No second factor, so no code.")
            #expect(house.done.all.isEmpty)
            let answer = await house.post(
                "/vault", ["subject": "<all> gold", "confirm_password": "open sesame"],
                session: SmallHouse.representative)
            #expect(answer.status == 303)
            #expect(house.done.all == ["vault <all> gold by 7"])
        }
    }

    @Test func `A wrong password asks again and does nothing`() async throws {
        try await SmallHouse.run { house in
            for password in ["", "close sesame"] {
                let again = await house.post(
                    "/vault", ["subject": "gold", "confirm_password": password], session: SmallHouse.representative)
                #expect(again.status == 422)
                #expect(again.text.contains("errors-title"))
                #expect(!again.text.contains("close sesame"))
                #expect(again.text.contains("name=\"subject\" value=\"gold\""))
            }
            #expect(house.done.all.isEmpty)
        }
    }

    @Test func `A fresh proof lasts for ten minutes and no longer`() async throws {
        try await SmallHouse.run { house in
            #expect(await house.post("/vault", ["subject": "a"], session: SmallHouse.staff).status == 303)
            house.clock.advance(.seconds(599))
            #expect(await house.post("/vault", ["subject": "b"], session: SmallHouse.staff).status == 303)
            house.clock.advance(.seconds(1))
            #expect(await house.post("/vault", ["subject": "c"], session: SmallHouse.staff).status == 422)
            #expect(house.done.all == ["vault a by 9", "vault b by 9"])
        }
    }

    @Test func `A button keeps its method through the question`() async throws {
        try await SmallHouse.run { house in
            let question = await house.post(
                "/vault/door", ["_method": "DELETE"], session: SmallHouse.representative)
            #expect(question.status == 422)
            #expect(question.text.contains("name=\"_method\" value=\"DELETE\""))
            let answer = await house.post(
                "/vault/door", ["_method": "DELETE", "confirm_password": "open sesame"],
                session: SmallHouse.representative)
            #expect(answer.status == 303)
            #expect(house.done.all == ["vault door by 7"])
        }
    }

    @Test func `Whoever has a second factor is asked for its code too`() async throws {
        try await SmallHouse.run { house in
            let question = await house.post("/vault", ["subject": "gold"], session: SmallHouse.secured)
            #expect(question.text.contains("name=\"confirm_code\""))
            #expect(question.text.contains("autocomplete=\"one-time-code\""))
        }
    }

    @Test func `An organisation that requires a second factor lets in only those who have one`() async throws {
        try await SmallHouse.run { house in
            func get(_ path: String, _ session: String) async -> Outgoing {
                await house.send("GET", path, headers: ["cookie": "kontor-session=\(session)"])
            }
            let walled = await get("/organizations/13/settings", SmallHouse.unsecured)
            #expect(walled.status == 303)
            #expect(walled.header("location") == "/organizations/13/second-factor")
            #expect(await get("/organizations/13/second-factor", SmallHouse.unsecured).status == 200)
            #expect(await get("/organizations/13/settings", SmallHouse.secured).status == 200)
            #expect(await get("/organizations/12/settings", SmallHouse.representative).status == 200)
            #expect(await get("/mine", SmallHouse.unsecured).status == 200, "The account itself stays open.")
        }
    }

    @Test func `The desk of the staff is not there for anybody else`() async throws {
        try await SmallHouse.run { house in
            func get(_ session: String) async -> Outgoing {
                await house.send("GET", "/staff/desk", headers: ["cookie": "kontor-session=\(session)"])
            }
            #expect(await get(SmallHouse.staff).text == "desk of 9")
            #expect(await get(SmallHouse.representative).status == 404)
            #expect(await get("").header("location")?.hasPrefix("/sign-in") == true)
        }
    }

    @Test func `In production the staff need a second factor`() async throws {
        try await SmallHouse.run(isSandbox: false, address: "https://console.test") { house in
            let answer = await house.send(
                "GET", "/staff/desk", headers: ["cookie": "__Host-kontor-session=\(SmallHouse.staff)"])
            #expect(answer.header("location") == "/security/second-factor")
        }
    }

    @Test func `Who lacks a right is offered to ask for it`() async throws {
        try await SmallHouse.run { house in
            let answer = await house.send(
                "GET", "/organizations/12/settings", headers: ["cookie": "kontor-session=\(SmallHouse.collaborator)"])
            #expect(answer.status == 403)
            #expect(
                answer.text.contains("/organizations/12/access-requests/new?right=organization%3Amanage"),
                "\(answer.text)")
        }
    }
}
