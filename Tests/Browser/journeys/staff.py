"""The operator's desk: finding somebody, keeping them out in an emergency, letting them in again."""

from browser import Look
from journey import POSTGRES, SQLITE, Stage, journey
from steps import DEMO_PASSWORD, LUCA, STAFF, enter

DANGER = "main form[action$='/block'] button.danger"


@journey("somebody is blocked and let in again", SQLITE, POSTGRES, look=Look("en"))
@journey("somebody is blocked and let in again, small and without script", look=Look("de", dark=True, width=320, script=False))
def blocked(stage: Stage, look: Look):
    kontor = stage.own_server(demo=True)
    luca = stage.browser(kontor, Look("it"), name="luca")
    enter(luca, LUCA, check=False)
    luca.open("/staff", expect=404)
    luca.open("/profile")
    code = luca.one("#support-code").text

    staff = stage.browser(kontor, look, name="staff")
    enter(staff, STAFF, check=False)
    found = []
    for text in ("Bianchi", code):
        staff.open("/staff").fill(q=text).submit("form[action='/staff']")
        staff.follow("main a[href^='/staff/people/']")
        found.append(staff.path)
    assert found[0] == found[1], f"the name leads to {found[0]}, the support code to {found[1]}"
    place = found[0]
    staff.follow("main a[href^='/staff/organizations/']").open(place, check=False)
    luca.open("/security/support-looks")
    assert luca.has("main tbody tr"), "the customer is not told that somebody looked"

    staff.follow(f"main a[href='{place}/block']")
    reason = "His computer was stolen this morning"
    staff.fill(proof="code", support_code="111 111 111", reason="short").follow(DANGER, expect=422)
    assert staff.has(".errors a[href='#support_code']") and staff.has(".errors a[href='#reason']")
    staff.fill(support_code=code, reason=reason).follow(DANGER)
    assert staff.path == place and reason in staff.text, "nothing says why"

    luca.open("/profile")
    assert luca.path.startswith("/sign-in"), f"who is blocked still opens {luca.path}"
    luca.fill(login=LUCA, password=DEMO_PASSWORD).submit("form[action='/sign-in']", expect=422)
    staff.follow(f"main a[href='{place}/unblock']")
    staff.fill(reason="He has a new computer now").submit("form[action$='/unblock']")
    luca.sign_in(LUCA, DEMO_PASSWORD)
    assert luca.path.startswith("/organizations/"), f"who was let in again is led to {luca.path}"
    staff.open("/staff/parked")
