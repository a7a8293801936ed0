import Kernel
import Testing
import Web

@Suite("Destructive acts")
struct DestructiveTests {
    private func act(name: String?) -> Destructive {
        Destructive(title: "Delete", action: "/delete", effects: [], back: "/", name: name)
    }

    @Test(
        "The name has to be typed as it stands",
        arguments: [
            ("Atelier Nord", true), (" Atelier Nord ", true), ("atelier nord", false), ("Atelier  Nord", false),
            ("Atelier", false), ("", false),
        ])
    func name(_ typed: String, _ isRight: Bool) {
        var form = Form(["confirmation_name": typed])
        act(name: "Atelier Nord").check(&form)
        #expect(form.problems.isEmpty == isRight)
        #expect(form.problems.allSatisfy { $0.field == "confirmation_name" })
        #expect(form.problems.count <= 1)
    }

    @Test("Without a name there is nothing to type")
    func plain() {
        var form = Form()
        act(name: nil).check(&form)
        #expect(form.problems.isEmpty)
    }

    @Test("What can be taken back is done, with the way back beside it")
    func undo() async throws {
        try await SmallHouse.run { house in
            let page = await house.send(
                "GET", "/mine/undone", headers: ["cookie": "kontor-session=\(SmallHouse.representative)"])
            #expect(page.text.contains("The &lt;bell&gt; was removed."))
            #expect(page.text.contains("action=\"/mine/bell\""))
            #expect(page.text.contains(">Undo</button>"))
        }
    }
}
