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
from steps import (
    ASKS_FIRST, DECLINED, DEMO_PASSWORD, DEMO_PERSON, HOSTING, PAYS, card, checkout_values, found_organization, order_by_program)
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


def told_dispute(client: Client, name: str, intent: str, amount: int, status: str, *, withdrawn: bool = True, fee_back: bool = False):
    """localstripe has no disputes: this is the shape that Stripe documents, with what the console reads and more."""
    moves = [{
        "id": f"txn_{name}", "object": "balance_transaction", "amount": -amount, "currency": "chf", "fee": 2000,
        "net": -amount - 2000, "type": "adjustment", "reporting_category": "dispute"}]
    if fee_back:
        moves += [{
            "id": f"txn_{name}_back", "object": "balance_transaction", "amount": amount, "currency": "chf", "fee": -2000,
            "net": amount + 2000, "type": "adjustment", "reporting_category": "dispute_reversal"}]
    answer = client.post_json("/_config/disputes", {
        "id": name, "object": "dispute", "amount": amount, "balance_transactions": moves if withdrawn else [],
        "charge": "ch_told", "created": int(time.time()), "currency": "chf", "evidence_details": {"due_by": int(time.time()) + 7 * 86400, "has_evidence": False},
        "is_charge_refundable": False, "livemode": False, "metadata": {}, "payment_intent": intent, "reason": "fraudulent",
        "status": status})
    assert answer.status == 200, answer.text


def dispute_event(number: int, kind: str, name: str) -> dict:
    return {"id": f"evt_dispute_{number}", "type": f"charge.dispute.{kind}", "data": {"object": {"id": name, "object": "dispute"}}}


def wait_for(kontor: Kontor, query: str, wanted: list[list[str]], seconds: float = 15):
    until = time.monotonic() + seconds
    while (found := [[str(value) for value in row] for row in kontor.rows(query)]) != wanted:
        assert time.monotonic() < until, f"{query} has {found}, not {wanted}\n{kontor.log_tail()}"
        time.sleep(0.2)


@journey("outside: Stripe tells of disputes late, twice and in any order, and the daily round of those it did not tell of", SQLITE, POSTGRES)
def stripe_disputes(stage: Stage):
    _, address = start_stripe(stage)
    kontor = start_kontor(stage, address)
    client = Client(kontor.address).sign_in(DEMO_PERSON, DEMO_PASSWORD)
    organization = found_organization(client, "Atelier Streit")
    for name in ["lost.ch", "won.ch", "quiet.ch"]:
        assert order_by_program(client, organization, name).status == 303
    paid = kontor.rows(f"SELECT reference, amount FROM payment WHERE organization_id = {organization} ORDER BY id")
    stripe = Client(address)
    states_of = "SELECT state, fee FROM dispute ORDER BY id"

    # A question that took no money yet is nothing in the books; the money comes with its fee.
    told_dispute(stripe, "dp_1", paid[0][0], int(paid[0][1]), "needs_response", withdrawn=False)
    assert tell(kontor, dispute_event(1, "created", "dp_1")) == 200
    wait_for(kontor, "SELECT outcome FROM processor_event", [["ignored"]])
    told_dispute(stripe, "dp_1", paid[0][0], int(paid[0][1]), "needs_response")
    for number in [2, 2, 3]:
        assert tell(kontor, dispute_event(number, "funds_withdrawn", "dp_1")) == 200
    wait_for(kontor, states_of, [["open", "2000"]])
    assert kontor.rows("SELECT COUNT(*) FROM dispute WHERE respond_by IS NOT NULL") in [[["1"]], [[1]]], "nobody knows until when to answer"
    told_dispute(stripe, "dp_1", paid[0][0], int(paid[0][1]), "lost")
    # Closed first, the news of its beginning late.
    for number, kind in [(4, "closed"), (5, "created"), (6, "updated")]:
        assert tell(kontor, dispute_event(number, kind, "dp_1")) == 200
    wait_for(kontor, states_of, [["lost", "2000"]])
    # Heard of only when it is over, and one of a charge that is not ours.
    told_dispute(stripe, "dp_2", paid[1][0], int(paid[1][1]), "won")
    told_dispute(stripe, "dp_3", "pi_unknown", 100, "needs_response")
    for number, name in [(7, "dp_2"), (8, "dp_3"), (9, "dp_gone")]:
        assert tell(kontor, dispute_event(number, "closed", name)) == 200
    wait_for(kontor, states_of, [["lost", "2000"], ["won", "2000"]])
    # The fee of the one that was won comes back later.
    told_dispute(stripe, "dp_2", paid[1][0], int(paid[1][1]), "won", fee_back=True)
    assert tell(kontor, dispute_event(10, "funds_reinstated", "dp_2")) == 200
    wait_for(kontor, "SELECT fee, fee_back FROM dispute ORDER BY id", [["2000", "0"], ["2000", "2000"]])
    wait_for(kontor, "SELECT state FROM document_state s JOIN document d ON d.id = s.document_id "
             f"WHERE d.kind = 'invoice' AND d.organization_id = {organization} ORDER BY d.id", [["open"], ["paid"], ["paid"]])
    kontor.verify()

    # Nobody told of this one: the daily round finds it.
    told_dispute(stripe, "dp_4", paid[2][0], int(paid[2][1]), "under_review")
    kontor.advance_clock("P1DT1H")
    wait_for(kontor, states_of, [["lost", "2000"], ["won", "2000"], ["open", "2000"]])
    kontor.verify()


