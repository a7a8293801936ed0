"""Every page that a customer can reach, in every language, narrow and wide."""

import re
from urllib.parse import urlsplit

import checks
from browser import Browser, Look
from journey import Stage, journey
from steps import DEMO_PASSWORD, DEMO_PERSON, HOSTING, LUCA, STAFF, enter, organization_of

# Of pages that only differ in a number or in what is asked of them, this many are enough.
ALIKE_MAX = 2
# English is looked at with axe, German has the longest words: these two are walked in full. For the others one of a kind and the
# narrowest width tell whether a sentence is missing or does not fit.
IN_FULL = ("en", "de")
PAGES_MAX = 130
# Answers that are not pages of ours: data, pictures, mails as they were written.
NOT_PAGES = re.compile(r"\.(json|css|js|svg|xml|csv|pdf|png|jpg)$|^/metrics$|^/healthz$|^/readyz$|/picture/|^/sandbox/messages/\d+/html$")

# What a letter leads to is for whom it was written to.
LETTER = re.compile(r"^/sandbox/messages/\d+$")


def kind_of(address: str) -> str:
    parts = urlsplit(address)
    names = sorted({pair.split("=")[0] for pair in parts.query.split("&") if pair})
    return re.sub(r"/[^/]*\d[^/]*", "/*", parts.path) + "?" + ",".join(names)


def links(browser: Browser) -> list[str]:
    """Where the page leads to, in closed menus too, on this site."""
    found = browser.run("""
        return [...document.querySelectorAll('a[href]')].map((link) => new URL(link.getAttribute('href'), location))
            .filter((url) => url.origin === location.origin).map((url) => url.pathname + url.search)""")
    return [address for address in dict.fromkeys(found) if not NOT_PAGES.search(urlsplit(address).path)]


def walk(browser: Browser, starts: list[str], act, within: str = "/", alike: int = ALIKE_MAX) -> int:
    seen: dict[str, int] = {}
    waiting, known = list(starts), set(starts)
    count = 0
    while waiting and count < PAGES_MAX:
        address = waiting.pop(0)
        kind = kind_of(address)
        if seen.get(kind, 0) >= alike:
            continue
        seen[kind] = seen.get(kind, 0) + 1
        act(address)
        count += 1
        if LETTER.search(address):
            continue
        for link in links(browser):
            if link not in known and link.startswith(within):
                known.add(link)
                waiting.append(link)
    return count


@journey("every page in English", look=Look("en"))
@journey("every page in French", look=Look("fr", dark=True))
@journey("every page in German", look=Look("de"))
@journey("every page in Italian", look=Look("it", dark=True))
@journey("every page in Spanish", look=Look("es"))
def every_page(stage: Stage, look: Look):
    kontor = stage.server(demo=True)
    browser = stage.browser(kontor, look)
    is_full = look.language in IN_FULL
    alike = ALIKE_MAX if is_full else 1

    def visit(address: str, expect: int = 200):
        browser.open(address, expect=expect, check=False)
        size, _ = checks.weight(browser)
        if size > checks.NEXT_PAGE_BYTES_MAX:
            browser.faults.append(f"{address}: {size} bytes are more than {checks.NEXT_PAGE_BYTES_MAX}")
        language = checks.language(browser)
        if language != look.language:
            browser.faults.append(f"{address} speaks {language} instead of {look.language}")
        browser.check(expect)
        narrow(browser, look)

    def knock(address: str):
        """Opens it, or is told by a page of the same care who can grant it."""
        browser.driver.get(browser.address + address)
        if browser.status == 200:
            return visit(address)
        visit(address, 403)
        assert browser.has("main a[href*='/access-requests/new']"), f"{address} is forbidden, and nobody can be asked"

    # Before signing in, the browser says which language.
    browser.open("/", check=False)
    size, requests = checks.weight(browser)
    if size > checks.FIRST_PAGE_BYTES_MAX or requests > checks.FIRST_PAGE_REQUESTS_MAX:
        browser.faults.append(f"the first page takes {size} bytes in {requests} requests")
    outside = walk(browser, ["/", "/sign-in", "/sign-up", "/order", "/sandbox"], visit)
    assert outside >= 6, f"only {outside} pages outside"

    browser.sign_in(DEMO_PERSON, DEMO_PASSWORD)
    home = browser.path
    browser.follow(f"footer button[value='{look.language}']", check=False)
    assert checks.language(browser) == look.language, "the language cannot be chosen"
    inside = walk(
        browser,
        [home, f"{home}/order/{HOSTING}", "/profile", "/security", "/organizations/new", f"{home}/settings",
         f"{home}/policy/second-factor", f"{home}/search?q=web", "/invitations", "/security/second-factor/app"],
        visit, alike=alike)
    assert inside >= (60 if is_full else 40), f"only {inside} pages inside"

    # The first page of somebody who comes back with an empty cache.
    browser.command("Network.clearBrowserCache")
    browser.open(home, check=False)
    size, requests = checks.weight(browser)
    if size > checks.FIRST_PAGE_BYTES_MAX or requests > checks.FIRST_PAGE_REQUESTS_MAX:
        browser.faults.append(f"the first page inside takes {size} bytes in {requests} requests")
    organization = organization_of(browser)
    browser.follow("footer button[value='en']", check=False)
    browser.sign_out()

    # What somebody sees who may do little, and the desk of the operator.
    enter(browser, LUCA, organization=organization, check=False)
    asking = [f"{home}/access-requests/new?right={right}" for right in ("billing:manage", "members:manage")]
    little = walk(browser, [home, *asking, f"{home}/products", "/profile/organizations"], knock, within=home, alike=alike)
    assert little >= 8, f"only {little} pages of a collaborator"
    browser.follow("footer button[value='it']", check=False)
    browser.sign_out()
    enter(browser, STAFF, check=False)
    desk = walk(browser, ["/staff", "/staff?q=Bianchi", "/staff?q=Atelier", "/staff/parked"], visit, within="/staff", alike=alike)
    assert desk >= (7 if is_full else 4), f"only {desk} pages of the desk"
    browser.follow("footer button[value='en']", check=False)
    browser.sign_out()


