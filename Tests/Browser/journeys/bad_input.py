"""What people mistype, press twice, and leave open for too long."""

import threading

from browser import Browser, Look
from journey import POSTGRES, SQLITE, Stage, journey
from kontor import link, path_of
from steps import (
    DEMO_PASSWORD, DEMO_PERSON, HOSTING, PASSWORD, PAYS, card, checkout_values, fill_order, found_organization, is_paid,
    new_address, open_checkout, press_order, sign_up,
)
from web import Client


def focus_is_on_summary(browser: Browser) -> bool:
    return browser.run("return document.activeElement.matches('.errors')")


@journey("mistakes while signing up", look=Look("de"))
@journey("mistakes while signing up, without script", look=Look("en", dark=True, width=320, script=False))
def signing_up(stage: Stage, look: Look):
    kontor = stage.server()
    browser = stage.browser(kontor, look)
    email = new_address("carla")

    browser.open("/sign-up").without_browser_checks().fill(email="carla at home").submit(expect=422)
    assert browser.value("email") == "carla at home", "what was typed is lost"
    assert browser.has(".errors a[href='#email']") and browser.has("#email[aria-invalid='true']")
    if look.script:
        assert focus_is_on_summary(browser), "the error summary does not have the focus"
    browser.without_browser_checks().fill(email="").submit(expect=422)
    assert browser.has(".errors a[href='#email']"), "an empty address is accepted"

    browser.fill(email=email).submit()
    browser.open(path_of(link(kontor.wait_message(email, "/sign-up/"), "/sign-up/")))
    place = browser.path
    browser.without_browser_checks().submit(expect=422)
    for name in ("first_name", "last_name", "phone", "password"):
        assert browser.has(f".errors a[href='#{name}']"), f"the summary does not name {name}"
        assert browser.has(f"#{name}[aria-invalid='true']"), f"{name} is not marked"
    if look.script:
        assert focus_is_on_summary(browser), "the error summary does not have the focus"

    typed = {"first_name": "Carla <b>&amp;", "last_name": "O'Neil-Dubois", "country": "FR", "phone": "06 12 34 56 78",
             "kind": "company", "company": "Œuvre & Cie", "currency": "EUR"}
    browser.without_browser_checks().fill(**typed, password="short").submit(expect=422)
    assert browser.path == place
    for name, value in typed.items():
        shown = browser.one(f"main [name={name}]:checked").get_property("value") if name == "kind" else browser.value(name)
        assert shown == value, f"{name} was {value!r} and came back as {shown!r}"
    assert browser.value("password") == "", "a password came back to the page"
    assert browser.has(".errors a[href='#password']"), "a short password is accepted"
    browser.without_browser_checks().fill(password="correct horse battery").submit()
    assert browser.path.startswith("/organizations/"), f"signing up led to {browser.path}: {browser.problems()}"

    # The link was used.
    other = stage.browser(kontor, look, name="used-link")
    other.open(place, expect=other_status(other, place))
    assert other.has("main a[href^='/sign-in']"), "a used link does not lead on"


def other_status(browser: Browser, path: str) -> int:
    """A dead link may answer 200 or 410; what matters is the page."""
    status = Client(browser.address).get(path).status
    assert status in (200, 410), f"a dead link answers {status}"
    return status


@journey("a link that has expired offers a new one", look=Look("en"))
def expired(stage: Stage, look: Look):
    kontor = stage.own_server()
    browser = stage.browser(kontor, look)
    email = new_address("dora")
    browser.open("/sign-up").fill(email=email).submit()
    first = path_of(link(kontor.wait_message(email, "/sign-up/"), "/sign-up/"))
    kontor.advance_clock("P2D")
    browser.open(first, expect=other_status(browser, first))
    assert not browser.has("main [name='first_name']"), "an expired link still works"
    browser.submit("form[action='/sign-up']")
    second = path_of(link(kontor.wait_message(email, "/sign-up/", after=1), "/sign-up/"))
    assert second != first
    browser.open(second)
    assert browser.has("main [name='first_name']"), "the new link does not work"


