"""The operator's money desk: credits, refunds, write-offs, each with its reason, and with a colleague above an amount."""

import re
import time
from decimal import Decimal

from browser import Browser, Look
from journey import POSTGRES, SQLITE, Stage, journey
from kontor import Kontor, path_of
from steps import DEMO_PASSWORD, DEMO_PERSON, PASSWORD, STAFF, enter, found_organization, order_by_program, speak
from web import Client

COLLEAGUE = "kim.huber@kontor.example"
REASON = "The server was down for a week"


def second_operator(stage: Stage, kontor: Kontor, look: Look) -> Browser:
    """Invited by the command, as every operator is."""
    done = kontor.run("staff", "add", COLLEAGUE, *kontor.storage)
    assert done.returncode == 0, done.stdout + done.stderr
    link = re.search(r"https?://\S+", done.stdout)
    assert link, f"kontor staff add printed {done.stdout}"
    kim = stage.browser(kontor, look, name="kim")
    kim.open(path_of(link.group(0)), check=False)
    kim.fill(
        first_name="Kim", last_name="Huber", country="CH", phone="079 123 45 68", password=PASSWORD, kind="private",
        currency="CHF")
    kim.submit("form[action^='/sign-up/']", check=False)
    speak(kim)
    return kim


class Desk:
    def __init__(self, kontor: Kontor, sam: Browser, kim: Browser, organization: str):
        self.kontor, self.sam, self.kim, self.organization = kontor, sam, kim, organization
        self.home = f"/staff/organizations/{organization}/money"

    def act(self, kind: str, document: str, *, expect: int = 200, **values: str):
        """From the list to the form of an act, and sends it."""
        self.sam.open(self.home).follow(f"main a[href$='/documents/{document}/{kind}']")
        form = f"main form[action$='/documents/{document}/{kind}']"
        self.sam.without_browser_checks(form).fill(**values).submit(form, expect=expect)

    def state(self, document: str) -> str:
        return self.kontor.rows(f"SELECT state FROM document_state WHERE document_id = {document}")[0][0]

    def balance(self) -> Decimal:
        rows = self.kontor.rows(f"SELECT balance FROM prepaid_account WHERE id = {self.organization}")
        return Decimal(rows[0][0]) / 100 if rows else Decimal(0)

    def decide(self, number: str, decision: str):
        """The colleague sees what it is about, and decides; whoever asked cannot."""
        [[request]] = self.kontor.rows("SELECT id FROM desk_request WHERE state = 'pending'")
        page = f"/staff/corrections/{request}"
        self.sam.open("/staff/corrections").follow(f"main a[href='{page}']")
        assert not self.sam.has("main button[name='decision']"), "whoever asked may agree"
        self.kim.open("/staff/corrections").follow(f"main a[href='{page}']")
        assert number in self.kim.text and REASON in self.kim.text, "the colleague cannot see what it is about"
        self.kim.follow(f"main button[value='{decision}']")

    def sandbox(self, form: str, decision: str):
        """A button of the processor's page."""
        self.sam.open("/sandbox", check=False)
        self.sam.follow(f"form[action='{form}'] button[value='{decision}']", check=False)


def orders(kontor: Kontor, client: Client, organization: str, count: int) -> list[list[str]]:
    """Invoices that cards have paid: their ids, numbers, totals, and the charges."""
    for index in range(count):
        answer = order_by_program(client, organization, f"desk-{index}.ch")
        assert answer.status == 303, f"the order answered {answer.status} {answer.heading!r}"
    return kontor.rows(
        "SELECT d.id, d.number, d.total, c.id FROM document d JOIN allocation a ON a.document_id = d.id"
        " JOIN payment p ON p.id = a.payment_id JOIN sandbox_charge c ON c.key = p.charge_key"
        f" WHERE d.organization_id = {organization} ORDER BY d.id")


