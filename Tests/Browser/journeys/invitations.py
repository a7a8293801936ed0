"""Somebody is asked to come, and comes: with a new account, or with one that there is."""

from browser import Browser, Look
from journey import POSTGRES, SQLITE, Stage, journey
from kontor import link, path_of
from steps import DEMO_PERSON, PASSWORD, PAUL, enter, new_address


def invite(browser: Browser, home: str, addresses: list[str]):
    """Three steps, with a look back."""
    browser.open(f"{home}/members").follow(f"main a[href='{home}/invitations/new']")
    browser.fill(emails="not an address").submit(expect=422)
    assert browser.has("#emails-error"), "nothing says that this is no address"
    browser.fill(emails="\n".join(addresses), role="external").submit()
    assert browser.has("main [name='product']"), "the second step does not offer the products"
    chosen = browser.one("main [name='product']").get_attribute("value")
    browser.fill(product=chosen).submit()
    browser.follow("main button[name='to'][value='1']")
    assert browser.value("emails").split() == addresses, "going back loses the addresses"
    browser.submit()
    assert browser.one(f"main [name='product'][value='{chosen}']").is_selected(), "going back loses the product"
    browser.submit()
    for address in addresses:
        assert address in browser.text, f"{address} is not in the last look"
    browser.submit()
    assert browser.path == f"{home}/invitations", f"sending led to {browser.path}"


def states(browser: Browser, home: str, address: str) -> list[bool]:
    """Of what was sent to an address, newest first: whether it is open."""
    browser.open(f"{home}/invitations")
    rows = [row for row in browser.all("main tbody tr") if address in row.text]
    assert rows, f"{address} is not in the list"
    return [bool(row.find_elements("css selector", "a[href$='/cancellation']")) for row in rows]


@journey("invited and accepted", SQLITE, POSTGRES, look=Look("en"))
@journey("invited and accepted on a small screen without script", look=Look("de", dark=True, width=320, script=False))
def invited(stage: Stage, look: Look):
    kontor = stage.own_server(demo=True)
    marie = stage.browser(kontor, look, name="marie")
    home = enter(marie, DEMO_PERSON)
    new = new_address("tom")
    invite(marie, home, [new, PAUL])
    assert states(marie, home, new) == [True] and states(marie, home, PAUL) == [True]

    tom = stage.browser(kontor, look, name="tom")
    tom.open(path_of(link(kontor.wait_message(new, "/invitations/"), "/invitations/")))
    page = tom.path
    tom.follow("main button[value='create']")
    assert tom.path.startswith("/sign-up/"), f"creating an account led to {tom.path}"
    assert not tom.has("main [name='kind']"), "who is invited is asked to found an organisation"
    tom.fill(first_name="Tom", last_name="Egli", country="CH", phone="079 765 43 21", password=PASSWORD)
    tom.submit("form[action^='/sign-up/']")
    assert tom.path == home, f"signing up led to {tom.path}"
    tom.open(f"{home}/products")
    assert len(tom.all("main tbody tr")) == 1, "the product that was chosen is not there, or more are"
    tom.open(f"{home}/members", expect=403)
    tom.open(page)
    assert not tom.has("main button[name='act']"), "an invitation can be accepted twice"

    paul = stage.browser(kontor, Look("fr", dark=not look.dark, width=look.width), name="paul")
    paul.open(path_of(link(kontor.wait_message(PAUL, "/invitations/"), "/invitations/")))
    paul.follow("main a[href^='/sign-in']", check=False)
    paul.fill(login=PAUL, password="correct horse battery staple").submit("form[action='/sign-in']")
    assert paul.path.startswith("/invitations/"), f"signing in led to {paul.path}"
    paul.follow("main button[value='accept']")
    assert paul.path == home, f"accepting led to {paul.path}"

    assert states(marie, home, new) == [False] and states(marie, home, PAUL) == [False]
    marie.open(f"{home}/members")
    assert new in marie.text and PAUL in marie.text, "who came is not a member"


@journey("an invitation is refused, another one taken back", look=Look("it", width=320))
def refused(stage: Stage, look: Look):
    kontor = stage.own_server(demo=True)
    marie = stage.browser(kontor, look, name="marie")
    home = enter(marie, DEMO_PERSON)
    first, second = new_address("uwe"), new_address("vera")
    invite(marie, home, [first, second])
    uwe = stage.browser(kontor, Look("es"), name="uwe")
    page = path_of(link(kontor.wait_message(first, "/invitations/"), "/invitations/"))
    uwe.open(page).follow("main a[href$='/refusal']").submit()
    assert uwe.path == page and not uwe.has("main [name='act']"), "a refused invitation is still open"
    assert states(marie, home, first) == [False]
    marie.follow("main a[href$='/cancellation']").follow("main form[action$='/cancellation'] button")
    assert states(marie, home, second) == [False]
    uwe.open(path_of(link(kontor.wait_message(second, "/invitations/"), "/invitations/")))
    assert not uwe.has("main [name='act']"), "an invitation that was taken back is still open"