@journey("a form that is out of date keeps what was typed", look=Look("en"))
def stale(stage: Stage, look: Look):
    kontor = stage.server()
    browser = stage.browser(kontor, look)
    browser.open("/sign-up").fill(email="elsa@neu.example")
    browser.driver.delete_all_cookies()
    browser.submit(expect=422)
    assert browser.value("email") == "elsa@neu.example", "what was typed is lost"
    browser.submit()
    assert browser.path.startswith("/sign-up/requests/"), "sending it again does not work"

    # Signed out in another tab, signed in again: the token of the page is of another session.
    email = new_address("elsa")
    organization = sign_up(browser, kontor, email)
    open_checkout(browser, organization)
    fill_order(browser, "kept.ch")
    tab = browser.driver.current_window_handle
    browser.new_tab()
    browser.open("/", check=False).sign_out()
    browser.sign_in(email, PASSWORD)
    browser.driver.close()
    browser.driver.switch_to.window(tab)
    press_order(browser, expect=422)
    assert browser.value("name") == "kept.ch", "what was typed is lost"
    assert browser.value("card_number") == "", "a card number came back to the page"


@journey("two clicks on Order and pay are one order", SQLITE, POSTGRES)
def twice(stage: Stage):
    kontor = stage.server()
    browser = stage.browser(kontor, Look("en"))
    email = new_address("fred")
    organization = sign_up(browser, kontor, email)
    open_checkout(browser, organization)
    fill_order(browser, "clicked-twice.ch")
    browser.leave(lambda: browser.run(
        "const button = document.querySelector('#price button.primary'); button.click(); button.click()"))
    browser.arrive()
    assert is_paid(browser)
    browser.open(f"/organizations/{organization}/orders")
    assert len(browser.all("main tbody tr")) == 1, "two clicks made two orders"

    # Back, and the same once more: a question with the way to that order, and a second one only for who says yes.
    open_checkout(browser, organization)
    fill_order(browser, "back.ch")
    press_order(browser)
    assert is_paid(browser)
    place = browser.path
    browser.leave(lambda: browser.run("history.back()"))
    browser.arrive(check=False)
    fill_order(browser, "back.ch")
    press_order(browser, expect=409)
    assert browser.has("#once_more") and browser.has(f"main form a[href='{place}']"), "the same is ordered without a word"
    browser.click(browser.one("#once_more"))
    browser.fill(**card(PAYS))
    press_order(browser)
    assert is_paid(browser) and browser.path != place, "said yes, it is not ordered"
    browser.open(f"/organizations/{organization}/orders")
    assert len(browser.all("main tbody tr")) == 3, "a yes is not one order"

    # The same at once, as a browser without script might.
    client = Client(kontor.address).sign_in(email, PASSWORD)
    page = client.get(f"/organizations/{organization}/order/{HOSTING}")
    values = checkout_values(page, "sent-at-once.ch")
    answers = []
    threads = [threading.Thread(target=lambda: answers.append(client.post(page.path, values))) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert {answer.status for answer in answers} == {303}, f"{[(answer.status, answer.heading) for answer in answers]}"
    assert len({answer.location for answer in answers}) == 1, f"{[answer.location for answer in answers]}"
    browser.open(f"/organizations/{organization}/orders")
    assert len(browser.all("main tbody tr")) == 4, "sent at once, it became more than one order"
    browser.open(f"/organizations/{organization}/billing/documents")
    assert len(browser.all("main tbody tr")) == 4, "one order has one invoice"


@journey("two tabs do not overwrite each other", SQLITE, POSTGRES)
def two_tabs(stage: Stage):
    kontor = stage.server()
    email = new_address("gina")
    first = stage.browser(kontor, Look("en"), name="first")
    organization = sign_up(first, kontor, email)
    second = stage.browser(kontor, Look("en"), name="second").sign_in(email, PASSWORD)
    for path, field in (("/profile/name", "first_name"), (f"/organizations/{organization}/settings/details", "name")):
        first.open(path)
        second.open(path).fill(**{field: "Second"})
        if path != "/profile/name":
            second.fill(street="Seeweg 1", postcode="8002", town="Zürich")
            first.fill(street="Bergweg 1", postcode="8001", town="Zürich")
        second.submit(f"main form[action='{path}']")
        first.fill(**{field: "First"}).submit(f"main form[action='{path}']", expect=409)
        assert first.value(field) == "First", "what was typed is lost"
        assert "Second" in first.text, "the page does not say what is current"
        first.submit(f"main form[action='{path}']")
        assert "First" in first.text, "having seen it, one can save"


@journey("addresses and methods that do not exist", SQLITE)
def not_there(stage: Stage):
    kontor = stage.server(demo=True)
    browser = stage.browser(kontor, Look("de", dark=True))
    browser.open("/there/is/nothing", expect=404)
    browser.sign_in(DEMO_PERSON, DEMO_PASSWORD)
    own = browser.path
    browser.open("/there/is/nothing", expect=404)

    # Somebody else's organisation, and things of it, are not found; nor is what is not a number.
    stranger = Client(kontor.address).sign_in("nina.weber@extern.example", DEMO_PASSWORD)
    foreign = found_organization(stranger, "Not yours")
    for path in ("", "/orders", "/products", "/billing/documents", "/settings"):
        browser.open(f"/organizations/{foreign}{path}", expect=404, check=path == "")
    for path in (f"{own}/orders/999999", f"{own}/products/999999", f"{own}/billing/documents/999999",
                 f"{own}/products/nonsense", "/organizations/0", "/organizations/nonsense",
                 "/organizations/99999999999999999999999"):
        browser.open(path, expect=404, check=False)

    client = Client(kontor.address)
    for method, path in (("DELETE", "/sign-in"), ("PUT", "/profile"), ("POST", "/healthz"), ("PATCH", "/")):
        answer = client.request(method, path)
        assert answer.status == 405, f"{method} {path} answered {answer.status}"
        assert answer.headers.get("Allow"), f"{method} {path} does not say what is allowed"
    assert client.request("HEAD", "/sign-in").status == 200
    for path in ("/readyz", "/healthz", "/metrics", "/openapi.json", "/status", "/accessibility"):
        assert client.get(path).status == 200, path


@journey("bodies that are too large, of the wrong kind, or broken", SQLITE)
def bodies(stage: Stage):
    kontor = stage.server(demo=True)
    client = Client(kontor.address)
    page = client.get("/sign-in")
    token = page.form("/sign-in").values["csrf"]

    def post(body: bytes, kind: str, path: str = "/sign-in") -> int:
        answer = client.request("POST", path, body, {"Content-Type": kind} if kind else {})
        assert answer.status < 500, f"{answer.status} for {kind} {body[:40]}"
        # Who sends JSON reads JSON; everybody else gets a page.
        sign = '"error"' if kind == "application/json" else "<h1"
        assert sign in answer.text, f"{answer.status} for {kind} {body[:40]} answers {answer.text[:200]}"
        return answer.status

    form = "application/x-www-form-urlencoded"
    assert post(b"login=" + b"a" * 200_000, form) == 413
    assert post(b"{}", "application/json") == 415
    assert post(b"login=a", "text/plain") == 415
    assert post(b"login=%zz", form) in (400, 422)
    assert post(b"login=\xff\xfe", form) in (400, 422)
    assert post(b"--x\r\nnonsense", "multipart/form-data; boundary=x") in (400, 422)
    assert post(b"nonsense", "multipart/form-data") in (400, 422)
    assert post(f"login=a&password=b&csrf={token[:-2]}zz".encode(), form) == 422
    answer = client.post_json("/sandbox/clock", {"advance": "nonsense"})
    assert answer.status == 422 and b"advance" in answer.body, f"{answer.status} {answer.text[:200]}"
    answer = client.request("POST", "/sandbox/clock", b"{", {"Content-Type": "application/json"})
    assert answer.status in (400, 422), f"{answer.status} {answer.text[:200]}"
    # Posted from another site.
    answer = client.post("/sign-in", page.form("/sign-in").values | {"login": "a", "password": "b"},
                         {"Origin": "https://elsewhere.example", "Sec-Fetch-Site": "cross-site"})
    assert answer.status == 403, f"a post from another site answered {answer.status}"


@journey("signing in with mistakes", look=Look("de", dark=True, width=320))
def signing_in(stage: Stage, look: Look):
    kontor = stage.server(demo=True)
    browser = stage.browser(kontor, look)
    texts = []
    for login in (DEMO_PERSON, "nobody@nowhere.example"):
        browser.open("/sign-in").fill(login=login, password="not the password").submit(expect=422)
        assert browser.value("login") == login and browser.value("password") == ""
        texts.append(browser.one(".errors").text)
    assert texts[0] == texts[1], f"known and unknown addresses are told apart: {texts}"
