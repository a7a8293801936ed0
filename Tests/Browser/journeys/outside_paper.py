"""Documents on paper, read by programs that are not ours: Poppler draws and reads the page, zxing reads the code."""

from decimal import Decimal

from journey import POSTGRES, SQLITE, Stage, journey
from outside import check_bill, code_on, fetched
from steps import DEMO_PASSWORD, DEMO_PERSON, STAFF, checkout_values, found_organization, HOSTING, order_by_program
from web import Client


@journey("outside: zxing reads the payment part of a pro forma, and Poppler its text", SQLITE, POSTGRES)
def payment_part(stage: Stage):
    kontor = stage.own_server(demo=True)
    client = Client(kontor.address).sign_in(DEMO_PERSON, DEMO_PASSWORD)
    organization = found_organization(client, "Łódź & Fils Sàrl")
    page = client.get(f"/organizations/{organization}/order/{HOSTING}")
    values = checkout_values(page, "papier.ch") | {"method": "transfer"}
    answer = client.post(page.path, values)
    assert answer.status == 303, f"the order by transfer answered {answer.status} {answer.heading!r}"
    [[document, number, total, account, reference]] = kontor.rows(
        "SELECT d.id, d.number, d.total, r.account, r.reference FROM document d"
        f" JOIN transfer_reference r ON r.document_id = d.id WHERE d.organization_id = {organization}")
    amount = f"{Decimal(total) / 100:.2f}"
    file, text = fetched(client, kontor, f"/organizations/{organization}/billing/documents/{document}")
    for part in (number, amount, "papier.ch", "Łódź & Fils Sàrl", "Receipt", "Payment part",
                 "has no legal, tax or accounting value"):
        assert part in text, f"{part} is not on the pro forma:\n{text}"
    payload = code_on(file)
    check_bill(payload, text, account, amount, number)
    assert payload.split("\n")[28] == reference
    assert payload.split("\n")[21] == "Łódź & Fils Sàrl", "letters of the standard were changed"


@journey("outside: zxing reads the payment part of an invoice on account", SQLITE)
def on_account(stage: Stage):
    kontor = stage.own_server(demo=True)
    client = Client(kontor.address).sign_in(DEMO_PERSON, DEMO_PASSWORD)
    organization = found_organization(client, "Papeterie du Lac")
    staff = Client(kontor.address).sign_in(STAFF, DEMO_PASSWORD)
    page = staff.get(f"/staff/organizations/{organization}/on-account")
    granted = staff.submit(page, page.form(page.path), due_days="30", limit="500", reason="A customer for years")
    assert granted.status == 303, f"the terms were answered {granted.status} {granted.heading!r}"
    page = client.get(f"/organizations/{organization}/order/{HOSTING}")
    answer = client.post(page.path, checkout_values(page, "konto.ch") | {"method": "on_account"})
    assert answer.status == 303, f"the order on account answered {answer.status} {answer.heading!r}"
    [[document, number, total, account, reference]] = kontor.rows(
        "SELECT d.id, d.number, d.total, r.account, r.reference FROM document d"
        f" JOIN transfer_reference r ON r.document_id = d.id WHERE d.organization_id = {organization}")
    amount = f"{Decimal(total) / 100:.2f}"
    file, text = fetched(client, kontor, f"/organizations/{organization}/billing/documents/{document}")
    for part in (f"Invoice {number}", amount, "konto.ch", "Not paid", "Demand for payment", "Payment part"):
        assert part in text, f"{part} is not on the invoice:\n{text}"
    payload = code_on(file)
    check_bill(payload, text, account, amount, number)
    assert payload.split("\n")[28] == reference


@journey("outside: Poppler reads an invoice that is paid", SQLITE)
def paid_invoice(stage: Stage):
    kontor = stage.own_server(demo=True)
    client = Client(kontor.address).sign_in(DEMO_PERSON, DEMO_PASSWORD)
    organization = found_organization(client, "Papeterie du Lac")
    assert order_by_program(client, organization, "papier.ch").status == 303
    [[document, number, total]] = kontor.rows(
        f"SELECT id, number, total FROM document WHERE organization_id = {organization}")
    page = client.get(f"/organizations/{organization}/billing/documents/{document}")
    assert f'href="{page.path}/pdf"' in page.text, "no button leads to the PDF"
    _, text = fetched(client, kontor, page.path)
    for part in (f"Invoice {number}", f"{Decimal(total) / 100:.2f}", "papier.ch", "Papeterie du Lac", "VAT 8.1 %", "Paid"):
        assert part in text, f"{part} is not on the invoice:\n{text}"
    assert "Payment part" not in text, "what is paid asks for money"
