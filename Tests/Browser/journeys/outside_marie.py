"""Marie's year: half from prepaid and half by card, by transfer, by a transfer that nobody could tell; and what programs that
are not ours say of it."""

import csv
import io
import json
import zipfile
from decimal import Decimal

from browser import Browser, Look
from journey import POSTGRES, SQLITE, Stage, journey
from journeys.outside_bank import schema
from kontor import Kontor
from outside import Judge, check_bill, check_journal, code_on, fetched, text_of
from steps import (
    DEMO_PERSON, PAYS, STAFF, card, enter, fill_order, is_paid, open_checkout, organization_of, press_order)
from web import Client

NOBODYS = "210000000003139471430009017"


def session_of(browser: Browser) -> Client:
    """The same visitor, for files: a browser keeps them where nobody looks."""
    client = Client(browser.address)
    client.cookies = {cookie["name"]: cookie["value"] for cookie in browser.driver.get_cookies()}
    return client


def transferred(kontor: Kontor, amount: Decimal, reference: str):
    """The bank books it, and its file is imported."""
    from lxml import etree

    bank = Client(kontor.address)
    answer = bank.post_json(
        "/sandbox/bank/transfers",
        {"amount": str(amount), "currency": "CHF", "reference": reference, "debtor_name": "Marie Rossier"})
    assert answer.status == 200, f"the bank answered {answer.status} {answer.text[:200]}"
    body = bank.get("/sandbox/bank/camt054.xml").body
    schema("camt.054.001.08").assertValid(etree.fromstring(body))
    file = kontor.directory / "camt054.xml"
    file.write_bytes(body)
    done = kontor.run("bank", "import", str(file), *kontor.storage)
    assert done.returncode == 0, done.stdout + done.stderr
    again = kontor.run("bank", "import", str(file), *kontor.storage)
    assert " 0 posted" in again.stdout and " 0 unidentified" in again.stdout, f"a file counts twice: {again.stdout}"
    return done.stdout


def found_in_browser(marie: Browser) -> str:
    marie.open("/organizations/new")
    marie.fill(name="Éditions Rossier", kind="company", country="CH", currency="CHF")
    marie.submit("main form[action='/organizations/new']")
    return organization_of(marie)


def by_transfer(marie: Browser, kontor: Kontor, organization: str) -> Decimal:
    """Marie's banking app reads the code of the pro forma, and pays what it says."""
    open_checkout(marie, organization)
    fill_order(marie, "par-virement.ch", method="transfer")
    press_order(marie)
    place = marie.path
    assert marie.has("#transfer-reference"), "the order does not say how to transfer"
    [[document, number, total, account]] = kontor.rows(
        "SELECT d.id, d.number, d.total, r.account FROM document d JOIN transfer_reference r ON r.document_id = d.id"
        f" WHERE d.organization_id = {organization}")
    amount = Decimal(total) / 100
    file, text = fetched(session_of(marie), kontor, f"/organizations/{organization}/billing/documents/{document}")
    payload = code_on(file)
    check_bill(payload, text, account, f"{amount:.2f}", number)
    assert "1 posted" in transferred(kontor, amount, payload.split("\n")[28]), "the transfer was not recognised"
    marie.open(place)
    assert is_paid(marie) and not marie.has("#transfer-reference"), "the transfer did not pay the order"
    return amount


def by_halves(marie: Browser, kontor: Kontor, organization: str, amount: Decimal):
    half = (amount / 2).quantize(Decimal("0.01"))
    marie.open(f"/organizations/{organization}/billing/prepaid/top-up")
    marie.fill(amount=f"{half:.2f}", **card(PAYS)).submit("main form:has([name='amount'])")
    open_checkout(marie, organization)
    fill_order(marie, "par-moities.ch")
    marie.click(marie.one("main [name='use_prepaid']"))
    press_order(marie)
    assert is_paid(marie), f"the two halves did not pay: {marie.problems()}"
    paid = kontor.rows(
        f"SELECT method, amount FROM payment WHERE organization_id = {organization} AND purpose = 'order'"
        " AND method <> 'transfer' AND state = 'posted' ORDER BY method")
    assert paid == [["card", str(int((amount - half) * 100))], ["prepaid", str(int(half * 100))]], f"paid were {paid}"


