"""Stripe as localstripe plays it, with what it leaves out of Stripe's contract for the console: idempotency keys, the way to the
bank and back, the setting that a method is for later, a method that is saved in one step, lists since a moment, and disputes. Disputes
are of the documented shape and say what the test wants them to.

    stripe_server.py PORT
"""

import sys

from aiohttp import web
from localstripe import resources, server

answers: dict[str, web.Response] = {}
returns: dict[str, str] = {}
disputes: dict[str, dict] = {}
Intent = resources.PaymentIntent
SetUp = resources.SetupIntent


@web.middleware
async def once(request, handler):
    """Stripe: the same key is the same act, and is answered alike."""
    key = request.headers.get("Idempotency-Key")
    if request.method != "POST" or not key:
        return await handler(request)
    if key not in answers:
        answer = await handler(request)
        answers[key] = (answer.status, answer.text)
    status, text = answers[key]
    return web.Response(status=status, text=text, content_type="application/json")


plain_create = Intent._api_create.__func__
plain_confirm = Intent._confirm


def create(cls, confirm=None, return_url=None, setup_future_usage=None, off_session=None, **data):
    intent = plain_create(cls, **data)
    returns[intent.id] = return_url
    if confirm in (True, "true"):
        intent._confirm(on_failure_now=intent._report_failure)
    return intent


def confirm(self, on_failure_now):
    plain_confirm(self, on_failure_now)
    if self.next_action:
        self.next_action = to_bank(self)


def to_bank(intent) -> dict:
    return {
        "type": "redirect_to_url",
        "redirect_to_url": {"url": f"http://127.0.0.1:{port}/_config/bank/{intent.id}", "return_url": returns.get(intent.id)}}


def set_up(cls, confirm=None, payment_method=None, return_url=None, **data):
    """Made and confirmed in one, as Stripe takes it; a refusal names its intent."""
    intent = cls(**data)
    returns[intent.id] = return_url
    if confirm in (True, "true"):
        try:
            SetUp._api_confirm(intent.id, payment_method=payment_method)
        except resources.UserError as error:
            error.body["error"] |= {"type": "card_error", "setup_intent": {"id": intent.id}}
            raise
    if intent.next_action:
        intent.next_action = to_bank(intent)
    return intent


async def bank(request):
    """The cardholder says yes, or no, and is sent back."""
    id, says_yes = request.match_info["id"], request.query.get("say") == "yes"
    intent = (SetUp if id.startswith("seti_") else Intent)._api_retrieve(id)
    if intent.status == "requires_action" and isinstance(intent, SetUp):
        intent.status = "succeeded" if says_yes else "requires_payment_method"
        intent.next_action = None
        if not says_yes:
            intent.last_setup_error = {"code": "setup_intent_authentication_failure", "type": "card_error"}
    elif intent.status == "requires_action":
        try:
            Intent._api_authenticate(intent.id, client_secret=intent.client_secret, success=says_yes)
        except Exception:  # A card that is declined after all: the intent says so.
            pass
    raise web.HTTPSeeOther(returns[intent.id])


def listed_since(cls):
    """Stripe filters by the moment; here everything is recent."""
    plain = cls._api_list_all

    def list_all(_, url, created=None, **data):
        return plain(url, **data)

    cls._api_list_all = classmethod(list_all)


async def say_dispute(request):
    said = await request.json()
    disputes[said["id"]] = said
    return web.Response()


async def dispute(request):
    found = disputes.get(request.match_info["id"])
    missing = {"error": {"type": "invalid_request_error", "code": "resource_missing"}}
    return web.json_response(found or missing, status=200 if found else 404)


async def all_disputes(request):
    return web.json_response(
        {"object": "list", "url": "/v1/disputes", "has_more": False, "data": list(reversed(disputes.values()))})


Intent._api_create = classmethod(create)
Intent._confirm = confirm
SetUp._api_create = classmethod(set_up)
for kind in [Intent, resources.Payout]:
    listed_since(kind)
port = int(sys.argv[1])
server.app.middlewares.append(once)
# Below /_config/ localstripe asks for no key, and the cardholder's browser has none.
server.app.router.add_get("/_config/bank/{id}", bank)
server.app.router.add_post("/_config/disputes", say_dispute)
server.app.router.add_get("/v1/disputes", all_disputes)
server.app.router.add_get("/v1/disputes/{id}", dispute)
web.run_app(server.app, host="127.0.0.1", port=port, print=None)
