"""Finding one's way: search, palette, tour, with and without the page's script."""

import time

from selenium.webdriver.common.keys import Keys

from browser import Browser, Look
from journey import Stage, journey
from steps import DEMO_PASSWORD, DEMO_PERSON

WAIT_SECONDS_MAX = 20
# More than the tour has: who is not through by then walks in circles.
TOUR_STEPS_MAX = 12


def wait(browser: Browser, script: str, what: str):
    until = time.monotonic() + WAIT_SECONDS_MAX
    while not browser.run(f"return {script}"):
        assert time.monotonic() < until, f"{what} within {WAIT_SECONDS_MAX} s on {browser.path}"
        time.sleep(0.05)


def press(browser: Browser, key: str):
    browser.driver.switch_to.active_element.send_keys(key)


def enter(stage: Stage, look: Look) -> tuple[Browser, str, str]:
    """Signed in, with the name of a product that there is."""
    browser = stage.browser(stage.server(demo=True), look)
    browser.sign_in(DEMO_PERSON, DEMO_PASSWORD)
    home = browser.path
    browser.open(f"{home}/products", check=False)
    return browser, home, browser.one("main tbody th a").text


@journey("search palette and tour", look=Look("en"))
@journey("search palette and tour on a small screen", look=Look("de", dark=True, width=320))
def with_script(stage: Stage, look: Look):
    browser, home, product = enter(stage, look)
    browser.open(home)
    press(browser, Keys.CONTROL + "k")
    wait(browser, "document.querySelector('#palette').open", "the palette did not open")
    wait(browser, "document.activeElement.id === 'palette-q'", "the palette does not take the focus")
    browser.check()
    press(browser, product)
    wait(browser, "document.querySelector('#palette-list a') !== null", "nothing was found")
    assert browser.run("return document.querySelector('#palette-said').textContent") != "", "nobody is told how many"
    browser.check()
    press(browser, Keys.ARROW_DOWN)
    assert browser.run("return document.activeElement.closest('#palette-list a') !== null"), "the arrow does not move"
    press(browser, Keys.ARROW_UP)
    assert browser.run("return document.activeElement.id") == "palette-q", "the arrow does not come back"
    press(browser, Keys.ARROW_DOWN)
    browser.leave(lambda: press(browser, Keys.ENTER))
    browser.arrive()
    assert browser.path.startswith(f"{home}/products/"), f"the palette led to {browser.path}"

    browser.click(browser.one("[data-palette]"))
    wait(browser, "document.querySelector('#palette').open", "the button does not open the palette")
    press(browser, Keys.ESCAPE)
    assert not browser.run("return document.querySelector('#palette').open"), "Esc does not close the palette"

    browser.open(home, check=False)
    browser.click(browser.one("[data-tour]"))
    wait(browser, "document.querySelector('#tour:popover-open') !== null", "the tour does not start")
    shown = 1
    while True:
        browser.check()
        assert len(browser.all(".toured")) == 1, "the tour points at nothing, or at several things"
        outside = browser.run("""
            const box = document.querySelector('#tour').getBoundingClientRect();
            const isIn = box.left >= 0 && box.top >= 0 && box.right <= innerWidth && box.bottom <= innerHeight;
            return isIn ? null : [box.left, box.top, box.right, box.bottom, innerWidth, innerHeight]""")
        assert outside is None, f"step {shown} of the tour is not in sight: {outside}"
        following = browser.one("#tour [data-go='1']")
        if not following.is_displayed():
            break
        following.click()
        shown += 1
        assert shown <= TOUR_STEPS_MAX, "the tour has no end"
    assert shown >= 5, f"the tour has only {shown} steps"
    browser.one("#tour [data-go='-1']").click()
    press(browser, Keys.ESCAPE)
    wait(browser, "document.querySelector('#tour, .toured') === null", "Esc does not end the tour")


@journey("search and tour without script", look=Look("en", script=False))
@journey("search and tour without script on a small screen", look=Look("fr", width=320, script=False))
def without_script(stage: Stage, look: Look):
    browser, home, product = enter(stage, look)
    browser.open(home).follow("[data-palette]")
    assert browser.path == f"{home}/search", f"the search is at {browser.path}"
    browser.fill(q=product).submit("main form")
    browser.follow("main .found a")
    assert browser.path.startswith(f"{home}/products/"), f"the search led to {browser.path}"
    browser.open(f"{home}/search?q=%3Cnothing%3E")
    assert not browser.has("main .found"), "something was found for nothing"

    browser.open(home, check=False).follow("[data-tour]")
    steps = 1
    while browser.has("main a.primary[href^='/tour']"):
        browser.follow("main a.primary[href^='/tour']")
        steps += 1
        assert steps <= TOUR_STEPS_MAX, "the tour has no end"
    assert steps >= 5, f"the tour has only {steps} steps"
    browser.follow("main a.primary")
    assert browser.path == home, f"the tour ends at {browser.path}"


@journey("to the applications and back", look=Look("en"))
@journey("to the applications and back without script on a small screen", look=Look("de", dark=True, width=320, script=False))
def applications(stage: Stage, look: Look):
    browser, home, _ = enter(stage, look)
    browser.open(home).follow(".top-tools a[href='/applications']")
    assert browser.path == "/applications", f"the icon leads to {browser.path}"
    browser.follow("main a[href$='/application']")
    assert browser.path.endswith("/application"), f"the application is at {browser.path}"
    browser.follow(f"main a[href='{home}']")
    assert browser.path == home, f"the application leads back to {browser.path}"