@journey("the money desk: lines, refunds, disputes and write-offs, with four eyes", SQLITE, POSTGRES, look=Look("en"))
@journey("the money desk: four eyes, small and without script", look=Look("de", width=320, script=False))
def desk(stage: Stage, look: Look):
    kontor = stage.own_server(demo=True, start=False)
    kontor.environment = kontor.environment | {"KONTOR_FOUR_EYES_ABOVE": "60.00"}
    kontor.start()
    marie = Client(kontor.address).sign_in(DEMO_PERSON, DEMO_PASSWORD)
    organization = found_organization(marie, "Galerie du Port")
    first, second, third, fourth = orders(kontor, marie, organization, 4)
    sam = stage.browser(kontor, look, name="sam")
    enter(sam, STAFF, check=False)
    it = Desk(kontor, sam, second_operator(stage, kontor, look), organization)
    total = Decimal(first[2]) / 100

    # Lines: nothing chosen, more than there is, a short reason, and then a part, at once.
    document, number, _, _ = first
    it.act("credit", document, scope="lines", destination="", reason=REASON, expect=422)
    assert sam.has(".errors a[href='#scope']"), "a credit of no line was taken"
    it.act("credit", document, scope="lines", line_1="9999", destination="", reason=REASON, expect=422)
    assert sam.has("#line_1-error"), "more than the line was credited"
    it.act("credit", document, scope="lines", line_1="40", destination="", reason="?", expect=422)
    assert sam.has("#reason-error") and sam.value("line_1") == "40", "what was typed is gone"
    sam.fill(reason=REASON).submit("main form[action$='/credit']")
    assert it.balance() == Decimal("43.24"), f"of 40.00 and VAT came {it.balance()}"
    assert it.state(document) == "paid", f"an invoice credited in part is {it.state(document)}"

    # All of the next one, back to the card: a colleague agrees, the processor sends it, and it does not arrive.
    document, number, _, _ = second
    it.act("credit", document, reason=REASON)
    assert it.state(document) == "paid", "it was done without a colleague"
    it.decide(number, "agree")
    assert it.state(document) == "credited", f"after the colleague agreed it is {it.state(document)}"
    [[refund]] = wait_rows(kontor, "SELECT id FROM sandbox_refund WHERE state = 'pending'")
    it.sandbox(f"/sandbox/refunds/{refund}", "returned")

    # The third one too, and that arrives.
    document, number, _, _ = third
    it.act("credit", document, reason=REASON)
    it.decide(number, "agree")
    [[refund]] = wait_rows(kontor, f"SELECT id FROM sandbox_refund WHERE id > {refund}")
    it.sandbox(f"/sandbox/refunds/{refund}", "arrives")

    # A bank takes a payment back, and gives it back again; another one keeps it, and what is open is written off.
    it.sandbox(f"/sandbox/charges/{first[3]}/dispute", "open")
    assert it.state(first[0]) == "disputed"
    it.sandbox(f"/sandbox/charges/{first[3]}/dispute", "won")
    assert it.state(first[0]) == "paid"
    document, number, _, charge = fourth
    it.sandbox(f"/sandbox/charges/{charge}/dispute", "open")
    it.sandbox(f"/sandbox/charges/{charge}/dispute", "lost")
    assert it.state(document) == "open", f"after a lost dispute it is {it.state(document)}"
    it.act("write-off", document, reason=REASON)
    it.decide(number, "refuse")
    assert it.state(document) == "open", "what was refused was done"
    it.act("write-off", document, reason=REASON)
    it.decide(number, "agree")
    assert it.state(document) == "written_off", f"what was written off is {it.state(document)}"

    # What the processor decided is heard of when it is asked again.
    kontor.advance_clock("PT11M")
    refunds = kontor.rows(f"SELECT state FROM refund WHERE organization_id = {organization} ORDER BY id")
    assert refunds == [["returned"], ["posted"]], f"the refunds are {refunds}"
    assert it.balance() == Decimal("43.24") + total, f"what came back is not on prepaid: {it.balance()}"
    assert it.state(third[0]) == "refunded", f"what was refunded is {it.state(third[0])}"
    sam.open(it.home)
    assert not sam.has(f"main a[href$='/documents/{document}/credit']"), "what was written off can be credited"
    activity = marie.get(f"/organizations/{organization}/activity").text
    assert REASON in activity, "the customer cannot read why"
    kontor.verify()


def wait_rows(kontor: Kontor, sql: str) -> list[list[str]]:
    """The worker asks the processor by itself."""
    for _ in range(100):
        found = kontor.rows(sql)
        if found:
            return found
        time.sleep(0.1)
    raise AssertionError(f"after ten seconds there is nothing for {sql}")
