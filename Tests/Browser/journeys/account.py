"""What people change about themselves, and what a program reads of them."""

import json
import re
import struct
import zlib
from pathlib import Path

from browser import Look
from journey import POSTGRES, SQLITE, Stage, journey
from kontor import link, path_of
from steps import DEMO_PERSON, PASSWORD, new_address, sign_up
from web import Client


def png(width: int, height: int) -> bytes:
    """A picture of one colour (PNG, 11.2)."""

    def chunk(kind: bytes, content: bytes) -> bytes:
        return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))

    rows = (b"\0" + b"\x30\x80\xc0" * width) * height
    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")


@journey("profile and picture", look=Look("en", width=320))
@journey("profile and picture, without script", look=Look("de", dark=True, script=False))
def profile(stage: Stage, look: Look):
    kontor = stage.server()
    browser = stage.browser(kontor, look)
    sign_up(browser, kontor, new_address("lia"))
    folder = Path(stage.folder())

    def upload(name: str, content: bytes, expect: int = 200):
        (folder / name).write_bytes(content)
        browser.open("/profile/picture", check=False)
        browser.one("main [name='picture']").send_keys(str(folder / name))
        browser.submit("form[enctype]", expect=expect)

    upload("not-a-picture.png", b"This is only text.", expect=422)
    assert browser.has(".errors a[href='#picture']")
    upload("too-large.png", png(300, 300) + bytes(9 << 20), expect=413)
    upload("me.png", png(300, 400))
    assert browser.path == "/profile" and browser.has("main img.avatar"), "the picture is not shown"
    assert browser.run("return document.querySelector('main img.avatar').naturalWidth") >= 210, "the picture is empty"
    browser.open("/profile/picture").follow("main form:has(input[value='DELETE']) button")
    assert not browser.has("img.avatar"), "the picture is still shown"

    browser.open("/profile/region").fill(country="IT", time_zone="Pacific/Auckland").submit()
    assert "Pacific/Auckland" in browser.text
    for language in ("fr", "it"):
        browser.open("/profile").fill(language=language).submit("main form[action='/language']")
        assert browser.run("return document.documentElement.lang") == language
        assert browser.path == "/profile"


@journey("changing the password", SQLITE, POSTGRES)
def password(stage: Stage):
    kontor = stage.server()
    email = new_address("mia")
    browser = stage.browser(kontor, Look("en"))
    sign_up(browser, kontor, email)
    other = stage.browser(kontor, Look("de", dark=True), name="other").sign_in(email, PASSWORD)
    form = "form[action='/security/password']"
    new = "seven blue kettles 52"

    browser.open("/security").follow("main a[href='/security/password']")
    browser.fill(current_password="not this one", password=new).submit(form, expect=422)
    assert browser.has(".errors a[href='#current_password']")
    for weak in ("short", "password1234567890", email, "Anna-Keller-1984"):
        browser.fill(current_password=PASSWORD, password=weak).submit(form, expect=422)
        assert browser.has(".errors a[href='#password']"), f"{weak!r} is accepted"
    browser.fill(current_password=PASSWORD, password=new, others="end").submit(form)
    assert browser.path == "/security"
    kontor.wait_message(email, "/security/sessions", after=1)
    other.open("/profile")
    assert other.path.startswith("/sign-in"), "the other browser is still signed in"
    other.fill(login=email, password=PASSWORD).submit(expect=422)
    other.fill(login=email, password=new).submit()
    assert other.path == "/profile", f"signing in led to {other.path}"


@journey("an address that is taken", look=Look("de"))
def taken(stage: Stage, look: Look):
    kontor = stage.own_server()
    email = new_address("nora")
    sign_up(stage.browser(kontor, look, name="first"), kontor, email)
    # An address is written to once a minute at most.
    kontor.advance_clock("PT2M")
    browser = stage.browser(kontor, look)
    free = new_address("olga")
    texts = []
    for address in (free, email):
        browser.open("/sign-up").fill(email=address).submit("form[action='/sign-up']")
        texts.append(browser.one("main").text.replace(address, "…"))
    assert texts[0] == texts[1], f"a taken address is told from a free one: {texts}"
    letter = kontor.wait_message(email, "/sign-in")
    assert not any("/sign-up/" in url for url in letter["links"]), "somebody else could take the account over"
    browser.open(path_of(link(letter, "/sign-in")))


@journey("from an offer through signing up to its order", look=Look("en"))
def offer(stage: Stage, look: Look):
    kontor = stage.server()
    browser = stage.browser(kontor, look)
    email = new_address("pia")
    browser.open("/").follow("main a[href='/order']").follow("main a[href^='/order/']")
    assert browser.path.startswith("/sign-in?next="), f"the offer led to {browser.path}"
    browser.follow("main a[href^='/sign-up']").fill(email=email).submit("form[action='/sign-up']")
    browser.open(path_of(link(kontor.wait_message(email, "/sign-up/"), "/sign-up/")))
    browser.fill(first_name="Pia", last_name="Vogt", country="DE", phone="0151 23456789", password=PASSWORD,
                 kind="company", company="Vogt GmbH", currency="EUR").submit("form[action^='/sign-up/']")
    assert re.fullmatch(r"/organizations/\d+/order/[\w-]+", browser.path), f"signing up led to {browser.path}"
    assert "EUR" in browser.text or "€" in browser.text, "the price is not in the organisation's currency"


@journey("a program reads the profile with the demo token", SQLITE, POSTGRES)
def token(stage: Stage):
    kontor = stage.server(demo=True)
    found = re.search(r"kontor_pat_\w+", kontor.log.read_text())
    assert found, "no demo token is printed"
    client = Client(kontor.address)
    for path in ("/2/profile", "/profile"):
        answer = client.get(path, {"Authorization": f"Bearer {found.group()}"})
        assert answer.status == 200, f"{path} answered {answer.status} {answer.text[:200]}"
        assert answer.headers["Content-Type"].startswith("application/json")
        assert DEMO_PERSON in json.dumps(json.loads(answer.body)), answer.text
    spoilt = found.group()[:-1] + ("1" if found.group().endswith("0") else "0")
    for wrong in ("", "Bearer", "Bearer nonsense", f"Bearer {spoilt}"):
        answer = client.get("/2/profile", {"Authorization": wrong} if wrong else {})
        assert answer.status == 401 and json.loads(answer.body), f"{wrong!r} answered {answer.status}"
