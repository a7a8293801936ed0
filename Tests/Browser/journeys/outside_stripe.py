"""Stripe, played by localstripe as a server of its own: paying, declining, 3-D Secure, and signed messages."""

import hashlib
import hmac
import json
import subprocess
import sys
import time
from pathlib import Path

from journey import POSTGRES, SQLITE, Stage, journey
from kontor import ROOT, Kontor
from postgres import free_port
from steps import ASKS_FIRST, DEMO_PASSWORD, DEMO_PERSON, found_organization, order_by_program
from web import Client

SECRET = "whsec_for_the_journey"
# localstripe: can be attached, and is declined when it is charged.
FAILS = "4000 0000 0000 0341"


def start_stripe(stage: Stage) -> tuple[subprocess.Popen, str]:
    port = free_port()
    process = subprocess.Popen(
        [sys.executable, str(ROOT / "Tests/Servers/stripe_server.py"), str(port)], stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL, cwd=stage.folder())
    stage.stack.callback(process.kill)
    address = f"http://127.0.0.1:{port}"
    until = time.monotonic() + 30
    while time.monotonic() < until:
        try:
            Client(address).get("/_config/nothing")
            return process, address
        except OSError:
            assert process.poll() is None, "localstripe ended"
            time.sleep(0.1)
    raise AssertionError("localstripe did not start")


def start_kontor(stage: Stage, stripe: str) -> Kontor:
    kontor = stage.own_server(demo=True, start=False)
    kontor.environment = kontor.environment | {
        "KONTOR_STRIPE_SECRET_KEY": "sk_test_journey", "KONTOR_STRIPE_WEBHOOK_SECRET": SECRET,
        "KONTOR_STRIPE_ADDRESS": stripe}
    return kontor.start()


def tell(kontor: Kontor, event: dict, *, secret: str = SECRET, at: float | None = None, header: str | None = None) -> int:
    """A message as Stripe signs it."""
    body = json.dumps(event).encode()
    moment = int(at or time.time())
    signature = hmac.new(secret.encode(), b"%d." % moment + body, hashlib.sha256).hexdigest()
    headers = {"Content-Type": "application/json", "Stripe-Signature": header or f"t={moment},v1={signature}"}
    return Client(kontor.address).request("POST", "/webhooks/stripe", body, headers).status


def event(name: str, kind: str, key: str) -> dict:
    return {"id": name, "type": kind, "data": {"object": {"id": "pi_told", "metadata": {"key": key}}}}


def states(kontor: Kontor, organization: str) -> list[str]:
    return [row[0] for row in kontor.rows(f"SELECT state FROM payment WHERE organization_id = {organization} ORDER BY id")]


def wait_state(kontor: Kontor, organization: str, state: str, seconds: float = 15):
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        if states(kontor, organization)[-1] == state:
            return
        time.sleep(0.2)
    raise AssertionError(f"the payment is {states(kontor, organization)[-1]}, not {state}\n{kontor.log_tail()}")


@journey("outside: Stripe takes the money, and is believed only when it signs", SQLITE, POSTGRES)
def stripe(stage: Stage):
    _, address = start_stripe(stage)
    kontor = start_kontor(stage, address)
    client = Client(kontor.address).sign_in(DEMO_PERSON, DEMO_PASSWORD)
    organization = found_organization(client, "Atelier Streifen")

    answer = order_by_program(client, organization, "paid.ch")
    assert answer.status == 303, f"the order answered {answer.status} {answer.heading!r}"
    assert states(kontor, organization) == ["posted"], states(kontor, organization)
    assert order_by_program(client, organization, "declined.ch", FAILS).status == 303
    assert states(kontor, organization)[-1] == "failed", states(kontor, organization)

    # 3-D Secure: approved at the bank, and told by a message before the customer comes back.
    place = order_by_program(client, organization, "asked.ch", ASKS_FIRST).location
    assert states(kontor, organization)[-1] == "pending", states(kontor, organization)
    page = client.get(place)
    assert f"{address}/_config/bank/" in page.text, "no link leads to the bank"
    key, intent = kontor.rows("SELECT key, intent FROM stripe_intent ORDER BY created_at DESC LIMIT 1")[0]
    Client(address).get(f"/_config/bank/{intent}?say=yes")

    good = event("evt_1", "payment_intent.succeeded", key)
    assert tell(kontor, good, secret="whsec_wrong") == 400, "a wrong signature was taken"
    assert tell(kontor, good, at=time.time() - 600) == 400, "an old message was taken"
    assert tell(kontor, good, header="nonsense") == 400, "an unsigned message was taken"
    assert states(kontor, organization)[-1] == "pending", "a message that is not Stripe's has moved money"
    # Doubled, reordered, and about something unknown.
    for message in [event("evt_0", "payment_intent.payment_failed", key), good, good,
                    event("evt_2", "payment_intent.succeeded", "unknown"), event("evt_3", "balance.available", "")]:
        assert tell(kontor, message) == 200, f"{message['id']} was refused"
    wait_state(kontor, organization, "posted")
    assert int(kontor.rows("SELECT COUNT(*) FROM processor_event")[0][0]) == 4
    assert states(kontor, organization) == ["posted", "failed", "posted"]
    assert int(kontor.rows(f"SELECT COUNT(*) FROM document WHERE kind = 'invoice' AND organization_id = {organization}")[0][0]) == 2
    kontor.verify()
    assert "sk_test_journey" not in kontor.log.read_text(), "the key stands in the log"
