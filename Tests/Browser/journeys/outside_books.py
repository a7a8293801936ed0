"""The journal, read by accounting programs that are not ours: hledger and beancount."""

import csv
import io
import subprocess
import sys
from decimal import Decimal
from pathlib import Path

from journey import POSTGRES, SQLITE, Stage, journey
from kontor import Kontor
from steps import DECLINED, DEMO_PASSWORD, DEMO_PERSON, found_organization, order_by_program
from web import Client


def tell_story(kontor: Kontor) -> Client:
    """An organisation that orders with a card, tries one that is declined, and tops up; the demo's own story beside it."""
    client = Client(kontor.address).sign_in(DEMO_PERSON, DEMO_PASSWORD)
    organization = found_organization(client, "Bücher & \"Söhne\"; AG")
    for index in range(3):
        answer = order_by_program(client, organization, f"outside-{index}.ch")
        assert answer.status == 303, f"the order answered {answer.status} {answer.heading!r}"
    order_by_program(client, organization, "declined.ch", DECLINED)
    return client


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


@journey("outside: hledger and beancount agree with the journal", SQLITE, POSTGRES)
def accountants(stage: Stage):
    kontor = stage.own_server(demo=True)
    tell_story(kontor)
    kontor.verify()

    ours = own_balances(kontor)
    assert len(ours) >= 4, f"the story left balances on {ours} only"
    for name, read in (("hledger", hledger_balances), ("beancount", beancount_balances)):
        theirs = read(exported(kontor, name))
        assert theirs == ours, f"{name} has {theirs}, the ledger {ours}"
    before = exported(kontor, "hledger", "--to", "2000-01-01").read_text()
    assert "key:" not in before, "a journal until 2000 has transactions"
    refused = kontor.run("export", "journal", "--format", "ledger", *kontor.storage)
    assert refused.returncode != 0, "a format that does not exist was written"
