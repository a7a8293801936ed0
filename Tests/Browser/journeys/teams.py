"""A team gives its members products, and takes them away again."""

from browser import Browser, Look
from journey import POSTGRES, SQLITE, Stage, journey
from steps import DEMO_PERSON, NINA, enter, organization_of


def tick(browser: Browser, text: str):
    """The one row that holds a text."""
    rows = [row for row in browser.all("main tbody tr") if text in row.text]
    assert len(rows) == 1, f"{len(rows)} rows hold {text!r} on {browser.path}"
    browser.click(rows[0].find_element("css selector", "input[type=checkbox]"))


@journey("a team with somebody from outside", SQLITE, POSTGRES, look=Look("en"))
@journey("a team with somebody from outside, small and without script", look=Look("fr", dark=True, width=320, script=False))
def team(stage: Stage, look: Look):
    kontor = stage.own_server(demo=True)
    marie = stage.browser(kontor, look, name="marie")
    home = enter(marie, DEMO_PERSON)
    nina = stage.browser(kontor, Look("de"), name="nina")
    enter(nina, NINA, organization=organization_of(marie), check=False)
    nina.open(f"{home}/products")
    had = {row.get_attribute("href") for row in nina.all("main tbody th a")}

    marie.open(f"{home}/teams").follow(f"main a[href='{home}/teams/new']")
    marie.fill(name="Relaunch", description="New shop, until spring").submit()
    place = marie.path
    assert place.startswith(f"{home}/teams/"), f"creating a team led to {place}"
    marie.follow(f"main a[href='{place}/members']")
    marie.submit("form#people", expect=422)
    tick(marie, NINA)
    marie.submit("form#people")
    assert marie.path == place and NINA in marie.text, "nobody was added"

    marie.open(f"{home}/products", check=False)
    given = next(row for row in marie.all("main tbody th a") if row.get_attribute("href") not in had)
    product, name = given.get_attribute("href"), given.text
    marie.open(place, check=False).follow(f"main a[href='{place}/products']")
    marie.fill(**{f"product-{product.rsplit('/', 1)[1]}": "yes"})
    marie.submit("form#products")
    assert marie.path == place and name in marie.text, "no product was added"

    nina.open(product.removeprefix(kontor.address))
    nina.open(f"{home}/products")
    assert product in {row.get_attribute("href") for row in nina.all("main tbody th a")}, "the product is not in the list"
    nina.open(place)
    assert not nina.has("main form"), "a member of a team can change it"

    marie.open(place, check=False).follow(f"main a[href='{place}/delete']")
    assert NINA in marie.text, "nothing says who loses what"
    marie.follow("main form[action$='/delete'] button.danger")
    assert marie.path == f"{home}/teams" and "Relaunch" not in marie.one("main table").text
    nina.open(product.removeprefix(kontor.address), expect=404)
    nina.open(f"{home}/products")
    assert {row.get_attribute("href") for row in nina.all("main tbody th a")} == had
