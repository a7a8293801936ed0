"""An agency acts for its clients: it asks, the client answers, its people come in by the switcher, and it ends at once."""

from browser import Browser, Look
from journey import POSTGRES, SQLITE, Stage, journey
from kontor import link, path_of
from steps import DEMO_PERSON, NINA, PASSWORD, PAUL, STAFF, enter, new_address, organization_of

STRIP = "aside.strip[data-kind='partner']"


def switch(browser: Browser, name: str):
    """Opens the switcher, its part of clients, and enters one."""
    browser.click(browser.one("[popovertarget='orgs']"))
    tab = browser.all("#orgs details summary")
    assert len(tab) == 2, f"the switcher has {len(tab)} parts"
    # In the console of a client it is open already.
    if tab[1].find_element("xpath", "..").get_attribute("open") is None:
        browser.click(tab[1])
    found = [each for each in browser.all("#clients-list a") if name in each.text]
    assert len(found) == 1, f"{name} is {len(found)} times among the clients"
    browser.leave(lambda: browser.click(found[0]))
    browser.arrive()
    assert browser.has(STRIP), "nothing says for whom one acts"


@journey("a partner and its clients", SQLITE, POSTGRES, look=Look("en"))
@journey("a partner and its clients, small and without script", look=Look("de", dark=True, width=320, script=False))
def partner(stage: Stage, look: Look):
    kontor = stage.own_server(demo=True)
    paul = stage.browser(kontor, look, name="paul")
    home = enter(paul, PAUL)
    assert not paul.has(STRIP), "one's own organisation is no client"

    # What the demo's clients gave: all of one, the website of another.
    switch(paul, "Nina Weber")
    nina_place = paul.path
    paul.open(f"{nina_place}/billing/documents").open(f"{nina_place}/members", expect=403)
    assert not paul.has("main a[href*='/access-requests/new']"), "a partner is offered to ask for a right"
    switch(paul, "Atelier Rossier")
    atelier = paul.path
    paul.open(f"{atelier}/products")
    assert len(paul.all("main tbody tr")) == 2, "not just the website is there"
    paul.open(f"{atelier}/access").open(f"{atelier}/settings").open(f"{atelier}/billing/documents", expect=403)
    paul.follow(f"{STRIP} a")
    assert paul.path == home, f"the way back leads to {paul.path}"

    # Another client, with an account and an organisation that there are not yet.
    new = new_address("vera")
    paul.open(f"{home}/clients").follow(f"main a[href='{home}/clients/new']")
    paul.fill(email="nobody").without_browser_checks().submit(expect=422)
    paul.fill(email=new, access="full", note="Your website and your mail").submit()
    assert paul.path == f"{home}/clients" and new in paul.text, "what was asked is not in the list"
    vera = stage.browser(kontor, Look("fr", width=look.width, script=look.script), name="vera")
    vera.open(path_of(link(kontor.wait_message(new, "/client-requests/"), "/client-requests/")))
    page = vera.path
    vera.follow("main a[href^='/sign-up']")
    vera.fill(email=new).submit("form[action='/sign-up']")
    vera.open(path_of(link(kontor.wait_message(new, "/sign-up/"), "/sign-up/")))
    vera.fill(
        first_name="Vera", last_name="Meier", country="CH", phone="079 765 43 21", password=PASSWORD, kind="company",
        company="Meier Blumen", currency="CHF").submit("form[action^='/sign-up/']")
    assert vera.path == page, f"signing up led to {vera.path}"
    vera.follow("main a[href*='/partner-requests/']")
    vera.fill(access="products").submit("main form", expect=422)
    assert vera.has(".errors a[href='#products']"), "nothing says that a product is missing"
    vera.fill(access="full").submit("main form")
    theirs = f"/organizations/{organization_of(vera)}"
    assert vera.path == f"{theirs}/partners" and "Agence Keller" in vera.text, f"answering led to {vera.path}"
    assert kontor.wait_message(PAUL, f"{home}/clients"), "the partner is not told"
    vera.open(page)
    assert not vera.has("main a[href*='/partner-requests/']"), "a request can be answered twice"

    paul.open(home)
    switch(paul, "Meier Blumen")
    paul.open(f"{theirs}/order").open(f"{theirs}/appearance")
    paul.open(f"{home}/clients/{theirs.rsplit('/', 1)[1]}").open(f"{paul.path}/people")

    # The client takes it back, and the open session is out.
    vera.open(f"{theirs}/partners").follow("main a[href$='/end']").follow("main button.danger")
    paul.open(theirs, expect=404)
    paul.open(f"{home}/clients")
    assert "Meier Blumen" not in [each.text for each in paul.all("main table:first-of-type th a")]

    # Nobody of the client is told more than the partner's name.
    marie = stage.browser(kontor, Look("it"), name="marie")
    place = enter(marie, DEMO_PERSON)
    marie.open(f"{place}/members").follow(f"main a[href='{place}/partners']")
    marie.follow("main a[href*='/partners/']:not([href$='/end'])")
    chosen = marie.all("main [name='products']:checked")
    assert len(chosen) == 2, f"{len(chosen)} products are ticked"
    marie.click(chosen[0])
    marie.submit("main form")
    paul.open(f"{atelier}/products")
    assert len(paul.all("main tbody tr")) == 1, "less access does not hold at once"


@journey("the operator ends a partner's part in the programme", look=Look("es"))
def programme(stage: Stage, look: Look):
    kontor = stage.own_server(demo=True)
    paul = stage.browser(kontor, Look("fr"), name="paul")
    home = enter(paul, PAUL)
    switch(paul, "Nina Weber")
    client = paul.path
    staff = stage.browser(kontor, look, name="staff")
    enter(staff, STAFF, check=False)
    desk = f"/staff{home}"
    staff.open(desk).follow(f"main a[href='{desk}/partner']")
    staff.fill(reason="short").follow("main button.danger", expect=422)
    staff.fill(reason="The agency gave up its business").follow("main button.danger")
    paul.open(client, expect=404)
    paul.open(f"{home}/clients", expect=404)
    paul.open(home)
    assert not paul.has("#clients-list"), "the switcher still has clients"
    assert kontor.wait_message(NINA, "/partners"), "the client is not told"
    staff.open(f"{desk}/partner").fill(reason="It took up its business again").submit("main form")
    paul.open(f"{home}/clients").open(client, expect=404)