def narrow(browser: Browser, look: Look):
    """The same page on smaller screens; everything but what a width cannot change."""
    # At the last, tables are as tight as they get before their rows become cards.
    for width in (320, 640, 920) if look.language in IN_FULL else (320,):
        browser.resize(width)
        faults = checks.overflow(browser) + checks.clipped(browser)
        checks.with_text_spacing(browser, True)
        faults += [f"with WCAG text spacing: {fault}" for fault in checks.overflow(browser)]
        checks.with_text_spacing(browser, False)
        if width == 320:
            if look.language == "en":
                faults += checks.axe(browser)
            browser.picture()
        browser.faults += [f"{browser.path} ({look}, {width} px): {fault}" for fault in faults]
    browser.resize(look.width)


@journey("menus and the keyboard", look=Look("en"))
@journey("menus and the keyboard on a small screen", look=Look("de", dark=True, width=320))
def keyboard(stage: Stage, look: Look):
    browser = stage.browser(stage.server(demo=True), look)
    browser.sign_in(DEMO_PERSON, DEMO_PASSWORD)
    for menu in ("orgs", "me") + (("side",) if look.width < 896 else ()):
        browser.click(browser.one(f"[popovertarget='{menu}']"))
        assert browser.run("return document.querySelector(arguments[0]).matches(':popover-open')", f"#{menu}"), menu
        browser.check()
        browser.picture(f"menu-{menu}")
        browser.command("Input.dispatchKeyEvent", type="keyDown", key="Escape", code="Escape", windowsVirtualKeyCode=27)
        browser.command("Input.dispatchKeyEvent", type="keyUp", key="Escape", code="Escape", windowsVirtualKeyCode=27)
        assert not browser.run("return document.querySelector(arguments[0]).matches(':popover-open')", f"#{menu}"), menu
    for path in (browser.path, "/profile/name", f"{browser.path}/order/{HOSTING}"):
        browser.open(path, check=False)
        browser.faults += [f"{path} ({look}): {fault}" for fault in tab_through(browser)]


def tab_through(browser: Browser) -> list[str]:
    """Tab reaches everything that can be used, in sight and with a visible focus."""
    expected = browser.run("""
        const able = 'a[href], button:not(:disabled), input:not([type=hidden]):not(:disabled), select, textarea, summary';
        const radios = new Set();
        return [...document.querySelectorAll(able)].filter((element) => {
            if (!element.checkVisibility({visibilityProperty: true}) || element.tabIndex < 0) return false;
            if (element.type !== 'radio') return true;
            if (radios.has(element.name)) return false;
            radios.add(element.name);
            return true;
        }).length""")
    reached, faults = 0, []
    for _ in range(expected + 5):
        for kind in ("keyDown", "keyUp"):
            browser.command("Input.dispatchKeyEvent", type=kind, key="Tab", code="Tab", windowsVirtualKeyCode=9)
        state = browser.run("""
            const element = document.activeElement;
            if (!element || element === document.body) return null;
            const box = element.getBoundingClientRect();
            const style = getComputedStyle(element);
            const label = element.closest('label') ? getComputedStyle(element.closest('label')) : style;
            const top = document.elementFromPoint(box.x + box.width / 2, box.y + box.height / 2);
            const seen = box.bottom > 0 && box.top < innerHeight && box.width > 0;
            return {what: `${element.tagName.toLowerCase()} ${element.name || element.getAttribute('href') || ''}`,
                seen, covered: seen && top !== null && !element.contains(top) && !top.contains(element)
                    && !top.closest('label')?.contains(element),
                marked: style.outlineStyle !== 'none' || style.boxShadow !== 'none' || label.outlineStyle !== 'none'}""")
        if state is None:
            break
        reached += 1
        if not state["seen"]:
            faults.append(f"the focus is out of sight on {state['what']}")
        elif state["covered"]:
            faults.append(f"the focus is covered on {state['what']}")
        if not state["marked"]:
            faults.append(f"the focus cannot be seen on {state['what']}")
    if reached < expected:
        faults.append(f"Tab reaches {reached} of {expected}")
    return faults
