"""An authenticator app, asked of everybody: set up, required, met, used."""

from browser import Browser, Look
from journey import POSTGRES, SQLITE, Stage, journey
from kontor import Kontor
from steps import DEMO_PASSWORD, DEMO_PERSON, LUCA, code_of, enrol, enter, organization_of

STEP = "main form[action^='/sign-in/']"


def give_password(browser: Browser, person: str):
    browser.sign_in(person, DEMO_PASSWORD)
    assert browser.path.startswith("/sign-in/"), f"the password alone leads to {browser.path}"


@journey("a second factor for everybody", SQLITE, POSTGRES, look=Look("en"))
@journey("a second factor for everybody, small and without script", look=Look("de", dark=True, width=320, script=False))
def everybody(stage: Stage, look: Look):
    kontor = stage.own_server(demo=True)
    marie = stage.browser(kontor, look, name="marie")
    home = enter(marie, DEMO_PERSON)
    luca = stage.browser(kontor, Look("it", width=320 if look.width > 320 else 1280), name="luca")
    enter(luca, LUCA, organization=organization_of(marie), check=False)

    marie.open(f"{home}/policy")
    assert not marie.has(f"main a.primary[href='{home}/policy/second-factor']"), "required before having one oneself"
    marie.follow("main a[href='/security/second-factor']").follow("main form[action='/security/second-factor'] button")
    key, codes = enrol(marie, kontor)
    marie.follow("main a.primary[href='/security/second-factor']")

    marie.open(f"{home}/policy").follow(f"main a.primary[href='{home}/policy/second-factor']")
    marie.submit("form[action$='/policy/second-factor']")
    assert marie.path == f"{home}/policy", f"requiring led to {marie.path}"
    marie.follow("main a[href*='/members?lacking']")
    assert LUCA in marie.text and DEMO_PERSON not in marie.one("main table").text

    wall(luca, home, kontor)
    again(stage, look, kontor, key, codes)
    marie.open(f"{home}/policy").follow(f"main a[href='{home}/policy/second-factor']").submit(
        "form[action$='/policy/second-factor']")
    assert marie.has(f"main a.primary[href='{home}/policy/second-factor']"), "it is still required"


def wall(luca: Browser, home: str, kontor: Kontor):
    luca.open(f"{home}/products")
    assert luca.path == f"{home}/second-factor", f"without a second factor {luca.path} is open"
    luca.open("/profile")
    luca.open(f"{home}/leave").open(home)
    luca.follow("main a[href^='/security/second-factor/app']")
    if not luca.has("#totp-key"):
        luca.follow("main form[action='/security/second-factor'] button")
    enrol(luca, kontor)
    luca.follow("main a.primary[href='/security/second-factor']")
    luca.open(home)
    assert luca.path == home, f"with a second factor {home} leads to {luca.path}"


def again(stage: Stage, look: Look, kontor: Kontor, key: str, codes: list[str]):
    """Elsewhere, by password and then by the app or by a code from the sheet."""
    elsewhere = stage.browser(kontor, look, name="elsewhere")
    # The code that proved the app is used up.
    give_password(elsewhere, DEMO_PERSON)
    kontor.advance_clock("PT2M")
    elsewhere.fill(code="123456").submit(STEP, expect=422)
    code = code_of(key, kontor)
    elsewhere.fill(code=code).submit(STEP)
    assert elsewhere.path.startswith("/organizations/"), f"the code led to {elsewhere.path}"
    elsewhere.sign_out()

    give_password(elsewhere, DEMO_PERSON)
    elsewhere.fill(code=code).submit(STEP, expect=422)
    elsewhere.follow("main a[href$='/backup-code']")
    elsewhere.fill(code=codes[0].lower()).submit(STEP)
    assert elsewhere.path.startswith("/organizations/"), f"the backup code led to {elsewhere.path}"
    elsewhere.open("/security/second-factor")
    assert str(len(codes) - 1) in elsewhere.one("main").text, "the sheet is not one code shorter"
    elsewhere.sign_out()

    give_password(elsewhere, DEMO_PERSON)
    elsewhere.follow("main a[href$='/backup-code']").fill(code=codes[0]).submit(STEP, expect=422)
    elsewhere.fill(code=codes[1]).submit(STEP)
    assert elsewhere.path.startswith("/organizations/"), f"the second backup code led to {elsewhere.path}"
