"""Leaving an organisation, ending one, and ending an account."""

from browser import Look
from journey import POSTGRES, SQLITE, Stage, journey
from kontor import link, path_of
from steps import DEMO_PERSON, LUCA, NINA, PASSWORD, enter, new_address, organization_of, sign_up


@journey("leaving an organisation", look=Look("it"))
@journey("leaving an organisation, small and without script", look=Look("fr", dark=True, width=320, script=False))
def leaving(stage: Stage, look: Look):
    kontor = stage.own_server(demo=True)
    marie = stage.browser(kontor, Look("en"), name="marie")
    home = enter(marie, DEMO_PERSON)
    marie.open("/profile/organizations").follow(f"main a[href='{home}/leave']")
    assert not marie.has("main form"), "the last legal representative may leave"

    nina = stage.browser(kontor, look, name="nina")
    enter(nina, NINA, organization=organization_of(marie), check=False)
    nina.open("/profile/organizations").follow(f"main a[href='{home}/leave']")
    nina.follow("main form[action$='/leave'] button.danger")
    nina.open(home, expect=404)
    marie.open(f"{home}/members")
    assert NINA not in marie.text, "who left is still a member"

    luca = stage.browser(kontor, look, name="luca")
    enter(luca, LUCA, organization=organization_of(marie), check=False)
    luca.open(f"{home}/leave")
    assert "atelier.example" in luca.one("main").text and not luca.has("main form"), "whose mail is here may leave"
    # Once the mail service has ended he may. It is his only organisation: he keeps the account and is led to a new one.
    marie.open(f"{home}/products?type=mail-service").follow("main tbody th a").follow("main a[href*='/products/cancellation']")
    marie.fill(confirmation_name="atelier.example").submit("main form[action$='/cancellation']")
    mail = kontor.wait_message(DEMO_PERSON, "/products/cancellation/")
    marie.open(path_of(link(mail, "/products/cancellation/"))).follow("main form button.danger")
    luca.open(f"{home}/leave").follow("main form[action$='/leave'] button.danger")
    assert luca.path == "/organizations/new", luca.path


@journey("an organisation and an account come to an end", SQLITE, POSTGRES, look=Look("en", dark=True))
@journey("an organisation and an account come to an end, small and without script", look=Look("es", width=320, script=False))
def ending(stage: Stage, look: Look):
    kontor = stage.server()
    email = new_address("wim")
    browser = stage.browser(kontor, look)
    first = sign_up(browser, kontor, email)
    browser.open("/organizations/new").fill(name="Gone soon", kind="company", country="CH", currency="CHF").submit()
    second = organization_of(browser)
    form = "main form[action$='/delete']"

    browser.open(f"/organizations/{second}/settings").follow(f"main a[href='/organizations/{second}/delete']")
    browser.fill(confirmation_name="Something else").follow(f"{form} button.danger", expect=422)
    assert browser.has(".errors a[href='#confirmation_name']")
    browser.fill(confirmation_name="Gone soon").follow(f"{form} button.danger")
    assert browser.path == f"/profile/organizations/deleted/{second}", f"deleting led to {browser.path}"
    browser.open(f"/organizations/{second}", expect=404)
    browser.open("/profile/organizations")
    assert "Gone soon" not in browser.one("main").text

    browser.open("/profile/delete")
    assert not browser.has("main [name='login']"), "the only legal representative may delete the account"
    browser.open(f"/organizations/{first}/delete").fill(confirmation_name="Anna Keller").follow(f"{form} button.danger")
    browser.open("/profile").follow("main a[href='/profile/delete']")
    browser.fill(login="somebody@else.example", password=PASSWORD).follow("main form button.danger", expect=422)
    assert browser.has(".errors a[href='#login']")
    browser.fill(login=email, password="not the password").follow("main form button.danger", expect=422)
    browser.fill(login=email, password=PASSWORD).follow("main form button.danger")
    assert browser.path == "/sign-in", f"deleting the account led to {browser.path}"
    browser.fill(login=email, password=PASSWORD).submit("form[action='/sign-in']", expect=422)