@journey("outside: Stripe keeps a card, asks its bank first, refuses one, and forgets it", SQLITE, POSTGRES)
def stripe_saves(stage: Stage):
    _, address = start_stripe(stage)
    kontor = start_kontor(stage, address)
    client = Client(kontor.address).sign_in(DEMO_PERSON, DEMO_PASSWORD)
    organization = found_organization(client, "Atelier Karte")
    home = f"/organizations/{organization}/billing/methods"

    def add(number: str):
        page = client.get(f"{home}/add")
        return client.submit(page, page.form(f"{home}/add"), method="card", **card(number))

    def kept() -> list[str]:
        [[customer]] = kontor.rows(f"SELECT reference FROM stripe_customer WHERE id = {organization}")
        answer = Client(address).get(
            f"/v1/payment_methods?customer={customer}&type=card", {"Authorization": "Bearer sk_test_journey"})
        return [method["card"]["last4"] for method in json.loads(answer.body)["data"]]

    states_of = f"SELECT state FROM payment_profile WHERE organization_id = {organization} ORDER BY id"
    assert add(PAYS).status == 303
    wait_for(kontor, states_of, [["active"]])
    assert kept() == ["4242"], f"Stripe keeps {kept()}"
    assert add(DECLINED).status == 422, "a card that is refused was saved"
    wait_for(kontor, states_of, [["active"], ["failed"]])
    assert kept() == ["4242"]

    # The bank is asked: yes is told by a message, no is found out by looking.
    for number, (answer, state) in enumerate([("yes", "active"), ("no", "failed")]):
        assert add(ASKS_FIRST).status == 303
        key, intent = kontor.rows("SELECT key, intent FROM stripe_intent WHERE is_set_up ORDER BY created_at DESC, key LIMIT 1")[0]
        wait_for(kontor, f"{states_of} DESC LIMIT 1", [["pending"]])
        assert f"{address}/_config/bank/{intent}" in client.get(home).text, "no link leads to the bank"
        Client(address).get(f"/_config/bank/{intent}?say={answer}")
        if answer == "yes":
            told = {"id": f"evt_{number}", "type": "setup_intent.succeeded", "data": {"object": {"id": intent, "metadata": {"key": key}}}}
            assert tell(kontor, told) == 200 and tell(kontor, told) == 200
        else:
            client.get(home)
        wait_for(kontor, f"{states_of} DESC LIMIT 1", [[state]])
    assert sorted(kept()) == ["3155", "4242"], f"Stripe keeps {kept()}"

    # What is saved pays without being typed, and is forgotten there when it is removed here.
    [[profile]] = kontor.rows(f"SELECT MIN(id) FROM payment_profile WHERE organization_id = {organization}")
    page = client.get(f"/organizations/{organization}/order/{HOSTING}")
    paid = client.post(page.path, checkout_values(page, "saved.ch") | {"method": f"profile:{profile}"})
    assert paid.status == 303 and states(kontor, organization) == ["posted"], states(kontor, organization)
    page = client.get(home)
    assert client.submit(page, page.form(f"{home}/{profile}")).status == 303
    until = time.monotonic() + 15
    while kept() != ["3155"]:
        assert time.monotonic() < until, f"Stripe still keeps {kept()}"
        time.sleep(0.2)
    kontor.verify()
