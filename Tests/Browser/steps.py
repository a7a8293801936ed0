"""What people do on the pages, in the words of their fields and addresses."""

import base64
import hashlib
import hmac
import itertools
import json
import re
import struct
import time
from datetime import datetime

from browser import Browser
from kontor import Kontor, link, path_of
from web import Answer, Client

PASSWORD = "six green lanterns 41"
DEMO_PASSWORD = "correct horse battery staple"
DEMO_PERSON = "marie.rossier@atelier.example"
# Of the same organisation: a collaborator, somebody from outside; of none of them; and who runs all of it.
LUCA = "luca.bianchi@atelier.example"
NINA = "nina.weber@extern.example"
PAUL = "paul.keller@agence.example"
STAFF = "staff@kontor.example"
# A product with a monthly and a yearly price, named by a domain.
HOSTING = "web-hosting"

PAYS = "4242 4242 4242 4242"
DECLINED = "4000 0000 0000 0002"
INSUFFICIENT = "4000 0000 0000 9995"
ASKS_FIRST = "4000 0025 0000 3155"

ADDRESS = {"street": "Langstrasse 12", "postcode": "8004", "town": "Zürich"}
_numbers = itertools.count(1)


def new_address(name: str = "anna") -> str:
    return f"{name}.{next(_numbers)}@neu.example"


def card(number: str = PAYS) -> dict[str, str]:
    return {"card_number": number, "card_expiry": "12/30", "card_cvc": "123"}


def organization_of(browser: Browser) -> str:
    found = re.match(r"/organizations/(\d+)", browser.path)
    assert found, f"{browser.path} is not in an organisation"
    return found.group(1)


def sign_up(browser: Browser, kontor: Kontor, email: str, **details: str) -> str:
    """From the first page to the console; returns the id of the organisation that was founded."""
    browser.open("/").follow("main a[href^='/sign-up']")
    browser.fill(email=email).submit("form[action='/sign-up']")
    message = kontor.wait_message(email, "/sign-up/")
    browser.open(path_of(link(message, "/sign-up/")))
    browser.fill(**{
        "first_name": "Anna", "last_name": "Keller", "country": "CH", "phone": "079 123 45 67", "password": PASSWORD,
        "kind": "private", "currency": "CHF"} | details)
    browser.submit("form[action^='/sign-up/']")
    return organization_of(browser)


def open_checkout(browser: Browser, organization: str, type_id: str = HOSTING, check: bool = True) -> Browser:
    browser.open(f"/organizations/{organization}", check=check)
    browser.open(f"/organizations/{organization}/order", check=check)
    return browser.follow(f"main a[href$='/order/{type_id}']", check=check)


def settle_price(browser: Browser):
    """The price follows what is chosen: by script, or by a button of its own."""
    if not browser.look.script:
        browser.follow("main button[name='show']")
        return
    time.sleep(0.4)
    until = time.monotonic() + 10
    while browser.has("#price[aria-busy]"):
        assert time.monotonic() < until, "the price is still being asked for after 10 s"
        time.sleep(0.05)


def fill_order(browser: Browser, name: str, *, term: str = "yearly", number: str = PAYS, method: str = "card"):
    browser.fill(name=name, term=term, method=method)
    if browser.has("main [name='street']"):
        browser.fill(**ADDRESS)
    settle_price(browser)
    if method == "card":
        browser.fill(**card(number))


def press_order(browser: Browser, *, expect: int = 200, check: bool = True) -> Browser:
    if browser.look.script:
        settle_price(browser)
    return browser.follow("#price button.primary", expect=expect, check=check)


def order(browser: Browser, organization: str, name: str, *, check: bool = True, **choices: str) -> Browser:
    """Chooses, pays, and arrives at the order."""
    open_checkout(browser, organization, check=check)
    fill_order(browser, name, **choices)
    press_order(browser, check=check)
    assert re.fullmatch(r"/organizations/\d+/orders/\d+", browser.path), \
        f"ordering led to {browser.path} ({browser.heading!r}): {browser.problems()}"
    return browser


def is_paid(browser: Browser) -> bool:
    """Whether the page of an order leads to its invoice."""
    return browser.has("main a[href*='/billing/documents/']")


def pay(browser: Browser, number: str, *, expect: int = 200) -> Browser:
    """Pays an order that was left open, on its page."""
    form = "main form:has([name='card_number'])"
    browser.fill(method="card", **card(number))
    return browser.submit(form, expect=expect)


def enter(browser: Browser, person: str, *, organization: str = "", check: bool = True) -> str:
    """Signs one of the demo people in, in the language of the browser; returns where the organisation is."""
    browser.open("/sign-in", check=False).fill(login=person, password=DEMO_PASSWORD)
    browser.submit("form[action='/sign-in']", check=check)
    speak(browser)
    if organization:
        return browser.open(f"/organizations/{organization}", check=check).path
    return browser.path


def speak(browser: Browser):
    """People of the demo have a language of their own; journeys are told theirs."""
    chosen = f"footer button[value='{browser.look.language}']"
    if browser.run("return document.documentElement.lang") != browser.look.language:
        browser.follow(chosen, check=False)


def code_of(key: str, kontor: Kontor) -> str:
    """What an authenticator app shows for a key, at the time of the program (RFC 6238)."""
    now = json.loads(Client(kontor.address).get("/sandbox/clock.json").body)["now"]
    counter = int(datetime.fromisoformat(now).timestamp()) // 30
    digest = hmac.new(base64.b32decode(key + "=" * (-len(key) % 8)), struct.pack(">Q", counter), hashlib.sha1).digest()
    start = digest[-1] & 15
    number = struct.unpack(">I", digest[start:start + 4])[0] & 0x7FFFFFFF
    return f"{number % 1_000_000:06}"


def enrol(browser: Browser, kontor: Kontor) -> tuple[str, list[str]]:
    """From the page that shows the key to the backup codes; returns both."""
    key = browser.one("#totp-key").get_attribute("data-value")
    form = "main form[action='/security/second-factor/app']"
    browser.fill(code="000 000").submit(form, expect=422)
    assert browser.one("#totp-key").get_attribute("data-value") == key, "a wrong code changes the key"
    browser.fill(code=code_of(key, kontor)).submit(form)
    codes = browser.one("#backup-codes").text.split("\n")
    assert len(codes) >= 8, f"only {len(codes)} backup codes: {codes}"
    return key, codes


# The same without a browser, for many at once.


def found_organization(client: Client, name: str) -> str:
    page = client.get("/organizations/new")
    answer = client.submit(
        page, page.form("/organizations/new"), name=name, kind="company", country="CH", currency="CHF")
    found = re.search(r"/organizations/(\d+)$", answer.location)
    assert answer.status == 303 and found, f"creating an organisation answered {answer.status} {answer.location}"
    return found.group(1)


def checkout_values(page: Answer, name: str, number: str = PAYS) -> dict[str, str]:
    """The fields of the checkout page as a person would send them."""
    form = page.form(having="client_key")
    values = form.values | card(number) | {"name": name, "method": "card"}
    return values | ({key: value for key, value in ADDRESS.items() if key in form.values})


def order_by_program(client: Client, organization: str, name: str, number: str = PAYS) -> Answer:
    page = client.get(f"/organizations/{organization}/order/{HOSTING}")
    assert page.status == 200, f"the checkout page answered {page.status}"
    return client.post(page.path, checkout_values(page, name, number))
