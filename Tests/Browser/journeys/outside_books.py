"""The journal, read by accounting programs that are not ours: hledger and beancount."""

from journey import POSTGRES, SQLITE, Stage, journey
from kontor import Kontor
from outside import check_journal, exported
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


@journey("outside: hledger and beancount agree with the journal", SQLITE, POSTGRES)
def accountants(stage: Stage):
    kontor = stage.own_server(demo=True)
    tell_story(kontor)
    kontor.verify()

    ours = check_journal(kontor)
    assert len(ours) >= 4, f"the story left balances on {ours} only"
    before = exported(kontor, "hledger", "--to", "2000-01-01").read_text()
    assert "key:" not in before, "a journal until 2000 has transactions"
    refused = kontor.run("export", "journal", "--format", "ledger", *kontor.storage)
    assert refused.returncode != 0, "a format that does not exist was written"
