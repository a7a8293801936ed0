"""What must be true of every page, whatever it is about: interface.md, "Bars"."""

import base64
import importlib.util
import json
import re
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
FIRST_PAGE_BYTES_MAX = 60 * 1024
FIRST_PAGE_REQUESTS_MAX = 5
NEXT_PAGE_BYTES_MAX = 15 * 1024


@cache
def axe_source() -> str:
    package = importlib.util.find_spec("axe_playwright_python")
    return (Path(package.submodule_search_locations[0]) / "axe.min.js").read_text()


def faults(browser, expect: int = 200) -> list[str]:
    found = structure(browser) + words(browser) + overflow(browser) + clipped(browser)
    with_text_spacing(browser, True)
    found += [f"with WCAG text spacing: {fault}" for fault in overflow(browser)]
    with_text_spacing(browser, False)
    if browser.look.script:
        found += axe(browser)
    return found + console(browser, expect)


def structure(browser) -> list[str]:
    facts = browser.run("""
        const root = document.documentElement;
        const ids = [...document.querySelectorAll('[id]')].map((element) => element.id);
        return {
            language: root.lang, title: document.title, headings: document.querySelectorAll('h1').length,
            main: document.querySelectorAll('main').length,
            skip: document.querySelector('a[href="#main"]') !== null,
            twice: [...new Set(ids.filter((id, index) => ids.indexOf(id) !== index))],
            styled: getComputedStyle(document.body).fontFamily !== 'serif' && document.styleSheets.length > 0,
            plain: [...document.querySelectorAll('main .error')].filter((error) =>
                getComputedStyle(error).color === getComputedStyle(document.body).color).map((error) => error.textContent),
            icons: [...document.querySelectorAll('svg use')].map((use) => use.getAttribute('href')).filter((href) => !href),
        }""")
    found = []
    if not re.fullmatch("en|fr|de|it|es", facts["language"]):
        found.append(f"the language is {facts['language']!r}")
    if not facts["title"].strip():
        found.append("there is no title")
    if facts["headings"] != 1:
        found.append(f"there are {facts['headings']} h1")
    if facts["main"] != 1:
        found.append(f"there are {facts['main']} main")
    if not facts["skip"]:
        found.append("there is no skip link")
    if facts["twice"]:
        found.append(f"ids are used twice: {facts['twice']}")
    if not facts["styled"]:
        found.append("the stylesheet is not applied")
    if facts["plain"]:
        found.append(f"a problem looks like any other text: {facts['plain']}")
    if facts["icons"]:
        found.append("icons have no address")
    return found


def language(browser) -> str:
    return browser.run("return document.documentElement.lang")


@cache
def word_keys() -> tuple[frozenset[str], frozenset[str]]:
    keys = {key for file in ROOT.glob("Sources/*/Words/en.json") for key in json.loads(file.read_text())}
    return frozenset(keys), frozenset(key.split(".")[0] for key in keys)


def words(browser) -> list[str]:
    """No key where a sentence should be, no placeholder left open, no value of the program printed as it is."""
    text = browser.run("""
        const texts = [document.title, document.body.innerText];
        for (const element of document.querySelectorAll('[aria-label], [title], [placeholder], [alt]'))
            for (const name of ['aria-label', 'title', 'placeholder', 'alt']) texts.push(element.getAttribute(name) ?? '');
        for (const element of document.querySelectorAll('body :not(script, style)'))
            for (const node of element.childNodes) if (node.nodeType === 3) texts.push(node.textContent);
        return texts.join('\\n')""")
    keys, rooms = word_keys()
    found = []
    for token in set(re.findall(r"(?<![\w@./-])[a-z_]+(?:\.[a-z0-9_]+)+(?![\w@/-])", text)):
        if token in keys or (token.split(".")[0] in rooms and token.count(".") >= 1 and not token.endswith(".example")):
            found.append(f"an untranslated key: {token}")
    found += [f"an open placeholder: {hole}" for hole in set(re.findall(r"\{[a-z_]+\}", text))]
    found += [f"a value as the program writes it: {value}"
              for value in set(re.findall(r"Optional\(|\bnil\b|Identifier<\w*>?", text))]
    return found


