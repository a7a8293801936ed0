"""A stranger becomes a customer with an invoice: the main path, whole."""

from browser import Look
from journey import POSTGRES, SQLITE, Stage, journey
from kontor import link, path_of
from steps import PASSWORD, is_paid, new_address, open_checkout, order, sign_up


# Each language, theme, width, and the page with and without its script, twice.
@journey("newcomer en light 1280", SQLITE, POSTGRES, look=Look("en"))
@journey("newcomer de dark 320", look=Look("de", dark=True, width=320))
@journey("newcomer en dark 320 without script", look=Look("en", dark=True, width=320, script=False))
@journey("newcomer de light 1280 without script", SQLITE, POSTGRES, look=Look("de", script=False))
def newcomer(stage: Stage, look: Look):
    kontor = stage.server()
    email = new_address()
    browser = stage.browser(kontor, look)
    organization = sign_up(browser, kontor, email)
    language = browser.run("return document.documentElement.lang")
    assert language == look.language, f"the console speaks {language}"
    assert browser.path == f"/organizations/{organization}", f"signing up led to {browser.path}"
    assert not kontor.messages(email, "/security/sessions"), "signing up is not a new browser"
    shell = browser.run("return document.querySelector('header.top').textContent")
    assert "Anna Keller" in shell, "the header does not name the organisation"
    for part in ("products", "orders", "billing/documents", "billing/prepaid", "settings"):
        assert browser.has(f"nav a[href^='/organizations/{organization}/{part}']"), f"{part} is not in the navigation"

    # The monthly price first, so that the price has to follow the choice.
    open_checkout(browser, organization)
    browser.fill(term="monthly")
    order(browser, organization, "anna-shop.ch", term="yearly")
    assert is_paid(browser), f"the order is not paid: {browser.heading!r} {browser.text[:500]}"
    paid = browser.path

    browser.follow("main a[href*='/products/']")
    assert "anna-shop.ch" in browser.text
    browser.open(paid, check=False).follow("main a[href*='/billing/documents/']")
    document = browser.path
    for part in ("Anna Keller", "Langstrasse 12", "Zürich"):
        assert part in browser.text, f"{part} is not on the invoice"
    assert browser.has("main table a[href*='/products/']"), "the line does not lead to its product"
    browser.command("Emulation.setEmulatedMedia", media="print")
    browser.picture("printed")
    browser.command("Emulation.setEmulatedMedia", media="")
    browser.prefer(look.dark)

    browser.open(f"/organizations/{organization}/products")
    assert "anna-shop.ch" in browser.text
    browser.open(f"/organizations/{organization}/billing/documents")
    assert browser.has(f"main a[href='{document}']"), "the invoice is not in the list"
    browser.open(f"/organizations/{organization}/orders")
    assert browser.has(f"main a[href='{paid}']"), "the order is not in the list"

    browser.sign_out()
    assert browser.path == "/sign-in", f"signing out led to {browser.path}"
    browser.open(f"/organizations/{organization}")
    assert browser.path.startswith("/sign-in?next="), f"a page of the console is open after signing out: {browser.path}"
    browser.fill(login=email, password=PASSWORD).submit("form[action='/sign-in']")
    assert browser.path == f"/organizations/{organization}", f"signing in led to {browser.path}"
    assert not kontor.messages(email, "/security/sessions"), "the same browser is not a new one"

    other = stage.browser(kontor, look, name="other")
    other.sign_in(email, PASSWORD)
    notice = kontor.wait_message(email, "/security/sessions")
    other.open(path_of(link(notice, "/security/sessions")))
    assert len(other.all("main tbody tr")) == 2, "two browsers are signed in"

    # Ended from the other browser, the first one's session is over.
    other.submit("form[action='/security/sessions/end-others']")
    assert len(other.all("main tbody tr")) == 1
    browser.open(document)
    assert browser.path.startswith("/sign-in?next="), f"an ended session still opens {browser.path}"
