"""Documents on paper, read by programs that are not ours: Poppler draws and reads the page, zxing reads the code."""

import re
import subprocess
from decimal import Decimal
from pathlib import Path

from journey import POSTGRES, SQLITE, Stage, journey
from kontor import Kontor
from steps import DEMO_PASSWORD, DEMO_PERSON, checkout_values, found_organization, HOSTING, order_by_program
from web import Client


def fetched(client: Client, kontor: Kontor, path: str) -> tuple[Path, str]:
    """The PDF of a document, and what is written on it."""
    answer = client.get(f"{path}/pdf")
    assert answer.status == 200 and answer.headers["Content-Type"] == "application/pdf", f"{path}/pdf: {answer.status}"
    assert re.search(r'attachment; filename="[\w-]+\.pdf"', answer.headers["Content-Disposition"])
    file = kontor.directory / "document.pdf"
    file.write_bytes(answer.body)
    done = subprocess.run(["pdftotext", "-layout", file, "-"], capture_output=True, text=True, timeout=60, check=True)
    return file, done.stdout.replace("\u00a0", " ")


def code_on(file: Path) -> str:
    """What the one code on the last page says, as a camera would read it."""
    import zxingcpp
    from PIL import Image

    page = file.with_suffix("")
    subprocess.run(["pdftoppm", "-r", "300", "-gray", "-png", "-singlefile", file, page], timeout=60, check=True)
    found = zxingcpp.read_barcodes(Image.open(page.with_suffix(".png")))
    assert [code.format for code in found] == [zxingcpp.BarcodeFormat.QRCode], f"on the page there are {found}"
    return found[0].text


def check_bill(payload: str, text: str, account: str, total: str, number: str):
    """Line by line, as the standard says; the references by python-stdnum."""
    from stdnum import iban, iso11649
    from stdnum.ch import esr

    lines = payload.split("\n")
    assert len(lines) == 31, f"the code has {len(lines)} lines: {lines}"
    assert lines[:3] == ["SPC", "0200", "1"] and lines[3] == account and iban.is_valid(lines[3])
    assert lines[4] == "S" and lines[5] == "Kontor Hosting SA" and lines[6:8] == ["Quai du Lac", "1"]
    assert lines[11:18] == [""] * 7, "something stands where the standard wants nothing"
    assert lines[18:20] == [total, "CHF"], f"the code asks for {lines[18:20]}, the document for {total}"
    assert lines[20] == "S" and lines[21], "the payer is not named"
    assert lines[27] == "QRR" and esr.is_valid(lines[28]) and len(lines[28]) == 27, lines[27:29]
    assert not iso11649.is_valid(lines[28])
    assert number in lines[29] and lines[30] == "EPD"
    assert re.sub(r"\s", "", lines[28]) in re.sub(r"\s", "", text), "another reference is printed than coded"


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