def overflow(browser) -> list[str]:
    """Nothing past the edge: neither the page nor anything in it that does not scroll by itself."""
    facts = browser.run("""
        const width = document.documentElement.clientWidth;
        const scrolls = (element) => {
            for (let box = element.parentElement; box && box !== document.body; box = box.parentElement)
                if (['auto', 'scroll', 'hidden', 'clip'].includes(getComputedStyle(box).overflowX)) return true;
            return false;
        };
        const past = [...document.querySelectorAll('body *')].filter((element) => {
            const box = element.getBoundingClientRect();
            return box.width > 0 && box.height > 0 && box.right > width + 1 && element.checkVisibility({visibilityProperty: true})
                && !scrolls(element);
        }).slice(0, 3).map((element) => `${element.tagName.toLowerCase()}.${element.className} to ${Math.round(element.getBoundingClientRect().right)}`);
        return {page: document.scrollingElement.scrollWidth, width: innerWidth, past}""")
    found = []
    if facts["page"] > facts["width"]:
        found.append(f"the page is {facts['page']} px wide in {facts['width']} px: {facts['past']}")
    elif facts["past"]:
        found.append(f"past the edge of {facts['width']} px: {facts['past']}")
    return found


def clipped(browser) -> list[str]:
    """No text cut off by its own box."""
    cut = browser.run("""
        return [...document.querySelectorAll('body *')].filter((element) => {
            const style = getComputedStyle(element);
            if (!['hidden', 'clip'].includes(style.overflowX) || element.closest('.vh, [hidden], svg')) return false;
            const text = [...element.childNodes].some((node) => node.nodeType === 3 && node.textContent.trim());
            return text && element.clientWidth > 1 && element.scrollWidth > element.clientWidth + 1 && !element.title;
        }).slice(0, 3).map((element) => `${element.tagName.toLowerCase()}: ${element.textContent.trim().slice(0, 60)}`)""")
    return [f"text is cut off: {text}" for text in cut]


def with_text_spacing(browser, on: bool):
    """WCAG 2.2, 1.4.12. A constructed sheet, because the page's policy refuses inline styles."""
    browser.run("""
        if (!arguments[0]) { document.adoptedStyleSheets = []; return }
        const sheet = new CSSStyleSheet();
        sheet.replaceSync('* { line-height: 1.5 !important; letter-spacing: .12em !important; word-spacing: .16em !important } '
            + 'p { margin-block-end: 2em !important }');
        document.adoptedStyleSheets = [sheet];""", on)


def axe(browser) -> list[str]:
    result = browser.driver.execute_async_script("""
        const done = arguments[arguments.length - 1];
        axe.run(document, {resultTypes: ['violations'], rules: {'target-size': {enabled: true}}})
            .then((result) => done({violations: result.violations.map((violation) => ({
                id: violation.id, help: violation.help, nodes: violation.nodes.slice(0, 3).map((node) =>
                    `${node.html.slice(0, 200)} (${(node.any[0] ?? node.all[0] ?? node.none[0])?.message ?? ''})`)}))}),
                (error) => done({error: String(error)}));""")
    if "error" in result:
        return [f"axe did not run: {result['error']}"]
    return [f"axe: {violation['id']}: {violation['help']}: {violation['nodes']}" for violation in result["violations"]]


def console(browser, expect: int = 200) -> list[str]:
    found = []
    for entry in browser.driver.get_log("browser"):
        # The browser notes an answer with an error status, even where the status is what was wanted.
        if entry["source"] == "network" and f"status of {expect}" in entry["message"] and expect >= 400:
            continue
        if entry["level"] == "SEVERE" or entry["source"] == "security":
            found.append(f"console: {entry['message']}")
    return found


def weight(browser) -> tuple[int, int]:
    """Bytes over the wire and requests, of this page."""
    sizes = browser.run("""
        return [...performance.getEntriesByType('navigation'), ...performance.getEntriesByType('resource')]
            .map((entry) => entry.transferSize)""")
    return sum(sizes), sum(1 for size in sizes if size > 0)


def whole_page(browser) -> bytes:
    size = browser.command("Page.getLayoutMetrics")["cssContentSize"]
    clip = {"x": 0, "y": 0, "width": max(browser.width, 1), "height": min(max(size["height"], 100), 6000), "scale": 1}
    picture = browser.command("Page.captureScreenshot", format="png", captureBeyondViewport=True, clip=clip)
    return base64.b64decode(picture["data"])
