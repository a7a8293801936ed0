"""Payment files for the bank, read by the schema of ISO 20022 and by somebody else's check of account numbers."""

import io
import re
from pathlib import Path

from journey import POSTGRES, SQLITE, Stage, journey
from steps import DEMO_PASSWORD, DEMO_PERSON, STAFF, card
from web import Answer, Client

ACCOUNTS = {"CHF": "CH93 0076 2011 6238 5295 7", "EUR": "DE89 3704 0044 0532 0130 00"}
NAME = "Müller & Söhne <Genève>"
NAMESPACE = "{urn:iso:std:iso:20022:tech:xsd:pain.001.001.09}"


def founded(client: Client, name: str, currency: str) -> str:
    page = client.get("/organizations/new")
    answer = client.submit(
        page, page.form("/organizations/new"), name=name, kind="company", country="CH", currency=currency)
    found = re.search(r"/organizations/(\d+)$", answer.location)
    assert found, f"creating an organisation answered {answer.status} {answer.location}"
    return f"{answer.location}/billing/prepaid"


def topped_up(client: Client, home: str, amount: str):
    page = client.get(f"{home}/top-up")
    form = page.form("/top-up")
    # Whatever else the page offers: a card.
    answer = client.post(page.path, form.values | card() | {"amount": amount, "method": "card"})
    assert answer.status == 303, f"topping up answered {answer.status} {answer.heading!r}"


def proved(client: Client, answer: Answer) -> Answer:
    """The password, where it is asked again; what was typed before goes along."""
    if answer.status == 303:
        return answer
    form = answer.form(having="confirm_password")
    return client.post(form.action or answer.path, form.values | {"confirm_password": DEMO_PASSWORD})


def withdrawn(client: Client, home: str, **values: str) -> Answer:
    page = client.get(f"{home}/withdraw")
    form = page.form("/withdraw")
    return client.post(form.action, form.values | values)


def checked(content: bytes):
    import sepaxml
    from lxml import etree

    schema = etree.XMLSchema(etree.parse(Path(sepaxml.__file__).parent / "schemas" / "pain.001.001.09.xsd"))
    tree = etree.parse(io.BytesIO(content))
    schema.assertValid(tree)
    return tree


@journey("outside: a payment file is what the standard wants", SQLITE, POSTGRES)
def payment_file(stage: Stage):
    from stdnum import iban

    kontor = stage.own_server(demo=True)
    client = Client(kontor.address).sign_in(DEMO_PERSON, DEMO_PASSWORD)
    homes = {currency: founded(client, f"{NAME} {currency}", currency) for currency in ACCOUNTS}
    for currency, home in homes.items():
        topped_up(client, home, "100")
        topped_up(client, home, "23.45")
    kontor.advance_clock("PT11M")

    wrong = withdrawn(client, homes["CHF"], amount="50", method="bank", iban="CH93 0076 2011 6238 5295 8", holder=NAME)
    wrong = proved(client, wrong)
    assert wrong.status == 422 and "iban-error" in wrong.text, f"a wrong IBAN was answered {wrong.status}"
    for currency, home in homes.items():
        answer = proved(
            client, withdrawn(
                client, home, amount="23.45", method="bank", iban=ACCOUNTS[currency], holder=f"{NAME} {currency}"))
        assert answer.status == 303, f"withdrawing answered {answer.status} {answer.heading!r}"
    taken_back = proved(
        client, withdrawn(client, homes["CHF"], amount="1", method="bank", iban=ACCOUNTS["CHF"], holder=NAME))
    page = client.follow(taken_back)
    assert ACCOUNTS["CHF"].replace(" ", "") not in page.text, "the whole account stands on the page"
    cancel = next(form for form in page.forms() if "/withdrawals/" in form.action)
    assert client.post(cancel.action, cancel.values).status == 303
    answer = proved(
        client, withdrawn(client, homes["EUR"], amount="10", method="paypal", paypal="marie@rossier.example"))
    assert answer.status == 303, f"withdrawing to PayPal answered {answer.status}"

    staff = Client(kontor.address).sign_in(STAFF, DEMO_PASSWORD)
    desk = staff.get("/staff/payouts")
    assert "m…@rossier.example" in desk.text, "PayPal is not listed"
    form = desk.form("/staff/payouts")
    made = staff.post(form.action, form.values)
    assert made.status == 303, f"making the file answered {made.status} {made.heading!r}"
    content = staff.get(f"{made.location}/download").body
    assert content == staff.get(f"{made.location}/download").body, "the file is another one the second time"
    again = staff.post(form.action, form.values)
    assert again.status == 409, f"an empty file was answered {again.status}"

    tree = checked(content)
    found = {}
    for payment in tree.iter(f"{NAMESPACE}CdtTrfTxInf"):
        amount = payment.find(f".//{NAMESPACE}InstdAmt")
        account = payment.findtext(f"{NAMESPACE}CdtrAcct/{NAMESPACE}Id/{NAMESPACE}IBAN")
        name = payment.findtext(f"{NAMESPACE}Cdtr/{NAMESPACE}Nm")
        found[amount.get("Ccy")] = (amount.text, account, name)
    assert found == {
        currency: ("23.45", account.replace(" ", ""), f"{NAME} {currency}") for currency, account in ACCOUNTS.items()
    }, found
    for element in tree.iter(f"{NAMESPACE}IBAN"):
        iban.validate(element.text)
    group = tree.find(f".//{NAMESPACE}GrpHdr")
    assert (group.findtext(f"{NAMESPACE}NbOfTxs"), group.findtext(f"{NAMESPACE}CtrlSum")) == ("2", "46.90")
    kept = kontor.rows("SELECT COUNT(*) FROM payout_file")
    assert int(kept[0][0]) == 1, kept

    page = staff.get(made.location)
    settle = page.form(made.location)
    refused = staff.post(settle.action, settle.values | {"outcome": "returned", "reason": ""})
    assert refused.status == 422, f"a return without a reason was answered {refused.status}"
    assert staff.post(settle.action, settle.values | {"outcome": "paid"}).status == 303
    states = dict(kontor.rows("SELECT state, COUNT(*) FROM withdrawal GROUP BY state"))
    assert {state: int(count) for state, count in states.items()} == {"paid": 2, "cancelled": 1, "requested": 1}, states
    assert "100.00" in client.get(homes["CHF"]).text
    verified = kontor.run("verify", *kontor.storage)
    assert verified.returncode == 0, f"kontor verify: {verified.stdout}{verified.stderr}"