def wrongly(stage: Stage, marie: Browser, kontor: Kontor, organization: str, amount: Decimal):
    """With somebody else's slip: it waits until the operator has asked whose it is."""
    assert "1 unidentified" in transferred(kontor, amount, NOBODYS), "a wrong reference was recognised"
    marie.open(f"/organizations/{organization}/billing/prepaid")
    assert marie.one("main .figure").text.strip().endswith(" 0.00"), "money of nobody is on prepaid"
    staff = stage.browser(kontor, Look("en"), name="staff")
    enter(staff, STAFF, check=False)
    staff.open("/staff/bank").follow("main tbody a[href^='/staff/bank/entries/']")
    form = "main form[action^='/staff/bank/entries/']"
    staff.without_browser_checks(form).fill(decision="prepaid", organization=organization).submit(form, expect=422)
    staff.fill(decision="prepaid", organization=organization, reason="Marie told us by phone").submit(form)
    assert "Marie told us by phone" not in staff.problems() and staff.path == "/staff/bank", staff.problems()
    kontor.wait_message(DEMO_PERSON, linking=f"/organizations/{organization}/billing/prepaid")
    marie.open(f"/organizations/{organization}/billing/prepaid")
    assert marie.one("main .figure").text.strip().endswith(f"{amount:.2f}"), "the transfer is not on prepaid"
    origins = kontor.rows(f"SELECT origin FROM prepaid_movement WHERE organization_id = {organization} ORDER BY id")
    assert origins == [["top_up"], ["payment"], ["unmatched"]], f"prepaid moved by {origins}"


def downloaded(marie: Browser, organization: str, year: str, kind: str) -> bytes:
    marie.open(f"/organizations/{organization}/billing/documents").follow("main a[href*='/billing/documents/export']")
    client = session_of(marie)
    page = client.get(marie.path)
    answer = client.submit(
        page, page.form("/documents/export"), format=kind, until=f"{year}-12-31", **{"from": f"{year}-01-01"})
    assert answer.status == 303, f"the export answered {answer.status} {answer.heading!r}"
    file = client.get(answer.location)
    assert file.status == 200 and f'filename="documents-{year}' in file.headers["Content-Disposition"], file.status
    return file.body


def check_year(marie: Browser, kontor: Kontor, organization: str, year: str):
    documents = kontor.rows(
        f"SELECT number, kind, total, id FROM document WHERE organization_id = {organization} ORDER BY id DESC")
    kinds = [kind for _, kind, _, _ in documents]
    assert sorted(kinds) == ["invoice", "invoice", "pro_forma", "receipt"], f"the year has {kinds}"
    table = downloaded(marie, organization, year, "csv")
    rows = list(csv.DictReader(io.StringIO(table.decode("utf-8-sig"))))
    told = [(row["Number"], Decimal(row["Total"])) for row in rows]
    assert told == [(number, Decimal(total) / 100) for number, _, total, _ in documents], f"the table has {told}"
    archive = zipfile.ZipFile(io.BytesIO(downloaded(marie, organization, year, "zip")))
    assert archive.testzip() is None
    names = archive.namelist()
    [inside] = [name for name in names if name.endswith(".csv")]
    assert archive.read(inside) == table, "the table in the archive is another one"
    papers = {}
    for name in names:
        if name.endswith(".pdf"):
            file = kontor.directory / "paper.pdf"
            file.write_bytes(archive.read(name))
            papers[name] = text_of(file)
    assert len(papers) == len(documents), f"the archive has {names}"
    for number, kind, total, _ in documents:
        amount = f"{Decimal(total) / 100:.2f}"
        assert [text for text in papers.values() if number in text and amount in text], f"{kind} {number} is not on paper"
    judge = Judge()
    client = session_of(marie)
    for number, kind, _, document in documents:
        for syntax in ("ubl", "cii") if kind == "invoice" else ():
            answer = client.get(f"/organizations/{organization}/billing/documents/{document}/{syntax}.xml")
            assert answer.status == 200 and number in answer.text, f"{number} as {syntax}: {answer.status}"
            faults = judge.faults(answer.body)
            assert not faults, f"{number} as {syntax}:\n" + "\n".join(faults)


@journey("outside: Marie's year, by halves, by transfer and wrongly, agrees with everybody's books", SQLITE, POSTGRES)
def year(stage: Stage):
    kontor = stage.own_server(demo=True)
    marie = stage.browser(kontor, Look("en"), name="marie")
    enter(marie, DEMO_PERSON, check=False)
    organization = found_in_browser(marie)
    amount = by_transfer(marie, kontor, organization)
    by_halves(marie, kontor, organization, amount)
    wrongly(stage, marie, kontor, organization, amount)
    now = json.loads(Client(kontor.address).get("/sandbox/clock.json").body)["now"]
    check_year(marie, kontor, organization, now[:4])
    check_journal(kontor)
    left = kontor.rows(
        "SELECT account, amount FROM ledger_balance WHERE amount <> 0"
        f" AND (account = 2031 OR account = 1100 AND organization_id = {organization})")
    assert not left, f"something is open, or nobody's: {left}"
    kontor.verify()
