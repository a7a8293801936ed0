"""Somebody may not, asks those who can grant it, and may."""

from browser import Look
from journey import POSTGRES, SQLITE, Stage, journey
from kontor import link, path_of
from steps import DEMO_PERSON, NINA, enter, organization_of

ASK = "main form[action$='/access-requests/new']"


@journey("asking for a right", SQLITE, POSTGRES, look=Look("en"))
@journey("asking for a right, small and without script", look=Look("es", dark=True, width=320, script=False))
def asking(stage: Stage, look: Look):
    kontor = stage.own_server(demo=True)
    marie = stage.browser(kontor, look, name="marie")
    home = enter(marie, DEMO_PERSON)
    # The demo has asked something, too.
    asked = len(kontor.messages(DEMO_PERSON, "/access-requests/"))
    nina = stage.browser(kontor, Look("it", width=1280 if look.width == 320 else 320, script=look.script), name="nina")
    enter(nina, NINA, organization=organization_of(marie), check=False)

    nina.open(f"{home}/billing/documents", expect=403)
    nina.follow("main a[href*='/access-requests/new']")
    note = "I pay the printer"
    nina.fill(note=note).submit(ASK)
    assert nina.path == f"{home}/access", f"asking led to {nina.path}"

    letter = kontor.wait_message(DEMO_PERSON, "/access-requests/", after=asked)
    marie.open(f"{home}/access-requests")
    marie.open(path_of(link(letter, "/access-requests/")))
    place = marie.path
    assert note in marie.text, "the reason is not shown"
    marie.submit("form[action$='/grant']")
    assert marie.path == place and not marie.has("main form[action$='/grant']"), "it can be granted twice"
    nina.open(f"{home}/billing/documents")
    kontor.wait_message(NINA, f"{home}/access")

    nina.open(f"{home}/members", expect=403).follow("main a[href*='/access-requests/new']")
    nina.fill(note="And this").submit(ASK)
    nina.open(f"{home}/members", expect=403).follow("main a[href*='/access-requests/new']")
    nina.fill(note="Please").submit(ASK, expect=409)
    assert nina.has(".errors"), "nothing says why not"
    marie.open(path_of(link(kontor.wait_message(DEMO_PERSON, "/access-requests/", after=asked + 1), "/access-requests/")))
    marie.fill(answer="Not now").submit("form[action$='/refuse']")
    nina.open(f"{home}/members", expect=403)
