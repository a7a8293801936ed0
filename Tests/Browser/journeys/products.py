"""Many products at once, and one whose management is blocked."""

from browser import Look
from journey import POSTGRES, SQLITE, Stage, journey
from journeys.teams import tick
from kontor import link, path_of
from steps import DEMO_PERSON, LUCA, enter, organization_of


@journey("many products at once", SQLITE, POSTGRES, look=Look("en"))
@journey("many products at once, small and without script", look=Look("de", dark=True, width=320, script=False))
def many(stage: Stage, look: Look):
    kontor = stage.own_server(demo=True)
    marie = stage.browser(kontor, look, name="marie")
    home = enter(marie, DEMO_PERSON)
    luca = stage.browser(kontor, Look("it"), name="luca")
    enter(luca, LUCA, organization=organization_of(marie), check=False)

    marie.open(f"{home}/products").follow("form#selection button[formaction$='/access']")
    assert not marie.has("form#people"), "nothing is selected, and can be given"
    marie.open(f"{home}/products", check=False)
    for name in ("render-1", "Vernissage"):
        tick(marie, name)
    marie.follow("form#selection button[formaction$='/access']")
    marie.submit("form#people", expect=422)
    marie.fill(who="Bianchi").follow("main form.filters button")
    assert len(marie.all("main input[name^='person-']")) == 1, "the search is not followed"
    tick(marie, LUCA)
    marie.submit("form#people")
    assert "Luca Bianchi" in marie.one("main").text, "nothing says what was done"
    luca.open(f"{home}/products")
    given = next(row for row in luca.all("main tbody th a") if row.text == "render-1").get_attribute("href")
    server = given.removeprefix(kontor.address)

    # Three are ticked, one of them is not paid: the result says so.
    marie.open(f"{home}/products", check=False)
    for name in ("render-1", "Vernissage", "client-gaudin.example"):
        tick(marie, name)
    marie.follow("form#selection button.danger")
    marie.fill(confirmation_name="Something else").submit("main form[action$='/cancellation']", expect=422)
    marie.fill(confirmation_name="Atelier Rossier Sàrl").submit("main form[action$='/cancellation']")
    skipped = marie.all("main section.card")[-1].text
    assert "client-gaudin.example" in skipped and "render-1" not in skipped, skipped
    mail = kontor.wait_message(DEMO_PERSON, "/products/cancellation/")
    marie.open(server).follow("main form[action$='/cancellation/mail'] button")
    assert len(kontor.messages(DEMO_PERSON, "/products/cancellation/")) == 1, "it was sent again within a minute"
    marie.open(path_of(link(mail, "/products/cancellation/"))).follow("main form button.danger")
    luca.open(server, expect=404)

    # A product that Luca has, under lock and open again.
    own = luca.open(f"{home}/products", check=False).all("main tbody th a")[0].get_attribute("href").removeprefix(kontor.address)
    luca.open(own)
    assert luca.has("main a[href*='/products/cancellation']"), "who was given a product cannot manage it"
    marie.open(own).follow(f"main a[href='{own}/block']").follow(f"main form[action='{own}/block'] button.danger")
    luca.open(own)
    assert luca.has("#cancel-reason") and luca.has("main a[href*='access-requests/new?right=products']")
    assert not luca.has("main a[href*='/products/cancellation']"), "what is blocked can be cancelled"
    kontor.wait_message(LUCA, own)
    marie.open(own, check=False).follow(f"main form[action='{own}/block'] button")
    luca.open(own)
    assert luca.has("main a[href*='/products/cancellation']")
