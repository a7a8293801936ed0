"""kill -9 in a storm of orders: nothing half paid, no number missing."""

import http.client
import random
import threading
import time

from journey import POSTGRES, SQLITE, Stage, journey
from kontor import Kontor
from steps import DEMO_PASSWORD, DEMO_PERSON, found_organization, order_by_program
from web import Client

CUSTOMERS = 6
KILLS = 3


class Storm:
    """Customers who order one thing after the other until the server is gone."""

    def __init__(self, customers: list[tuple[Client, str]]):
        self.customers = customers
        self.confirmed: list[str] = []
        self.surprises: list[str] = []
        self.rages = 0
        self.calm = threading.Event()

    def rage(self, kontor: Kontor, seconds: float):
        self.rages += 1
        self.calm.clear()
        threads = [threading.Thread(target=self._order, args=customer) for customer in self.customers]
        for thread in threads:
            thread.start()
        time.sleep(seconds)
        kontor.kill()
        self.calm.set()
        for thread in threads:
            thread.join()

    def _order(self, client: Client, organization: str):
        number = 0
        while not self.calm.is_set():
            number += 1
            try:
                # A name of its own each time: the same once more is asked about.
                answer = order_by_program(client, organization, f"storm-{self.rages}-{number}.ch")
            except (OSError, http.client.HTTPException):
                return
            except AssertionError as error:
                self.surprises.append(str(error))
                return
            if answer.status == 303:
                self.confirmed.append(answer.location)
            else:
                self.surprises.append(f"{answer.status} {answer.heading}")


@journey("kill -9 in a storm of orders", SQLITE, POSTGRES)
def kill(stage: Stage):
    kontor = stage.own_server(demo=True)
    customers = []
    for index in range(CUSTOMERS):
        client = Client(kontor.address).sign_in(DEMO_PERSON, DEMO_PASSWORD)
        customers.append((client, found_organization(client, f"Storm {index}")))
    storm = Storm(customers)
    for _ in range(KILLS):
        storm.rage(kontor, random.uniform(2, 4))
        kontor.start()
        kontor.verify()
        check_books(kontor)
    assert not storm.surprises, f"{storm.surprises[:5]}"
    assert len(storm.confirmed) >= KILLS * 3, f"only {len(storm.confirmed)} orders in the storm"

    # What a customer was told is there.
    client = customers[0][0]
    for location in random.sample(storm.confirmed, min(10, len(storm.confirmed))):
        answer = client.open(location)
        assert answer.status == 200, f"{location} answered {answer.status} after the storm"

    # What was under way is settled by the clock: paid or given up, and nothing pending stays.
    kontor.advance_clock("PT1H")
    pending = kontor.rows("SELECT COUNT(*) FROM payment WHERE state = 'pending'")
    assert pending == [["0"]], f"{pending} payments are still pending an hour later"
    kontor.verify()
    check_books(kontor)


def check_books(kontor: Kontor):
    """Asked of the tables themselves, so that it does not rest on `verify` alone."""
    paid = kontor.rows("SELECT id, document_id FROM product_order WHERE state = 'paid'")
    documents = [document for _, document in paid]
    assert len(set(documents)) == len(documents), "two orders share an invoice"
    # Work that the demo's operator billed by the hour has no order.
    invoices = [row[0] for row in kontor.rows("SELECT id FROM document WHERE kind = 'invoice' AND key NOT LIKE 'demo:work:%'")]
    assert sorted(documents) == sorted(invoices), (
        f"paid orders without an invoice: {sorted(set(documents) - set(invoices))}, "
        f"invoices without a paid order: {sorted(set(invoices) - set(documents))}")
    series: dict[tuple, list[int]] = {}
    for issuer, kind, year, ordinal in kontor.rows("SELECT issuer_code, kind, year, ordinal FROM document"):
        series.setdefault((issuer, kind, year), []).append(int(ordinal))
    for name, ordinals in series.items():
        assert sorted(ordinals) == list(range(1, len(ordinals) + 1)), f"the series {name} has a gap: {sorted(ordinals)}"
    inactive = kontor.rows(
        "SELECT product.id FROM product JOIN product_order ON product_order.id = product.order_id "
        "WHERE (product_order.state = 'paid') <> (product.state IN ('active', 'expired'))")
    assert not inactive, f"products whose state is not their order's: {inactive}"
    twice = kontor.rows(
        "SELECT purpose_id FROM payment WHERE purpose = 'order' AND state = 'posted' GROUP BY purpose_id HAVING COUNT(*) > 1")
    assert not twice, f"orders paid twice: {twice}"
