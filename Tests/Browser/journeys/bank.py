"""Money over the bank: the right reference, the same one twice, a wrong one that the operator assigns, another currency, taken back,
and back."""

import re
import time
from pathlib import Path
from tempfile import TemporaryDirectory

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


@journey("bank: a transfer that the bank takes back opens its invoice again, and the customer is told", SQLITE, POSTGRES)
def taken_back(stage: Stage):
    kontor = stage.own_server(demo=True)
    marie = Client(kontor.address).sign_in(DEMO_PERSON, DEMO_PASSWORD)
    organization = found_organization(marie, "Atelier West")
    [[currency]] = kontor.rows(f"SELECT currency FROM organization WHERE id = {organization}")
    _, amount, reference = order_by_transfer(marie, organization, "west-eins.ch")
    transfer(marie, amount, currency, reference)
    invoices = f"SELECT d.id, d.number, s.state FROM document d JOIN document_state s ON s.document_id = d.id WHERE d.kind = 'invoice' AND d.organization_id = {organization}"
    [[invoice, number, state]] = kontor.rows(invoices)
    assert state == "paid", f"after its transfer the invoice is {state}"

    [[iban, day]] = kontor.rows("SELECT iban, booked_on FROM bank_entry")
    told_by_the_bank(kontor, iban, amount, currency, "NOTPROVIDED", day=day, code="RRTN")
    [[entry, reason]] = kontor.rows("SELECT id, reason FROM bank_entry WHERE state = 'unidentified'")
    assert reason == "taken_back", reason
    staff = Client(kontor.address).sign_in(STAFF, DEMO_PASSWORD)
    page = staff.open(f"/staff/bank/entries/{entry}")
    # The receipt of the same amount is filled in.
    done = staff.submit(page, page.form(f"/staff/bank/entries/{entry}"), decision="receipt", reason="Recalled by their bank")
    assert done.status == 303, f"the decision was answered {done.status} {done.heading!r}"
    assert kontor.rows(invoices) == [[invoice, number, "open"]], f"the invoice is {kontor.rows(invoices)}"
    # The mail about the invoice leads to that one; this one to where it is paid again.
    place = f"/organizations/{organization}/billing/documents/{invoice}/pay"
    until = time.monotonic() + 30
    while not (told := [mail for mail in kontor.messages(DEMO_PERSON, place) if any(url.endswith(place) for url in mail["links"])]):
        assert time.monotonic() < until, "the customer was not told"
        time.sleep(0.1)
    assert number in told[0]["text"] and "{" not in told[0]["text"], told[0]["text"]
    assert marie.get(place).status == 200, "it cannot be paid again"
    kontor.verify()


def told_by_the_bank(
        kontor, iban: str, amount: str, currency: str, reference: str, *, day: str = "2026-11-20", code: str = "ESCT"):
    """The bank's file about one debit."""
    text = f"""<?xml version="1.0" encoding="UTF-8"?>
        <Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.08"><BkToCstmrStmt><GrpHdr><MsgId>M</MsgId></GrpHdr>
        <Stmt><Id>S</Id><Acct><Id><IBAN>{iban}</IBAN></Id></Acct><Ntry><Amt Ccy="{currency}">{amount}</Amt>
        <CdtDbtInd>DBIT</CdtDbtInd><Sts><Cd>BOOK</Cd></Sts><BookgDt><Dt>{day}</Dt></BookgDt>
        <AcctSvcrRef>OUT-1</AcctSvcrRef><BkTxCd><Domn><Cd>PMNT</Cd><Fmly><Cd>RCDT</Cd><SubFmlyCd>{code}</SubFmlyCd></Fmly></Domn>
        </BkTxCd><NtryDtls><TxDtls><Refs><EndToEndId>{reference}</EndToEndId></Refs>
        <Amt Ccy="{currency}">{amount}</Amt><CdtDbtInd>DBIT</CdtDbtInd></TxDtls></NtryDtls></Ntry></Stmt>
        </BkToCstmrStmt></Document>"""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "camt053.xml"
        path.write_text(text)
        done = kontor.run("bank", "import", str(path), *kontor.storage)
    assert done.returncode == 0, f"importing was answered {done.returncode}: {done.stdout}{done.stderr}"


