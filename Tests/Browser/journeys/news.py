"""News: topics in the profile, an address typed at the foot, writing and publishing at the desk, and the ways out."""

import re
import xml.etree.ElementTree as ElementTree
from urllib.parse import urlencode

from browser import Look
from journey import POSTGRES, SQLITE, Stage, journey
from kontor import link, path_of
from steps import DEMO_PERSON, STAFF, enter, new_address
from web import Client

ATOM = "{http://www.w3.org/2005/Atom}"


def publish(staff, title: str) -> str:
    """Writes in the language of the browser, looks, publishes; returns the address on the site."""
    language = staff.look.language
    staff.open("/staff").follow("main a[href='/staff/news']").follow("main a[href='/staff/news/new']")
    staff.without_browser_checks().submit("main form", expect=422)
    staff.fill(**{"topic": "maintenance", f"title_{language}": title}).submit(expect=422)
    assert staff.has(f".errors a[href='#body_{language}']")
    assert staff.value(f"title_{language}") == title, "what was typed is lost"
    staff.fill(**{f"body_{language}": "First.\n\nhttps://example.com/roof"}).submit()
    place = staff.path
    assert staff.has("main article a[href='https://example.com/roof']"), "the preview has no link"
    staff.follow("main a[href$='/publication']").submit("main form")
    assert staff.path == place and not staff.has("main form[method='post']"), "it can be published twice"
    return staff.one("main a[href^='/news/']").get_dom_attribute("href")


@journey("news by topic", SQLITE, POSTGRES, look=Look("fr"))
@journey("news by topic, small and without script", look=Look("de", dark=True, width=320, script=False))
def topics(stage: Stage, look: Look):
    kontor = stage.own_server(demo=True)
    marie = stage.browser(kontor, look, name="marie")
    enter(marie, DEMO_PERSON, check=False)
    marie.open("/profile").follow("main a[href='/profile/news']")
    switches = marie.all("main input[role='switch']")
    assert len(switches) >= 2 and not any(switch.is_selected() for switch in switches), "a topic is on by itself"
    marie.fill(topics="maintenance").submit()
    on = [switch.get_property("value") for switch in marie.all("main input[role='switch']") if switch.is_selected()]
    assert on == ["maintenance"], f"after saving, {on} are on"

    staff = stage.browser(kontor, look, name="staff")
    enter(staff, STAFF, check=False)
    place = publish(staff, "Roof")
    letter = kontor.wait_message(DEMO_PERSON, "/news/unsubscribe/")
    assert letter["subject"] == "Roof", letter
    marie.open(path_of(link(letter, "/news/")))
    assert marie.heading == "Roof"
    marie.open("/news?topic=maintenance")
    assert marie.has(f"main a[href='{place}']")

    stranger = stage.browser(kontor, look, name="stranger")
    stranger.open("/news").follow(f"main a[href='{place}']")
    stranger.open(path_of(link(letter, "/news/unsubscribe/"))).submit()
    marie.open("/profile/news")
    assert not marie.has("main input[role='switch']:checked"), "the link of the letter did not end it"

    staff.open("/staff/news").follow("main tbody a").follow("main a[href$='/end']").follow("main form button.danger")
    stranger.open(place, expect=410)


@journey("news for an address alone", SQLITE, POSTGRES, look=Look("en"))
@journey("news for an address alone, small and without script", look=Look("it", dark=True, width=320, script=False))
def address(stage: Stage, look: Look):
    kontor = stage.own_server(demo=True)
    browser = stage.browser(kontor, look)
    email = new_address("lea")
    foot = "footer form[action='/news/subscribe']"

    def ask(typed: str, expect: int = 200):
        browser.open("/news", check=False)
        browser.without_browser_checks(foot)
        browser.one(f"{foot} [name='email']").send_keys(typed)
        browser.follow(f"{foot} button", expect=expect)

    ask("lea at home", expect=422)
    assert browser.has(".errors a[href='#email']") and browser.value("email") == "lea at home"
    ask(email)
    letter = kontor.wait_message(email, "/news/requests/")
    browser.open(path_of(link(letter, "/news/requests/")))
    browser.submit(expect=422)
    assert browser.has(".errors a[href='#topics']")
    browser.fill(topics="maintenance").submit()
    assert browser.path.startswith("/news/subscriptions/") and browser.has("main input[value='maintenance']:checked")

    staff = stage.browser(kontor, look, name="staff")
    enter(staff, STAFF, check=False)
    publish(staff, "Roof")
    news = kontor.wait_message(email, "/news/unsubscribe/")
    # As a mail program does it: no page, no cookies, no redirect (RFC 8058, 3.2).
    end = path_of(link(news, "/news/unsubscribe/"))
    for _ in range(2):
        answer = Client(kontor.address).request(
            "POST", end, urlencode({"List-Unsubscribe": "One-Click"}).encode(),
            {"Content-Type": "application/x-www-form-urlencoded"})
        assert answer.status == 200, f"one click answered {answer.status}"
    browser.open(end)
    assert not browser.has("main form"), "there is still something to end"
    kept = kontor.rows("SELECT COUNT(*) FROM news_subscriber") + kontor.rows(
        f"SELECT COUNT(*) FROM delivery WHERE target = '{email}'")
    assert kept == [["0"], ["0"]], f"of an address that wants nothing, something is kept: {kept}"


@journey("the news feed is Atom")
def feed(stage: Stage):
    kontor = stage.server(demo=True)
    answer = Client(kontor.address).get("/news/feed.xml")
    assert answer.headers["Content-Type"].startswith("application/atom+xml"), answer.headers["Content-Type"]
    root = ElementTree.fromstring(answer.body)
    assert root.tag == f"{ATOM}feed"
    for part in ("id", "title", "updated", "author"):
        assert root.find(f"{ATOM}{part}") is not None, f"the feed lacks its {part} (RFC 4287, 4.1.1)"
    entries = root.findall(f"{ATOM}entry")
    assert len(entries) >= 2
    for entry in entries:
        for part in ("id", "title", "updated"):
            assert entry.findtext(f"{ATOM}{part}"), f"an entry lacks its {part} (RFC 4287, 4.1.2)"
        when = entry.findtext(f"{ATOM}updated")
        assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z", when), f"{when} is no date of RFC 3339"
        page = entry.find(f"{ATOM}link").get("href")
        assert Client(kontor.address).get(path_of(page)).status == 200
