"""A headless Chromium as one person would have it in front of them. Finds things by name and address, never by their words,
so that every journey runs in every language."""

import time
from dataclasses import dataclass
from pathlib import Path

from selenium import webdriver
from selenium.common.exceptions import NoSuchElementException, StaleElementReferenceException, WebDriverException
from selenium.webdriver.common.by import By
from selenium.webdriver.remote.webelement import WebElement
from selenium.webdriver.support.ui import Select

import checks
from kontor import path_of

# Long enough for a machine that builds and measures at the same time.
PAGE_SECONDS_MAX = 90


@dataclass(frozen=True)
class Look:
    """How the browser is set up, and what its owner prefers."""

    language: str = "en"
    dark: bool = False
    width: int = 1280
    script: bool = True

    @property
    def accepted(self) -> str:
        """As browsers in our countries send it."""
        return {"en": "en-GB", "de": "de-CH", "fr": "fr-CH", "it": "it-CH", "es": "es-ES"}[self.language]

    @property
    def height(self) -> int:
        return 900 if self.width >= 640 else 720

    def __str__(self) -> str:
        script = "" if self.script else "-noscript"
        return f"{self.language}-{'dark' if self.dark else 'light'}-{self.width}{script}"


class Browser:
    """A fresh profile: no cookies, nothing cached."""

    def __init__(self, address: str, look: Look = Look(), *, pictures: Path | None = None, name: str = "page"):
        self.address = address
        self.look = look
        self.pictures = pictures
        self.name = name
        self.faults: list[str] = []
        self.visited = 0
        options = webdriver.ChromeOptions()
        options.binary_location = "/usr/bin/chromium"
        for argument in (
            "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--disable-extensions",
            "--disable-background-networking", "--no-first-run", "--force-color-profile=srgb",
            f"--lang={look.accepted}", f"--accept-lang={look.accepted}", f"--window-size={max(look.width, 500)},900",
        ):
            options.add_argument(argument)
        preferences = {"intl.accept_languages": look.accepted, "credentials_enable_service": False}
        if not look.script:
            preferences["profile.managed_default_content_settings.javascript"] = 2
        options.add_experimental_option("prefs", preferences)
        options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
        self.driver = webdriver.Chrome(options=options, service=webdriver.ChromeService("/usr/bin/chromedriver"))
        self.driver.set_page_load_timeout(PAGE_SECONDS_MAX)
        self.driver.set_script_timeout(PAGE_SECONDS_MAX)
        self._set_up_tab()

    def _set_up_tab(self):
        self.resize(self.look.width)
        self.prefer(self.look.dark)
        if self.look.script:
            self.command("Page.addScriptToEvaluateOnNewDocument", source=checks.axe_source())

    def new_tab(self):
        self.driver.switch_to.new_window("tab")
        self._set_up_tab()

    def __enter__(self) -> "Browser":
        return self

    def __exit__(self, *_):
        self.driver.quit()

    def command(self, name: str, **parameters):
        return self.driver.execute_cdp_cmd(name, parameters)

    def resize(self, width: int):
        self.command(
            "Emulation.setDeviceMetricsOverride", width=width, height=Look(width=width).height, deviceScaleFactor=1,
            mobile=False)
        self.width = width

    def prefer(self, dark: bool):
        value = "dark" if dark else "light"
        self.command("Emulation.setEmulatedMedia", features=[{"name": "prefers-color-scheme", "value": value}])
        self.dark = dark

    # Where we are

    @property
    def path(self) -> str:
        return path_of(self.driver.current_url)

    @property
    def status(self) -> int:
        return self.run("return performance.getEntriesByType('navigation')[0].responseStatus")

    @property
    def text(self) -> str:
        """All text, hidden or not."""
        return self.run("return document.body.textContent")

    @property
    def heading(self) -> str:
        return self.run("return document.querySelector('h1')?.textContent.trim() ?? ''")

    def run(self, script: str, *arguments):
        """Runs in the page; works without its scripts, too, but then nothing in it may wait."""
        return self.driver.execute_script(script, *arguments)

    # Finding

    def all(self, css: str) -> list[WebElement]:
        return self.driver.find_elements(By.CSS_SELECTOR, css)

    def one(self, css: str) -> WebElement:
        try:
            return self.driver.find_element(By.CSS_SELECTOR, css)
        except NoSuchElementException:
            raise AssertionError(f"nothing matches {css} on {self.path} ({self.heading!r})") from None

    def has(self, css: str) -> bool:
        return bool(self.all(css))

    def value(self, name: str) -> str:
        return self.one(f"main [name={name}]").get_property("value")

    # Acting

    def open(self, path: str, *, expect: int = 200, check: bool = True) -> "Browser":
        self.driver.get(self.address + path)
        return self.arrive(expect, check)

    def follow(self, css: str, *, expect: int = 200, check: bool = True) -> "Browser":
        """Clicks what leads to another page."""
        element = self.one(css)
        self.leave(lambda: self.click(element))
        return self.arrive(expect, check)

    def leave(self, act):
        """Does something that leaves the page, and waits for the next one."""
        before = self.driver.find_element(By.TAG_NAME, "html")
        act()
        until = time.monotonic() + PAGE_SECONDS_MAX
        while time.monotonic() < until:
            try:
                before.is_enabled()
            except (StaleElementReferenceException, NoSuchElementException):
                break
            except WebDriverException as error:
                # Between two documents there is neither.
                if "does not belong to the document" not in str(error):
                    raise
                break
            time.sleep(0.03)
        else:
            raise AssertionError(f"no other page came within {PAGE_SECONDS_MAX} s of acting on {self.path}")
        while time.monotonic() < until and self.run("return document.readyState") != "complete":
            time.sleep(0.03)

    def click(self, element: WebElement):
        self.run("arguments[0].scrollIntoView({block: 'center', behavior: 'instant'})", element)
        element.click()

    def fill(self, **values: str) -> "Browser":
        """Types into fields, chooses options, radio buttons; by name."""
        for name, value in values.items():
            field = self.one(f"main [name={name}]")
            kind = field.get_attribute("type")
            if field.tag_name == "select":
                Select(field).select_by_value(value)
            elif kind in ("radio", "checkbox"):
                choice = self.one(f"main [name={name}][value='{value}']")
                if not choice.is_selected():
                    self.click(choice)
            else:
                field.clear()
                field.send_keys(value)
        return self

    def submit(self, form: str = "main form", *, expect: int = 200, check: bool = True) -> "Browser":
        """Presses the primary button of a form, or its only one."""
        css = f"{form} button.primary"
        return self.follow(css if self.has(css) else f"{form} button", expect=expect, check=check)

    def without_browser_checks(self, form: str = "main form") -> "Browser":
        """Sends what the browser itself would refuse, as another program could."""
        self.run("document.querySelectorAll(arguments[0]).forEach((form) => { form.noValidate = true })", form)
        return self

    def sign_in(self, login: str, password: str) -> "Browser":
        self.open("/sign-in").fill(login=login, password=password)
        return self.submit("form[action='/sign-in']")

    def sign_out(self) -> "Browser":
        self.follow_menu("me", "form[action='/sign-out'] button")
        return self

    def follow_menu(self, menu: str, css: str):
        """Opens a menu of the header and presses something in it."""
        self.click(self.one(f"[popovertarget='{menu}']"))
        self.follow(f"#{menu} {css}")

    # Judging

    def arrive(self, expect: int = 200, check: bool = True) -> "Browser":
        if self.status != expect:
            raise AssertionError(
                f"{self.path} answered {self.status} instead of {expect}: {self.heading!r}\n{self.problems()}")
        if check:
            self.check(expect)
        return self

    def problems(self) -> str:
        return self.run("return [...document.querySelectorAll('.errors li, .error')].map((e) => e.textContent).join(' | ')")

    def check(self, expect: int = 200):
        """Everything that must be true of every page. What is not is kept, so that a journey finds all of it in one go."""
        self.visited += 1
        self.faults += [f"{self.path} ({self.look}, {self.width} px): {fault}" for fault in checks.faults(self, expect)]
        self.picture()

    def picture(self, name: str = ""):
        if not self.pictures:
            return
        self.pictures.mkdir(parents=True, exist_ok=True)
        place = "".join(c if c.isalnum() else "-" for c in self.path.split("?")[0].strip("/"))[:40].strip("-") or "home"
        theme = "dark" if self.dark else "light"
        script = "" if self.look.script else "-noscript"
        language = self.run("return document.documentElement.lang") or "none"
        file = f"{self.name}-{self.visited:02}-{name or place}-{language}-{theme}-{self.width}{script}.png"
        (self.pictures / file).write_bytes(checks.whole_page(self))