@journey("bank: another currency is converted at a rate that is shown first, and a refund goes back to an account", SQLITE, POSTGRES)
def another_currency(stage: Stage):
    kontor = stage.own_server(demo=True)
    marie = Client(kontor.address).sign_in(DEMO_PERSON, DEMO_PASSWORD)
    organization = found_organization(marie, "Atelier Ost")
    [[currency]] = kontor.rows(f"SELECT currency FROM organization WHERE id = {organization}")
    path, amount, reference = order_by_transfer(marie, organization, "ost-eins.ch")
    transfer(marie, amount, "EUR" if currency == "CHF" else "CHF", reference)
    [[entry, reason]] = kontor.rows("SELECT id, reason FROM bank_entry WHERE state = 'unidentified'")
    assert reason == "other_currency", reason

    staff = Client(kontor.address).sign_in(STAFF, DEMO_PASSWORD)
    address = f"/staff/bank/entries/{entry}/conversion"
    assert address in staff.get(f"/staff/bank/entries/{entry}").text, "converting is not offered"
    page = staff.get(address)
    wrong = staff.submit(page, page.form(address), rate="0,9", reason="As agreed")
    assert wrong.status == 422 and "rate-error" in wrong.text, f"a rate that is none was answered {wrong.status}"
    shown = staff.submit(page, page.form(address), rate="1.25", reason="As agreed")
    assert shown.status == 200 and "1.25" in shown.text, f"the conversion was answered {shown.status} {shown.heading!r}"
    assert kontor.rows("SELECT COUNT(*) FROM bank_conversion") in ([["0"]], [[0]]), "it was booked before it was confirmed"
    again = staff.submit(shown, shown.form(address), rate="1.2")
    assert again.status == 200, f"another rate was not shown first: {again.status}"
    done = staff.submit(again, again.form(address))
    assert done.status == 303, f"converting was answered {done.status} {done.heading!r}"
    [[state]] = kontor.rows(f"SELECT state FROM product_order WHERE id = {path.rsplit('/', 1)[1]}")
    assert state == "paid", f"after the conversion the order is {state}"
    told = kontor.wait_message(DEMO_PERSON, linking=f"/organizations/{organization}/billing/prepaid")
    assert told["text"], told

    [[invoice]] = kontor.rows(f"SELECT id FROM document WHERE organization_id = {organization} AND kind = 'invoice'")
    page = staff.get(f"/staff/organizations/{organization}/documents/{invoice}/credit")
    form = page.form(f"/documents/{invoice}/credit")
    assert form.values.get("destination", "").startswith("bank-"), f"the account is not offered first: {form.values}"
    refused = staff.submit(page, form, iban="CH93 0076 2011 6238 5295 8", holder="Marie Rossier", reason="Ordered twice")
    assert refused.status == 422 and "iban-error" in refused.text, f"a wrong IBAN was answered {refused.status}"
    sent = staff.submit(page, form, iban="CH93 0076 2011 6238 5295 7", holder="Marie Rossier", reason="Ordered twice")
    assert sent.status == 303, f"the credit note was answered {sent.status} {sent.heading!r}"
    desk = staff.get("/staff/payouts")
    made = staff.submit(desk, desk.form("/staff/payouts"))
    content = staff.get(f"{made.location}/download").body.decode()
    [reference] = re.findall(r"<EndToEndId>(WD-\d+)</EndToEndId>", content)
    [iban] = re.findall(r"<DbtrAcct><Id><IBAN>(\w+)</IBAN>", content)
    told_by_the_bank(kontor, iban, amount, currency, reference)
    [[state, way]] = kontor.rows("SELECT state, way FROM refund ORDER BY id DESC LIMIT 1")
    assert (state, way) == ("posted", "bank"), f"the refund is {state} by {way}"
    [[state]] = kontor.rows(f"SELECT state FROM document_state WHERE document_id = {invoice}")
    assert state == "refunded", f"the invoice is {state}"
    kontor.verify()
