"""Money that comes over the bank: the right reference, the same one twice, and a wrong one that the operator assigns."""

import re

from journey import POSTGRES, SQLITE, Stage, journey
from steps import DEMO_PASSWORD, DEMO_PERSON, HOSTING, STAFF, checkout_values, found_organization
from web import Client


def order_by_transfer(client: Client, organization: str, name: str) -> tuple[str, str, str]:
    """The order's path, what it asks for, and under which reference."""
    page = client.get(f"/organizations/{organization}/order/{HOSTING}")
    answer = client.post(page.path, checkout_values(page, name) | {"method": "transfer"})
    assert answer.status == 303, f"the order answered {answer.status} {answer.heading!r}"
    text = client.get(answer.location).text
    values = dict(re.findall(r'id="transfer-(amount|reference)" data-value="([^"]+)"', text))
    assert len(values) == 2, f"the page of the order does not say how to transfer: {values}"
    return answer.location, values["amount"], values["reference"]


def transfer(client: Client, amount: str, currency: str, reference: str):
    answer = client.post_json(
        "/sandbox/bank/transfers", {"amount": amount, "currency": currency, "reference": reference, "debtor_name": "Marie"})
    assert answer.status == 200, f"the bank answered {answer.status} {answer.text[:200]}"
    page = client.get("/sandbox")
    sent = client.submit(page, page.form("/sandbox/bank/file"))
    assert sent.status == 303, f"the bank's file was answered {sent.status}"


@journey("bank: a transfer pays its order, a second one goes to prepaid, a wrong reference is assigned", SQLITE, POSTGRES)
def transfers(stage: Stage):
    kontor = stage.own_server(demo=True)
    marie = Client(kontor.address).sign_in(DEMO_PERSON, DEMO_PASSWORD)
    organization = found_organization(marie, "Atelier Nord")
    [[currency]] = kontor.rows(f"SELECT currency FROM organization WHERE id = {organization}")
    path, amount, reference = order_by_transfer(marie, organization, "nord-eins.ch")
    transfer(marie, amount, currency, reference)
    [[state]] = kontor.rows(f"SELECT state FROM product_order WHERE id = {path.rsplit('/', 1)[1]}")
    assert state == "paid", f"after its transfer the order is {state}"

    transfer(marie, amount, currency, reference)
    movements = kontor.rows(f"SELECT origin FROM prepaid_movement WHERE organization_id = {organization}")
    assert movements == [["duplicate"]], f"the second transfer became {movements}"
    kontor.wait_message(DEMO_PERSON, linking=f"/organizations/{organization}/billing/prepaid")

    path, amount, _ = order_by_transfer(marie, organization, "nord-zwei.ch")
    transfer(marie, amount, currency, "RF18539007547034")
    staff = Client(kontor.address).sign_in(STAFF, DEMO_PASSWORD)
    [[entry]] = kontor.rows("SELECT id FROM bank_entry WHERE state = 'unidentified'")
    assert f"/staff/bank/entries/{entry}" in staff.get("/staff/bank").text, "the work list lacks the receipt"
    page = staff.open(f"/staff/bank/entries/{entry}")
    # The suggestion by the same amount is filled in.
    done = staff.submit(page, page.form(f"/staff/bank/entries/{entry}"), reason="Marie told us by phone")
    assert done.status == 303, f"the decision was answered {done.status} {done.heading!r}"
    [[state]] = kontor.rows(f"SELECT state FROM product_order WHERE id = {path.rsplit('/', 1)[1]}")
    assert state == "paid", f"after the operator's decision the order is {state}"
    kontor.verify()
